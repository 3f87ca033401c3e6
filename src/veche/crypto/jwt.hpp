#pragma once

/// @file
/// JSON Web Tokens: RFC 7519, in the compact form of RFC 7515, as RFC 8725 advises.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"

namespace veche::crypto {

/// What a token says. Times are seconds since 1970, UTC. An empty text means that the claim
/// is absent.
struct Claims {
  std::string sub{};                  ///< whose token it is; see is_subject()
  std::optional<std::int64_t> exp{};  ///< dead from this second on; absent: never
  std::optional<std::int64_t> nbf{};  ///< not alive before this second
  std::optional<std::int64_t> iat{};  ///< when it was made
  std::string name{};
  std::string email{};
  std::string jti{};  ///< the token's own id
  std::string sid{};  ///< the session it belongs to
  std::string typ{};  ///< what it is for, when not for access

  bool operator==(const Claims&) const = default;
};

/// 1 to 64 of A-Z a-z 0-9 _ and -.
[[nodiscard]] bool is_subject(std::string_view text);

enum class JwtAlgorithm : std::uint8_t { hs256 };

/// Signs and verifies the tokens of one key, with the one algorithm pinned beside it.
///
///     Jwt jwt{JwtAlgorithm::hs256, secret};
///     const std::string token = jwt.sign({.sub = user, .exp = seconds(now) + 7 * 86'400});
///     const auto claims = jwt.verify(handshake_token, now);  // claims->sub
///
/// Time      About a microsecond a token; a token over token_bytes_max costs nothing at all.
/// Memory    The key's state and room for one payload; both are reused.
/// Threads   One at a time, verify() included: each loop has a Jwt of its own.
/// Errors    As values; no token throws or aborts.
/// Lifetime  Keeps what it needs of the key; the caller's copy may go.
class Jwt {
 public:
  static constexpr std::size_t token_bytes_max = 8192;

  /// `key` is the shared secret and is not empty. A token counts as alive for `leeway` after
  /// its `exp` and before its `nbf`; not negative, at most a day.
  Jwt(JwtAlgorithm algorithm, std::string_view key, Milliseconds leeway = {});
  ~Jwt();
  Jwt(const Jwt&) = delete;
  Jwt& operator=(const Jwt&) = delete;

  /// A token that says `claims`. Needs is_subject(claims.sub), valid UTF-8 in the texts, times
  /// that verify() accepts, and a result of at most token_bytes_max.
  [[nodiscard]] std::string sign(const Claims& claims) const;

  /// What `token` says, if it was signed with our key and is alive at `now`. The signature is
  /// checked before any claim is read, and nothing in the header chooses a key or an algorithm.
  /// Errc::token_expired  ours and in order, but `exp` is past: its holder may sign in again
  /// Errc::unauthorized   anything else; the text of the error says what, for the log
  [[nodiscard]] Result<Claims> verify(std::string_view token, WallTime now) const;

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace veche::crypto
