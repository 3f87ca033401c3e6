#include "veche/gateway/auth_events.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "veche/domain/accounts.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/dto/errors.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::gateway {

namespace {

// A token's end is trusted no further; it keeps the arithmetic of times from overflowing.
constexpr auto token_life_max = std::chrono::hours{24 * 365 * 5};

}  // namespace

AuthEvents::AuthEvents(Services services, Requests& requests)
    : services_{services}, requests_{requests}, parser_{services.node.options().text_bytes_max} {}

void AuthEvents::connected(socketio::Socket& socket) {
  const auto auth = parser_.parse_copy(socket.auth());
  const std::string_view token = auth ? dto::parse_handshake_token(*auth) : std::string_view{};
  socket.forget_handshake();
  if (token.empty()) {
    ++requests_.counters().auth_errors;
    services_.log.event("auth error", "Auth error: no token");
    return socket.disconnect(socketio::Scope::connection);
  }
  auto identity = services_.tokens.verify(token, services_.clock.wall());
  if (!identity) return refuse(socket, identity.error());
  if (!domain::is_id(identity->user_id)) {
    return refuse(socket, {Errc::unauthorized, "the token's sub is no id"});
  }
  begin(socket, std::move(*identity));
}

void AuthEvents::begin(socketio::Socket& socket, domain::Identity identity) {
  ++requests_.counters().sign_ins;
  services_.log.event("connected", "User " + identity.user_id + " connected");
  auto session = std::make_unique<Session>(*this, socket.handle());
  arm(*session, identity.expires);
  socket.set_data(std::move(session));
  socket.join(std::string{user_room}.append(identity.user_id));
  enter_session(socket, identity.session_id);
  admit(socket, std::move(identity));
}

void AuthEvents::enter_session(socketio::Socket& socket, std::string_view session_id) {
  const std::string before{session_id_of(socket)};
  if (before == session_id) return;
  if (!before.empty()) socket.leave(std::string{session_room}.append(before));
  if (domain::is_id(session_id)) socket.join(std::string{session_room}.append(session_id));
}

void AuthEvents::admit(socketio::Socket& socket, domain::Identity identity) {
  const auto user = known_.find(identity.user_id, identity.session_id);
  if (user == domain::UserRef::none) return ask_writer(socket, std::move(identity));
  admitted(socket, user, identity.session_id);
}

void AuthEvents::ask_writer(socketio::Socket& socket, domain::Identity identity) {
  std::string session_id = identity.session_id;
  services_.commands.write<Admitted>(
      domain::Writes::once,
      [identity = std::move(identity)](domain::Transaction& transaction) -> Result<Admitted> {
        const auto user = domain::Accounts{transaction}.admit(identity);
        if (!user) return tl::unexpected<Error>{user.error()};
        return Admitted{(*user)->ref, transaction.store().epoch()};
      },
      [this, handle = socket.handle(), session_id = std::move(session_id),
       since = known_.revocations()](Result<Admitted> outcome) {
        socketio::Socket* found = services_.node.find(handle);
        if (found == nullptr) return;
        if (outcome) {
          epoch_ = std::move(outcome->epoch);
          known_.remember(user_id_of(*found), session_id, outcome->user, since);
          return admitted(*found, outcome->user, session_id);
        }
        if (dto::status_of(outcome.error().code) < 500) return refuse(*found, outcome.error());
        found->close_connection(engineio::Closing::slow);
      });
}

void AuthEvents::admitted(socketio::Socket& socket, domain::UserRef user,
                          std::string_view session_id) {
  socket.data<Session>()->admit(user);
  std::string args;
  json::Writer json{args};
  dto::write_session_ready(json, {.user_id = user_id_of(socket),
                                  .session_id = session_id,
                                  .epoch = epoch_,
                                  .user_rev = 0,
                                  .now = services_.clock.wall()});
  socket.emit("session:ready", socketio::Raw{args});
}

void AuthEvents::refuse(socketio::Socket& socket, const Error& reason) {
  ++requests_.counters().auth_errors;
  services_.log.event("auth error", "Auth error: " + reason.text);
  std::string args;
  json::Writer json{args};
  dto::write_auth_error(json, reason.code);
  socket.emit("auth:error", socketio::Raw{args});
  socket.disconnect(socketio::Scope::connection);
}

void AuthEvents::arm(Session& session, std::optional<WallTime> end) {
  session.is_warned = false;
  session.disarm();
  if (!end) return;
  const WallTime wall = services_.clock.wall();
  session.token_end = std::min(*end, wall + token_life_max);
  const auto left = session.token_end - wall;
  services_.wheel.arm(session, services_.clock.now() + left - warning);
}

void AuthEvents::due(Session& session, Instant now) {
  socketio::Socket* socket = services_.node.find(session.socket());
  if (socket == nullptr) return;
  if (session.is_warned) return refuse(*socket, {Errc::token_expired, "the token has expired"});
  session.is_warned = true;
  services_.wheel.arm(session, now + std::min(warning, session.token_end - services_.clock.wall()));
  std::string args;
  json::Writer json{args};
  json.begin_object().member("expiresAt", iso8601(session.token_end)).end_object();
  socket->emit("auth:expiring", socketio::Raw{args});
}

void AuthEvents::refresh(Call& call) {
  const auto token = dto::parse_token(call.payload());
  if (!token) return requests_.refuse(call, token.error());
  const auto identity = services_.tokens.verify(*token, services_.clock.wall());
  if (!identity) {
    services_.log.event("auth error", "Auth error: " + identity.error().text);
    return requests_.refuse(call, {identity.error().code, {}});
  }
  if (identity->user_id != user_id_of(call.socket)) {
    return requests_.refuse(call, {Errc::forbidden, {}});
  }
  requests_.write<bool>(
      call, domain::Writes::once,
      [session_id = identity->session_id](domain::Transaction& transaction,
                                          domain::UserRef) -> Result<bool> {
        if (!domain::is_revoked(transaction.store(), session_id)) return true;
        return fail(Errc::token_revoked);
      },
      [this, session_id = identity->session_id, expires = identity->expires](
          socketio::Socket* socket, bool, json::Writer* ack) {
        if (socket != nullptr) {
          enter_session(*socket, session_id);
          arm(*socket->data<Session>(), expires);
        }
        if (ack == nullptr) return;
        ack->key("expiresAt");
        expires ? ack->string(iso8601(*expires)) : ack->null();
      });
}

void AuthEvents::join_user(Call& call) {
  const auto user_id = dto::parse_user_ref(call.payload());
  if (!user_id) return requests_.refuse(call, user_id.error());
  if (*user_id != user_id_of(call.socket)) return requests_.refuse(call, {Errc::forbidden, {}});
  requests_.succeed(call, [](json::Writer&) {});
}

}  // namespace veche::gateway
