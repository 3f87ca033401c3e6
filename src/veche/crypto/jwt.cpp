#include "veche/crypto/jwt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"
#include "veche/crypto/hmac.hpp"
#include "veche/json/parser.hpp"
#include "veche/json/writer.hpp"

namespace veche::crypto {
namespace {

constexpr std::size_t subject_bytes_max = 64;

/// The end of the year 9999: a time beyond it is an attempt at an overflow.
constexpr std::int64_t time_max = 253'402'300'799;

/// {"alg":"HS256","typ":"JWT"}: what we write, and what most others write too.
constexpr std::string_view usual_header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

auto refuse(const char* reason) { return fail(Errc::unauthorized, reason); }

/// The three parts of a token, still encoded.
struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view is_signed;  ///< header and payload with the dot between
};

std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

/// A part as the object it must be, without a name given twice.
Result<json::Value> decode(json::Parser& parser, std::string_view part) {
  const auto text = base64_decode(part, Base64::url);
  if (!text) return refuse("not base64url");
  const auto object = parser.parse_copy(*text);
  if (!object || !object->is_object()) return refuse("not a JSON object");
  if (object->has_duplicate_keys()) return refuse("a name is given twice");
  return *object;
}

/// `jwk`, `jku`, `x5u`, `kid` and the like are not looked at: the key is ours to choose.
Result<void> check_header(json::Parser& parser, std::string_view header) {
  if (header == usual_header) return {};
  const auto object = decode(parser, header);
  if (!object) return tl::unexpected{object.error()};
  // What `crit` lists must be understood, and we know no extension.
  if (object->find("crit")) return refuse("crit in the header");
  const auto algorithm = object->find("alg");
  if (!algorithm || algorithm->as_string() != "HS256") return refuse("not our algorithm");
  return {};
}

/// The decimal text of a number that is one, the text of a string; empty for anything else.
std::string subject_text(json::Value value) {
  if (const auto text = value.as_string()) return std::string{*text};
  if (const auto number = value.as_int()) return std::to_string(*number);
  if (const auto number = value.as_uint()) return std::to_string(*number);
  return {};
}

/// Collects the claims of a payload, one member at a time.
struct Reading {
  Claims claims;
  const char* refusal{};

  void take(const json::Member& member) {
    const std::string_view key = member.key;
    if (key == "sub") return take_subject(member.value);
    if (key == "exp") return take_time(claims.exp, member.value, std::floor);
    if (key == "nbf") return take_time(claims.nbf, member.value, std::ceil);
    if (key == "iat") return take_time(claims.iat, member.value, std::floor);
    if (key == "name") return take_text(claims.name, member.value);
    if (key == "email") return take_text(claims.email, member.value);
    if (key == "jti") return take_text(claims.jti, member.value);
    if (key == "sid") return take_text(claims.sid, member.value);
    if (key == "typ") return take_text(claims.typ, member.value);
  }

 private:
  void take_subject(json::Value value) {
    claims.sub = subject_text(value);
    if (!is_subject(claims.sub)) refusal = "sub is not an id";
  }

  void take_time(std::optional<std::int64_t>& time, json::Value value, double (*round)(double)) {
    const auto seconds = value.as_double();
    if (!seconds || *seconds < 0 || *seconds > static_cast<double>(time_max)) {
      refusal = "a time is not one";
      return;
    }
    time = static_cast<std::int64_t>(round(*seconds));
  }

  /// A claim of these that is no text is none of ours, and as good as absent.
  void take_text(std::string& text, json::Value value) {
    text = value.as_string().value_or("");
    if (text.find('\0') != std::string::npos) refusal = "U+0000 in a text";
  }
};

Result<Claims> read_claims(json::Value payload) {
  Reading reading;
  for (const json::Member member : payload.members()) reading.take(member);
  if (reading.refusal != nullptr) return refuse(reading.refusal);
  if (reading.claims.sub.empty()) return refuse("no sub");
  return std::move(reading.claims);
}

bool is_time(std::optional<std::int64_t> seconds) {
  return !seconds || (*seconds >= 0 && *seconds <= time_max);
}

WallTime wall_time(std::int64_t seconds) { return WallTime{std::chrono::seconds{seconds}}; }

std::string payload_text(const Claims& claims) {
  std::string text;
  json::Writer json{text};
  json.begin_object().member("sub", claims.sub);
  if (claims.iat) json.member("iat", *claims.iat);
  if (claims.nbf) json.member("nbf", *claims.nbf);
  if (claims.exp) json.member("exp", *claims.exp);
  const std::array<std::pair<const char*, const std::string&>, 5> texts{{{"name", claims.name},
                                                                         {"email", claims.email},
                                                                         {"jti", claims.jti},
                                                                         {"sid", claims.sid},
                                                                         {"typ", claims.typ}}};
  for (const auto& claim : texts) {
    if (!claim.second.empty()) json.member(claim.first, claim.second);
  }
  json.end_object();
  return text;
}

}  // namespace

bool is_subject(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= subject_bytes_max &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

struct Jwt::State {
  State(std::string_view key, Milliseconds allowed) : hmac{key}, leeway{allowed} {}

  HmacSha256 hmac;
  Milliseconds leeway;
  json::Parser parser{token_bytes_max};
};

Jwt::Jwt(JwtAlgorithm algorithm, std::string_view key, Milliseconds leeway) {
  VECHE_EXPECTS(algorithm == JwtAlgorithm::hs256);
  VECHE_EXPECTS(!key.empty());
  VECHE_EXPECTS(leeway >= Milliseconds{0} && leeway <= std::chrono::hours{24});
  state_ = std::make_unique<State>(key, leeway);
}

Jwt::~Jwt() = default;

std::string Jwt::sign(const Claims& claims) const {
  VECHE_EXPECTS(is_subject(claims.sub));
  VECHE_EXPECTS(is_time(claims.exp) && is_time(claims.nbf) && is_time(claims.iat));
  std::string token{usual_header};
  token += '.';
  token += base64_encode(payload_text(claims), Base64::url);
  const std::string mac = state_->hmac.of(token);
  token += '.';
  token += base64_encode(mac, Base64::url);
  VECHE_EXPECTS(token.size() <= token_bytes_max);
  return token;
}

Result<Claims> Jwt::verify(std::string_view token, WallTime now) const {
  if (token.size() > token_bytes_max) return refuse("too long");
  const auto parts = split(token);
  if (!parts) return refuse("not three parts");
  if (const auto header = check_header(state_->parser, parts->header); !header) {
    return tl::unexpected{header.error()};
  }
  // Compared as text, so that the one encoding of a signature is the only one taken.
  const std::string expected = base64_encode(state_->hmac.of(parts->is_signed), Base64::url);
  if (!equal_constant_time(parts->signature, expected)) return refuse("bad signature");

  const auto payload = decode(state_->parser, parts->payload);
  if (!payload) return tl::unexpected{payload.error()};
  auto claims = read_claims(*payload);
  if (!claims) return claims;
  if (claims->nbf && now + state_->leeway < wall_time(*claims->nbf)) return refuse("not yet alive");
  if (claims->exp && now - state_->leeway >= wall_time(*claims->exp)) {
    return fail(Errc::token_expired, "expired");
  }
  return claims;
}

}  // namespace veche::crypto
