#pragma once

/// @file
/// Who may talk: from the token of a handshake to the end of that token (CONTRACT R4 to R7).

#include <string>
#include <string_view>

#include "veche/domain/credentials.hpp"
#include "veche/domain/facts.hpp"
#include "veche/gateway/admitted_users.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/requests.hpp"
#include "veche/gateway/session.hpp"
#include "veche/json/parser.hpp"

namespace veche::gateway {

/// Admits sockets and ends them with their tokens.
///
///     nsp.on_connection([&](Socket& socket) { auth.connected(socket); });
///
///     no token      -> 41
///     bad token     -> auth:error, 41
///     good token    -> joins user-<sub> and session-<sid>, then session:ready once the writer has
///                      found the user's row, or made it; auth:error, 41 when its session is
///                      revoked
///     the next time -> session:ready at once, from AdmittedUsers
///     60 s before   -> auth:expiring; at the end -> auth:error, 41
///
/// After a `41` the connection is closed. When the writer is to be asked and cannot admit anybody,
/// the connection is closed with 1013 instead, so that the client comes back by itself.
///
/// Time      One timer a session, in the loop's wheel. Memory  The handshake is freed at once;
///           AdmittedUsers.
/// Threads   The Node's loop. Errors  Told to the client. Lifetime  Outlives the sessions.
class AuthEvents final : public Expiry {
 public:
  static constexpr Milliseconds warning{60'000};  ///< how long before the end

  AuthEvents(Services services, Requests& requests);

  void connected(socketio::Socket& socket);

  /// Every revocation, in its order among the answers of the writer.
  void hear(const domain::SessionsRevoked& revoked) { known_.hear(revoked); }

  /// `auth:refresh {token}`: a later end for the same user, and perhaps another of its sessions.
  void refresh(Call& call);
  /// `user:join {userId}`: oneself only, and done already.
  void join_user(Call& call);

  void due(Session& session, Instant now) override;

 private:
  /// What the writer says of a user it has let in.
  struct Admitted {
    domain::UserRef user{};
    std::string epoch;
  };

  void begin(socketio::Socket& socket, domain::Identity identity);
  /// Leaves the room of the session before.
  void enter_session(socketio::Socket& socket, std::string_view session_id);
  void admit(socketio::Socket& socket, domain::Identity identity);
  void ask_writer(socketio::Socket& socket, domain::Identity identity);
  void admitted(socketio::Socket& socket, domain::UserRef user, std::string_view session_id);
  void refuse(socketio::Socket& socket, const Error& reason);
  void arm(Session& session, std::optional<WallTime> end);

  Services services_;
  Requests& requests_;
  json::Parser parser_;
  AdmittedUsers known_;
  std::string epoch_;  // of the store; empty until somebody has been admitted
};

}  // namespace veche::gateway
