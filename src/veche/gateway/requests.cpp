#include "veche/gateway/requests.hpp"

namespace veche::gateway {

Requests::Asker::Asker(const Call& call) : user{call.session.user()} {
  if (user != domain::UserRef::none) return;
  newcomer = std::make_unique<const Newcomer>(
      Newcomer{std::string{user_id_of(call.socket)}, std::string{session_id_of(call.socket)}});
}

Result<domain::UserRef> Requests::Asker::resolve(domain::Transaction& transaction) const {
  if (user != domain::UserRef::none) return user;
  if (domain::is_revoked(transaction.store(), newcomer->session_id)) {
    return veche::fail(Errc::token_revoked);
  }
  const auto found = transaction.user_by_id(newcomer->id);
  if (found == nullptr) return veche::fail(Errc::unauthorized);
  return found->ref;
}

void Requests::succeed_later(Call& call) {
  begin(call);
  services_.commands.write<domain::UserRef>(
      domain::Writes::once,
      [asker = Asker{call}](domain::Transaction& transaction) {
        return asker.resolve(transaction);
      },
      [this, handle = call.socket.handle(), answer = Answer{call},
       ack = out_](const Result<domain::UserRef>& user) mutable {
        finish(handle);
        user ? answer.succeed(ack) : answer.fail(user.error(), services_.log);
      });
}

void Requests::begin(Call& call) {
  Session& session = call.session;
  if (++session.unanswered < limits_.unanswered_max || session.is_paused) return;
  session.is_paused = true;
  call.socket.conn()->pause_reading();
}

void Requests::finish(socketio::SocketHandle handle) {
  socketio::Socket* socket = services_.node.find(handle);
  auto* session = socket == nullptr ? nullptr : socket->data<Session>();
  if (session == nullptr) return;
  --session->unanswered;
  if (!session->is_paused || session->unanswered > limits_.unanswered_resumed) return;
  session->is_paused = false;
  socket->conn()->resume_reading();
}

bool Requests::within_rate(Call& call) {
  Session& session = call.session;
  if (call.route.budget == Budget::none) return true;
  PeerLimits* limits = call.route.budget == Budget::sends ? limits_.sends : limits_.joins;
  if (limits == nullptr) return true;
  const Instant now = services_.clock.now();
  const auto wait = limits->take(user_id_of(call.socket), now);
  if (wait == Milliseconds{0}) {
    session.is_limited = false;
    return true;
  }
  socketio::Socket& socket = call.socket;
  ++counters_.limited;
  refuse(call, {Errc::rate_limited, {}});
  if (!session.is_limited) {
    session.is_limited = true;
    std::string args;
    json::Writer json{args};
    json.begin_object().member("event", call.route.event);
    json.member("retryAfterMs", wait.count()).end_object();
    socket.emit("rate:limited", socketio::Raw{args});
  }
  if (session.refusals.take(limits_.refusals, now) > Milliseconds{0}) {
    services_.log.event("flood", "Closed a flood of user " + std::string{user_id_of(socket)});
    socket.close_connection(engineio::Closing::policy);
  }
  return false;
}

}  // namespace veche::gateway
