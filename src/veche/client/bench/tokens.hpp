#pragma once

/// @file
/// What clients sign in with: tokens from a file, or made with the server's secret.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/crypto/jwt.hpp"

namespace veche::client::bench {

/// Reads tokens, one a line: the token of the next user, from u0 on, or `12 token` for u12, after
/// which u13 is next. Empty lines are passed over. The result has a text for each user up to the
/// last, empty where there is none.
///
/// Errc::invalid  a number that is none or too large, or a token that cannot stand in JSON as it
///                is; the text names the line
[[nodiscard]] Result<std::vector<std::string>> parse_tokens(std::string_view text);

/// Hands out users' tokens: those of Options::tokens when there are any, else new ones, good for a
/// day, signed with Options::jwt_secret.
///
///     const Credentials credentials{options};
///     const auto auth = credentials.auth(7, clock.wall());   // {"token":"..."}
///
/// Time      Signing takes some microseconds. Memory  The secret's. Threads  Any. Errors  None
///           when there is no token for the user. Lifetime  Shares the tokens.
class Credentials {
 public:
  /// Needs tokens or a secret.
  explicit Credentials(const Options& options);

  /// The auth of that user's CONNECT. `more` goes into the object as it is: `,"pid":"..."`.
  [[nodiscard]] std::optional<std::string> auth(std::uint32_t user, WallTime now,
                                                std::string_view more = {}) const;

 private:
  std::optional<crypto::Jwt> jwt_;  // unless there are tokens
  std::shared_ptr<const std::vector<std::string>> tokens_;
};

}  // namespace veche::client::bench
