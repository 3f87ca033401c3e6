#include "veche/app/credentials.hpp"

#include <array>
#include <cstddef>
#include <span>

#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"
#include "veche/crypto/password.hpp"

namespace veche::app {
namespace {

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

constexpr std::size_t refresh_secret_length = 43;  // 258 random bits

}  // namespace

// A key of its own for each use: what one signs is never what the other does.
JwtTokens::JwtTokens(std::string_view secret, std::chrono::seconds lifetime, Rng& rng,
                     OnceLine* endless)
    : jwt_{crypto::JwtAlgorithm::hs256, secret},
      refresh_key_{crypto::hmac_sha256(secret, "veche refresh tokens")},
      lifetime_{lifetime},
      rng_{rng},
      endless_{endless} {}

std::string JwtTokens::issue(const domain::User& user, std::string_view session_id, WallTime now) {
  crypto::Claims claims;
  claims.sub = user.id;
  claims.iat = seconds_of(now);
  claims.exp = seconds_of(now) + lifetime_.count();
  claims.sid = session_id;
  return jwt_.sign(claims);
}

Result<domain::Identity> JwtTokens::verify(std::string_view token, WallTime now) {
  if (last_ && token == last_->token && now == last_->now) return last_->identity;
  auto claims = jwt_.verify(token, now);
  if (!claims) return tl::unexpected{claims.error()};
  domain::Identity identity;
  identity.user_id = std::move(claims->sub);
  identity.name = std::move(claims->name);
  identity.email = std::move(claims->email);
  identity.session_id = std::move(claims->sid);
  if (claims->exp) identity.expires = WallTime{std::chrono::seconds{*claims->exp}};
  if (!claims->exp && endless_ != nullptr) endless_->write();
  last_ = Verified{std::string{token}, now, identity};
  return identity;
}

std::string JwtTokens::refresh_secret() { return random_id(rng_, refresh_secret_length); }

std::string JwtTokens::next_refresh_secret(std::string_view refresh_token) const {
  return base64_encode(crypto::hmac_sha256(refresh_key_, refresh_token), Base64::url);
}

std::string JwtTokens::digest(std::string_view refresh_secret) const {
  return hex_encode(crypto::sha256(refresh_secret));
}

HmacSeal::HmacSeal(std::string_view secret)
    : hmac_{crypto::hmac_sha256(secret, "veche connection recovery")} {}

std::string HmacSeal::sign(std::string_view text) const {
  return base64_encode(hmac_.of(text), Base64::url);
}

bool HmacSeal::is_signature(std::string_view text, std::string_view signature) const {
  return crypto::equal_constant_time(sign(text), signature);
}

HashedPasswords::HashedPasswords(Rng& rng) : rng_{rng}, nobodys_{hash("nobody's password")} {}

std::string HashedPasswords::hash(std::string_view password) const {
  std::array<std::byte, 16> salt{};
  rng_.fill(salt);
  return crypto::hash_password(password, salt);
}

bool HashedPasswords::verify(std::string_view password, std::string_view hash) const {
  const bool is_anybodys = !hash.empty();
  const bool is_right = crypto::verify_password(password, is_anybodys ? hash : nobodys_);
  return is_right && is_anybodys;
}

bool HashedPasswords::needs_rehash(std::string_view hash) const {
  return crypto::needs_rehash(hash);
}

}  // namespace veche::app
