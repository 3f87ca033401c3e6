#pragma once

/// @file
/// What the gateway keeps for a socket that has shown a valid token.

#include <cstdint>
#include <string_view>

#include "veche/base/timer_wheel.hpp"
#include "veche/base/token_bucket.hpp"
#include "veche/domain/model.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::gateway {

class Session;

/// The rooms of a user's sockets, and of a device's, before the id of the user or its session.
/// Whose a socket is stands there alone: every socket would pay for a second place.
inline constexpr std::string_view user_room{"user-"};
inline constexpr std::string_view session_room{"session-"};

/// The user of a signed-in socket; empty for another. Valid while it is in its rooms.
[[nodiscard]] std::string_view user_id_of(const socketio::Socket& socket);
/// The session of a socket's token; empty for a token of another issuer. Valid while it is in its
/// rooms.
[[nodiscard]] std::string_view session_id_of(const socketio::Socket& socket);

/// Told when a session's token is about to end, and when it has.
class Expiry {
 public:
  Expiry() = default;
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;
  virtual ~Expiry() = default;

  /// May end the session.
  virtual void due(Session& session, Instant now) = 0;
};

/// A signed-in socket. The timer stands for its token: armed for the warning, then for the end.
///
/// Memory    At most 104 bytes.
/// Threads   The Node's loop. Lifetime  Freed with its socket.
class Session final : public socketio::SocketData, public Timer {
 public:
  Session(Expiry& expiry, socketio::SocketHandle socket) : expiry_{expiry}, socket_{socket} {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override = default;

  [[nodiscard]] socketio::SocketHandle socket() const { return socket_; }

  /// None until the user's row is known to be there: see Requests.
  [[nodiscard]] domain::UserRef user() const { return user_; }
  void admit(domain::UserRef user) { user_ = user; }

  /// What is on its way through the commands.
  std::uint32_t unanswered{};
  bool is_paused{};      ///< reading rests until enough has been answered
  bool is_limited{};     ///< the last event was refused for its rate
  bool is_warned{};      ///< the end of the token has been announced
  WallTime token_end{};  ///< while the timer is armed
  TokenBucket refusals;  ///< how many events too many are borne

 private:
  void expired(Instant now) override { expiry_.due(*this, now); }

  Expiry& expiry_;
  socketio::SocketHandle socket_;
  domain::UserRef user_{};
};
static_assert(sizeof(Session) <= 104);

}  // namespace veche::gateway
