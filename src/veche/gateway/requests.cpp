#include "veche/gateway/requests.hpp"

namespace veche::gateway {

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
  if (!limits_.are_rates_on || call.route.budget == Budget::none) return true;
  const bool is_send = call.route.budget == Budget::sends;
  const Instant now = services_.clock.now();
  const auto wait =
      is_send ? session.sends.take(limits_.sends, now) : session.joins.take(limits_.joins, now);
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
    socket.emit("rate:limited", args);
  }
  if (session.refusals.take(limits_.refusals, now) > Milliseconds{0}) {
    services_.log.event("flood", "Closed a flood of user " + session.user_id());
    socket.close_connection(engineio::Closing::policy);
  }
  return false;
}

}  // namespace veche::gateway
