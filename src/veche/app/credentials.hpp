#pragma once

/// @file
/// The domain's tokens and passwords over veche's cryptography.

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/log.hpp"
#include "veche/base/rng.hpp"
#include "veche/crypto/hmac.hpp"
#include "veche/crypto/jwt.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/gateway/chat_recovery.hpp"

namespace veche::app {

/// A line of the log that is worth saying once.
///
/// Threads   Any. Lifetime  Ends before the log; the text is a literal.
class OnceLine {
 public:
  OnceLine(Log& log, std::string_view text) : log_{log}, text_{text} {}

  void write() {
    if (!is_written_.exchange(true)) log_.write(LogLevel::warn, text_);
  }

 private:
  Log& log_;
  std::string_view text_;
  std::atomic<bool> is_written_{};
};

/// Access tokens as HS256 JWTs, refresh tokens as random texts. One for each loop.
///
/// Time      A token that is verified again within the same millisecond costs a comparison: who
///           connects is looked at twice, to name the session and to let the user in.
/// Lifetime  `rng` and `endless` outlive it.
class JwtTokens final : public domain::Tokens {
 public:
  /// `endless` is written when a token without an end is accepted; none: nothing is written.
  JwtTokens(std::string_view secret, std::chrono::seconds lifetime, Rng& rng,
            OnceLine* endless = nullptr);

  std::string issue(const domain::User& user, std::string_view session_id, WallTime now) override;
  std::int64_t lifetime_seconds() const override { return lifetime_.count(); }
  Result<domain::Identity> verify(std::string_view token, WallTime now) override;
  std::string refresh_secret() override;
  std::string next_refresh_secret(std::string_view refresh_token) const override;
  std::string digest(std::string_view refresh_secret) const override;

 private:
  struct Verified {
    std::string token;
    WallTime now{};
    domain::Identity identity;
  };

  crypto::Jwt jwt_;
  std::optional<Verified> last_;
  std::string refresh_key_;
  std::chrono::seconds lifetime_;
  Rng& rng_;
  OnceLine* endless_;
};

/// HMAC-SHA256 with a key of its own, made from the secret that signs tokens. One for each loop.
class HmacSeal final : public gateway::Seal {
 public:
  explicit HmacSeal(std::string_view secret);

  std::string sign(std::string_view text) const override;
  bool is_signature(std::string_view text, std::string_view signature) const override;

 private:
  mutable crypto::HmacSha256 hmac_;  // rewound before each use
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
