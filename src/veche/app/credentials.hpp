#pragma once

/// @file
/// The domain's tokens and passwords over veche's cryptography.

#include <chrono>
#include <string>
#include <string_view>

#include "veche/base/rng.hpp"
#include "veche/crypto/jwt.hpp"
#include "veche/domain/credentials.hpp"

namespace veche::app {

/// Access tokens as HS256 JWTs, refresh tokens as random texts. One for each loop.
///
/// Lifetime  `rng` outlives it.
class JwtTokens final : public domain::Tokens {
 public:
  JwtTokens(std::string_view secret, std::chrono::seconds lifetime, Rng& rng);

  std::string issue(const domain::User& user, std::string_view session_id, WallTime now) override;
  std::int64_t lifetime_seconds() const override { return lifetime_.count(); }
  Result<domain::Identity> verify(std::string_view token, WallTime now) override;
  std::string refresh_token() override;
  std::string digest(std::string_view refresh_token) const override;

 private:
  crypto::Jwt jwt_;
  std::chrono::seconds lifetime_;
  Rng& rng_;
};

/// Passwords as Argon2id; bcrypt hashes that were imported are understood.
///
/// Threads   Any: `rng` must be safe to use from several threads.
class HashedPasswords final : public domain::Passwords {
 public:
  explicit HashedPasswords(Rng& rng);

  std::string hash(std::string_view password) const override;
  bool verify(std::string_view password, std::string_view hash) const override;
  bool needs_rehash(std::string_view hash) const override;

 private:
  Rng& rng_;
  std::string nobodys_;  // a hash of no password, for users that do not exist
};

}  // namespace veche::app
