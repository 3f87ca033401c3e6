#pragma once

/// @file
/// What the routes of sign-in have in common: their rules, and the answer that hands out tokens.

#include <optional>
#include <string>
#include <string_view>

#include "veche/api/call.hpp"
#include "veche/base/peer_limiter.hpp"
#include "veche/domain/sessions.hpp"

namespace veche::api {

struct SignInRules {
  /// For what costs a hash: login, registration, a new password. None: no limit.
  PeerLimits* sign_ins{};
  PeerLimits* refreshes{};  ///< for what shows a refresh token; none: no limit
  domain::SessionRules sessions{};
};

/// 10 a minute, and 60 a minute (CONTRACT section 6, limits).
inline constexpr Rate sign_in_rate{.interval = std::chrono::seconds{6}, .burst = 10};
inline constexpr Rate refresh_rate{.interval = std::chrono::seconds{1}, .burst = 60};

/// False when the peer has come too often: then 429 has been answered.
[[nodiscard]] bool within_limit(PeerLimits* limits, std::string_view peer, Reply& reply,
                                const Clock& clock);

/// A user who may go on, and the session this is for.
struct Opened {
  domain::UserPtr user;
  std::string session_id;
};

/// Answers a fresh access token, and the refresh token made of the session and the secret.
void answer_signed_in(Reply& reply, int status, Services& services, const Opened& opened,
                      std::string_view refresh_secret);

/// A refresh token taken apart, with its digests; none when it can be nobody's.
[[nodiscard]] std::optional<domain::PresentedToken> presented_token(const domain::Tokens& tokens,
                                                                    std::string_view token);

/// The answer to whatever has nothing more to say: `{"success":true}`.
[[nodiscard]] inline std::string success() { return R"({"success":true})"; }

/// One text for all that is wrong about a password.
[[nodiscard]] inline Error wrong_credentials() {
  return {Errc::unauthorized, "Invalid credentials"};
}

}  // namespace veche::api
