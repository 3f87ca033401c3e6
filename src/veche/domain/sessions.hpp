#pragma once

/// @file
/// The devices of a user: a session each, with a refresh token that changes at every use
/// (CONTRACT section 5, "auth").

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct SessionRules {
  std::chrono::seconds ttl{std::chrono::hours{24 * 30}};        ///< of a refresh token nobody uses
  std::chrono::seconds access_ttl{std::chrono::hours{24 * 7}};  ///< of an access token
  std::size_t devices_max{20};  ///< live sessions of a user; one more revokes the oldest
};

/// For so long the token before the current one gets the same answer as when it was current, so
/// that two tabs that refresh at once both go on. After that its use is a theft.
inline constexpr Milliseconds refresh_grace{10'000};

/// A refresh token that somebody shows. The digests are made off the writer.
struct PresentedToken {
  std::string session_id{};
  std::string digest{};       ///< of its secret
  std::string next_digest{};  ///< of the secret that follows it
};

/// What came of it. A refusal is an outcome and no failure, for it may have revoked the session.
struct Refreshed {
  UserPtr user{};   ///< none when refused
  Error refusal{};  ///< Errc::unauthorized, token_expired or token_revoked
};

enum class Devices : bool {
  this_one,
  all,
};

/// Whether tokens of the session are refused. A session that is not there is another issuer's,
/// whose tokens are not ours to revoke. `source` is a Store or a Reader.
template <typename Source>
[[nodiscard]] bool is_revoked(Source& source, std::string_view session_id) {
  if (!is_id(session_id)) return false;
  const auto session = source.find_session(session_id);
  return session && session->is_revoked;
}

/// The commands on sessions. Each that revokes appends one SessionsRevoked.
///
///     first token -> rotated to the second -> within 10 s the first gives the second again
///                                          -> later the first revokes the session
///
/// Made anew for each command, which is entered with Writes::many. Threads  The writer's only.
/// Memory    A user has at most SessionRules::devices_max live sessions; what is over is deleted
///           at the next sign-in, once no access token of it can be alive.
class Sessions {
 public:
  explicit Sessions(Transaction& transaction) : transaction_{transaction} {}

  /// Opens a session for a device, of whose refresh token the digest is kept. Gives its id.
  [[nodiscard]] std::string open(UserRef user, std::string_view digest, const SessionRules& rules);

  /// Moves the session on to its next token. A secret that never was the session's changes
  /// nothing, or anybody could sign others out.
  [[nodiscard]] Refreshed refresh(const PresentedToken& presented, const SessionRules& rules);

  /// Signs out whoever shows a refresh token, current or not. Errc::unauthorized when it never
  /// was a session's; nothing happens when the session is over already.
  [[nodiscard]] Result<void> close(const PresentedToken& presented, Devices devices);

  /// Errc::not_found when the user has no such live session.
  [[nodiscard]] Result<void> revoke(UserRef user, std::string_view session_id);

  /// All live sessions of the user but one; none is spared when `spared` is empty.
  void revoke_others(UserRef user, std::string_view spared);

 private:
  void revoke(UserRef user, std::vector<SessionRow> sessions);

  Transaction& transaction_;
};

}  // namespace veche::domain
