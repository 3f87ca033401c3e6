#pragma once

/// @file
/// Tokens and passwords as the domain sees them; cryptography stands behind these interfaces.

#include <optional>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/domain/model.hpp"

namespace veche::domain {

/// Who a verified token says it is.
struct Identity {
  std::string user_id{};
  std::string name{};        ///< as the token has it, may be empty
  std::string email{};       ///< as the token has it, may be empty
  std::string session_id{};  ///< empty for tokens of another issuer
  std::optional<WallTime> expires{};
};

/// Issues and checks access tokens, and digests refresh tokens. One for each loop.
class Tokens {
 public:
  Tokens() = default;
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;
  virtual ~Tokens() = default;

  [[nodiscard]] virtual std::string issue(const User& user, std::string_view session_id,
                                          WallTime now) = 0;
  /// How long an issued token lives, in seconds.
  [[nodiscard]] virtual std::int64_t lifetime_seconds() const = 0;
  /// Errc::unauthorized or Errc::token_expired, with a text for the log.
  [[nodiscard]] virtual Result<Identity> verify(std::string_view token, WallTime now) = 0;
  /// A fresh secret of a refresh token: 43 random characters. The token is the session's id, a
  /// dot, and the secret.
  [[nodiscard]] virtual std::string refresh_secret() = 0;
  /// The secret of the token that follows this one: the same each time, and nobody without our
  /// key can tell it. 43 characters.
  [[nodiscard]] virtual std::string next_refresh_secret(std::string_view refresh_token) const = 0;
  /// What the store keeps of a secret.
  [[nodiscard]] virtual std::string digest(std::string_view refresh_secret) const = 0;
};

/// Hashes and checks passwords. Slow by intent: only on offload threads. Safe from any thread.
class Passwords {
 public:
  Passwords() = default;
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;
  virtual ~Passwords() = default;

  [[nodiscard]] virtual std::string hash(std::string_view password) const = 0;
  /// Takes the same time for an empty hash (an unknown user) as for a wrong password.
  [[nodiscard]] virtual bool verify(std::string_view password, std::string_view hash) const = 0;
  [[nodiscard]] virtual bool needs_rehash(std::string_view hash) const = 0;
};

}  // namespace veche::domain
