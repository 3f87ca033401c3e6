// Goal: only a token that the holder of our key signed says anything, and hostile input 52 gets
// nothing. Method: the RFC's example, a token made by Node's crypto module, and forgeries put
// together by hand from their parts.

#include "veche/crypto/jwt.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"

namespace veche::crypto {
namespace {

using namespace std::chrono_literals;

constexpr const char* secret = "an-example-secret-of-32-bytes-00";
constexpr const char* usual = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::int64_t second = 1'700'000'000;
constexpr WallTime now{std::chrono::seconds{second}};

std::string encoded(std::string_view text) { return base64_encode(text, Base64::url); }

std::string signed_with(const std::string& key, const std::string& head_and_payload) {
  return head_and_payload + "." + encoded(hmac_sha256(key, head_and_payload));
}

/// A token of any content, properly signed.
std::string token(std::string_view header, std::string_view payload) {
  return signed_with(secret, encoded(header) + "." + encoded(payload));
}

std::string saying(std::string_view payload) { return token(usual, payload); }

/// The subject, or "expired", or why the token was refused.
std::string outcome(std::string_view token, WallTime at = now, Milliseconds leeway = {}) {
  const Jwt jwt{JwtAlgorithm::hs256, secret, leeway};
  const auto claims = jwt.verify(token, at);
  if (claims) return claims->sub;
  if (claims.error().code == Errc::token_expired) return "expired";
  CHECK(claims.error().code == Errc::unauthorized);
  return "refused: " + claims.error().text;
}

TEST_SUITE("crypto/jwt: RFC 7519") {
  TEST_CASE("what was signed is what is verified") {
    const Jwt jwt{JwtAlgorithm::hs256, secret};
    const Claims claims{.sub = "65f0-c2_A",
                        .exp = second + 1,
                        .nbf = second,
                        .iat = second - 1,
                        .name = "Ж \"quoted\" 😀",
                        .email = "a@b.c",
                        .jti = "j",
                        .sid = "s",
                        .typ = "refresh"};
    CHECK(jwt.verify(jwt.sign(claims), now) == claims);
    const Claims least{.sub = "u"};
    CHECK(jwt.verify(jwt.sign(least), now) == least);
    CHECK(jwt.sign(least) == saying(R"({"sub":"u"})"));
  }

  TEST_CASE("a token that Node signed with the same secret is taken") {
    const Jwt jwt{JwtAlgorithm::hs256, secret};
    const auto claims = jwt.verify(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJzdWIiOiI2NTY1ZjBjMmExYjJjM2Q0ZTVmNjA3MTgiLCJuYW1lIjoiVGVzdCBVc2VyIiwiZW1haWwiOiJ0ZXN0"
        "MUBleGFtcGxlLmNvbSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwNjA0ODAwfQ."
        "YsxWoIERFJ3p6g0TZNmDIK6EHy8MKAiaoksJNsspnWc",
        now);
    REQUIRE(claims);
    CHECK(*claims == Claims{.sub = "6565f0c2a1b2c3d4e5f60718",
                            .exp = 1'700'604'800,
                            .iat = 1'700'000'000,
                            .name = "Test User",
                            .email = "test1@example.com"});
  }

  TEST_CASE("one object verifies and signs again and again, whatever came between") {
    const Jwt jwt{JwtAlgorithm::hs256, secret};
    const std::string good = saying(R"({"sub":"u"})");
    for (int round = 0; round < 3; ++round) {
      CHECK(jwt.verify(good, now));
      CHECK_FALSE(jwt.verify(good + "x", now));
      CHECK(jwt.sign({.sub = "u"}) == good);
    }
  }

  TEST_CASE("unknown claims and headers are ignored") {
    CHECK(outcome(saying(R"({"iss":"x","aud":["y"],"sub":"u","role":{"a":1}})")) == "u");
    CHECK(outcome(token(R"({"alg":"HS256"})", R"({"sub":"u"})")) == "u");
    CHECK(outcome(token(R"({"typ":"at+jwt","cty":"x","alg":"HS256"})", R"({"sub":"u"})")) == "u");
  }
}

TEST_SUITE("crypto/jwt: RFC 7515 appendix A.1") {
  TEST_CASE("the example's signature holds; it lacks only a sub") {
    const auto key = base64_decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        Base64::url);
    REQUIRE(key);
    const Jwt jwt{JwtAlgorithm::hs256, *key};
    const std::string example =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    CHECK(jwt.verify(example, now).error().text == "no sub");
    CHECK(outcome(example) == "refused: bad signature");
  }
}

TEST_SUITE("crypto/jwt: sub") {
  TEST_CASE("a string of 1 to 64 of A-Z a-z 0-9 _ -, or a number read as its decimal text") {
    CHECK(outcome(saying(R"({"sub":"aZ09_-"})")) == "aZ09_-");
    CHECK(outcome(saying("{\"sub\":\"" + std::string(64, 'x') + "\"}")) == std::string(64, 'x'));
    CHECK(outcome(saying(R"({"sub":42})")) == "42");
    CHECK(outcome(saying(R"({"sub":42.0})")) == "42");
    CHECK(outcome(saying(R"({"sub":18446744073709551615})")) == "18446744073709551615");
  }

  TEST_CASE("anything else is refused") {
    for (const auto* bad :
         {R"({})", R"({"sub":null})", R"({"sub":""})", R"({"sub":{}})", R"({"sub":{"id":"u"}})",
          R"({"sub":["u"]})", R"({"sub":true})", R"({"sub":1.5})", R"({"sub":1e300})",
          R"({"sub":1e-7})", R"({"sub":"a b"})", R"({"sub":"a.b"})", R"({"sub":"a/../b"})",
          R"({"sub":"u\u0000"})", R"({"sub":"ж"})", R"({"Sub":"u"})"}) {
      CAPTURE(bad);
      CHECK(outcome(saying(bad)).substr(0, 8) == "refused:");
    }
    CHECK(outcome(saying("{\"sub\":\"" + std::string(65, 'x') + "\"}")) ==
          "refused: sub is not an id");
  }
}

TEST_SUITE("crypto/jwt: times") {
  TEST_CASE("dead from exp on, and not a millisecond earlier") {
    const std::string dying = saying(R"({"sub":"u","exp":1700000000})");
    CHECK(outcome(dying, now - 1ms) == "u");
    CHECK(outcome(dying, now) == "expired");
    CHECK(outcome(dying, now + 24h) == "expired");
  }

  TEST_CASE("alive from nbf on, and not a millisecond earlier") {
    const std::string coming = saying(R"({"sub":"u","nbf":1700000000})");
    CHECK(outcome(coming, now - 1ms) == "refused: not yet alive");
    CHECK(outcome(coming, now) == "u");
  }

  TEST_CASE("a fraction of a second counts to the token's disadvantage") {
    CHECK(outcome(saying(R"({"sub":"u","exp":1700000000.9})")) == "expired");
    CHECK(outcome(saying(R"({"sub":"u","nbf":1700000000.1})")) == "refused: not yet alive");
    CHECK(outcome(saying(R"({"sub":"u","iat":1699999999.5})")) == "u");
  }

  TEST_CASE("the leeway moves both ends") {
    const std::string brief = saying(R"({"sub":"u","nbf":1700000000,"exp":1700000010})");
    CHECK(outcome(brief, now - 5s, 5s) == "u");
    CHECK(outcome(brief, now - 5s - 1ms, 5s) == "refused: not yet alive");
    CHECK(outcome(brief, now + 15s - 1ms, 5s) == "u");
    CHECK(outcome(brief, now + 15s, 5s) == "expired");
  }

  TEST_CASE("no exp: no end") {
    const Jwt jwt{JwtAlgorithm::hs256, secret};
    const auto claims = jwt.verify(saying(R"({"sub":"u"})"), now);
    REQUIRE(claims);
    CHECK_FALSE(claims->exp);
  }

  TEST_CASE("a time that is none, or none of this age, is refused") {
    for (const std::string name : {"exp", "nbf", "iat"}) {
      for (const std::string bad : {"1e308", "-1e308", "\"1800000000\"", "-1", "253402300800",
                                    "null", "true", "[1800000000]", "{}", "18446744073709551615"}) {
        CAPTURE(bad);
        CHECK(outcome(saying("{\"sub\":\"u\",\"" + name + "\":" + bad + "}")) ==
              "refused: a time is not one");
      }
      for (const std::string bad : {"1e400", "NaN", "Infinity"}) {
        CHECK(outcome(saying("{\"sub\":\"u\",\"" + name + "\":" + bad + "}")) ==
              "refused: not a JSON object");
      }
    }
    CHECK(outcome(saying(R"({"sub":"u","exp":253402300799})")) == "u");
    CHECK(outcome(saying(R"({"sub":"u","exp":0})")) == "expired");
  }
}

TEST_SUITE("crypto/jwt: texts") {
  TEST_CASE("a text claim that is no text is as good as absent") {
    const Jwt jwt{JwtAlgorithm::hs256, secret};
    const auto claims = jwt.verify(
        saying(R"({"sub":"u","name":null,"email":5,"jti":{},"sid":[],"typ":true})"), now);
    CHECK(claims == Claims{.sub = "u"});
  }

  TEST_CASE("U+0000 in a text is refused") {
    CHECK(outcome(saying(R"({"sub":"u","name":"a\u0000b"})")) == "refused: U+0000 in a text");
  }
}

TEST_SUITE("crypto/jwt: hostile input 52") {
  const std::string payload = R"({"sub":"u"})";

  TEST_CASE("another algorithm, or none, however it is spelled") {
    for (const auto* header :
         {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"NONE"})", R"({"alg":"nOnE"})",
          R"({"alg":""})", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":"RS256"})",
          R"({"alg":"ES256"})", R"({"alg":"EdDSA"})", R"({"alg":"PS256"})", R"({"alg":"HS512"})",
          R"({"alg":"HS384"})", R"({"alg":"hs256"})", R"({"alg":"HS256 "})",
          R"({"alg":"HS256\u0000"})", R"({"typ":"JWT"})", R"({"Alg":"HS256"})", R"({})"}) {
      CAPTURE(header);
      CHECK(outcome(token(header, payload)) == "refused: not our algorithm");
      CHECK(outcome(encoded(header) + "." + encoded(payload) + ".") ==
            "refused: not our algorithm");
    }
  }

  TEST_CASE("headers that are no object of single names") {
    for (const auto* header :
         {"[]", "\"HS256\"", "null", "", "{", R"({"alg":"HS256"}x)",
          "\xEF\xBB\xBF{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"x\":\"\xFF\"}"}) {
      CHECK(outcome(token(header, payload)) == "refused: not a JSON object");
    }
    CHECK(outcome(token(R"({"alg":"HS256","alg":"HS256"})", payload)) ==
          "refused: a name is given twice");
    CHECK(outcome(token(R"({"alg":"none","\u0061lg":"HS256"})", payload)) ==
          "refused: a name is given twice");
  }

  TEST_CASE("crit is refused whatever it lists") {
    for (const auto* crit : {"[\"exp\"]", "[\"b64\"]", "[]", "null", "\"x\""}) {
      CHECK(outcome(token(std::string{R"({"alg":"HS256","b64":false,"crit":)"} + crit + "}",
                          payload)) == "refused: crit in the header");
    }
  }

  TEST_CASE("a key that the header brings or points at is not used") {
    for (const auto* source :
         {R"("jwk":{"kty":"oct","k":"YXR0YWNrZXI"})", R"("jku":"http://127.0.0.1:1/keys")",
          R"("x5u":"http://127.0.0.1:1/cert")", R"("kid":"../../dev/null")",
          R"("kid":"' UNION SELECT 'attacker")", R"("x5c":["YXR0YWNrZXI="])"}) {
      const std::string header = std::string{R"({"alg":"HS256",)"} + source + "}";
      const std::string forged = encoded(header) + "." + encoded(payload);
      CHECK(outcome(signed_with("attacker", forged)) == "refused: bad signature");
      CHECK(outcome(signed_with(std::string(1, '\0'), forged)) == "refused: bad signature");
      CHECK(outcome(signed_with(secret, forged)) == "u");
    }
  }

  TEST_CASE("a signature that is absent, cut, longer, of another key or spelled otherwise") {
    const std::string good = saying(payload);
    const std::size_t dot = good.rfind('.');
    CHECK(outcome(good) == "u");
    CHECK(outcome(good.substr(0, dot + 1)) == "refused: bad signature");
    CHECK(outcome(good.substr(0, good.size() - 1)) == "refused: bad signature");
    CHECK(outcome(good + "A") == "refused: bad signature");
    CHECK(outcome(good + "=") == "refused: bad signature");
    CHECK(outcome(good + "\n") == "refused: bad signature");
    CHECK(outcome(signed_with("another-secret", good.substr(0, dot))) == "refused: bad signature");
    // The last of 43 characters has two spare bits: three other spellings of the same bytes.
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::size_t last = alphabet.find(good.back());
    for (const std::size_t spare : {1U, 2U, 3U}) {
      std::string other = good;
      other.back() = alphabet[last + spare];
      CHECK(outcome(other) == "refused: bad signature");
    }
  }

  TEST_CASE("payloads that are not canonical base64url, though signed") {
    const std::string head = encoded(usual) + ".";
    CHECK(outcome(signed_with(secret, head + "eyJzdWIiOiJ1In0")) == "u");
    for (const auto* bad : {"eyJzdWIiOiJ1In0=", "eyJzdWIiOiJ1In1", "eyJzdWIi OiJ1In0",
                            "eyJzdWIiOiJ1In0\n", "eyJzdWIiOiJ1In0+", "eyJzd"}) {
      CHECK(outcome(signed_with(secret, head + bad)) == "refused: not base64url");
    }
  }

  TEST_CASE("claims given twice, even the same, even unknown ones") {
    for (const auto* twice :
         {R"({"sub":"u","sub":"admin"})", R"({"sub":"u","sub":"u"})",
          R"({"sub":"u","s\u0075b":"a"})", R"({"sub":"u","exp":1,"exp":1800000000})",
          R"({"sub":"u","x":1,"x":2})"}) {
      CHECK(outcome(saying(twice)) == "refused: a name is given twice");
    }
  }

  TEST_CASE("payloads that are no object") {
    for (const auto* bad : {"[]", "\"u\"", "null", "1", "", "{\"sub\":\"u\"} x", "{'sub':'u'}"}) {
      CHECK(outcome(saying(bad)) == "refused: not a JSON object");
    }
    CHECK(outcome(saying("{\"sub\":\"u\",\"x\":" + std::string(2000, '[') + std::string(2000, ']') +
                         "}")) == "refused: not a JSON object");
  }

  TEST_CASE("anything but three parts") {
    for (const auto* bad : {"", ".", "..", "a", "a.b", "a.b.c.d", "....", "Bearer x"}) {
      CHECK(outcome(bad).substr(0, 8) == "refused:");
    }
    CHECK(outcome(saying(payload) + ".") == "refused: not three parts");
    CHECK(outcome("." + saying(payload)) == "refused: not three parts");
  }

  TEST_CASE("token_bytes_max is the longest token looked at") {
    const auto padded = [](std::size_t filler) {
      return saying(R"({"sub":"u","x":")" + std::string(filler, 'x') + "\"}");
    };
    std::size_t filler = 6000;
    while (padded(filler + 1).size() <= Jwt::token_bytes_max) ++filler;
    CHECK(outcome(padded(filler)) == "u");
    CHECK(outcome(padded(filler + 1)) == "refused: too long");
    CHECK(outcome(std::string(1'000'000, 'x')) == "refused: too long");
    CHECK(outcome(std::string(1'000'000, '.')) == "refused: too long");
  }

  TEST_CASE("the signature is checked before any claim is read") {
    CHECK(outcome(signed_with("attacker", encoded(usual) + "." + encoded("not JSON"))) ==
          "refused: bad signature");
    CHECK(outcome(
              signed_with("attacker", encoded(usual) + "." + encoded(R"({"sub":"u","exp":1})"))) ==
          "refused: bad signature");
  }

  TEST_CASE("no changed character and no random text lets anybody in") {
    CHECK(rc::check([] {
      const std::string good = saying(R"({"sub":"u","exp":1800000000})");
      std::string bent = good;
      const auto at = *rc::gen::inRange<std::size_t>(0, good.size());
      bent[at] = *rc::gen::arbitrary<char>();
      RC_PRE(bent[at] != good[at]);
      const Jwt jwt{JwtAlgorithm::hs256, secret};
      RC_ASSERT(jwt.verify(good, now).has_value());
      RC_ASSERT_FALSE(jwt.verify(bent, now).has_value());
      RC_ASSERT_FALSE(jwt.verify(*rc::gen::arbitrary<std::string>(), now).has_value());
    }));
  }
}

}  // namespace
}  // namespace veche::crypto
