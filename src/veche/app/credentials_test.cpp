// Goal: the domain's words and the tokens' words are the same ones. Method: seeded entropy.

#include "veche/app/credentials.hpp"

#include <doctest/doctest.h>

#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"

#include "support/seeded_rng.hpp"

namespace veche::app {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now{1'795'487'383'057ms};

TEST_SUITE("app/credentials: tokens") {
  TEST_CASE("an issued token verifies until it ends") {
    testing::SeededRng rng{1};
    JwtTokens tokens{"a secret of the tests, 32 bytes or more", 1h, rng};
    domain::User user;
    user.id = "ann";
    const auto token = tokens.issue(user, "session-1", now);
    const auto identity = tokens.verify(token, now + 59min);
    REQUIRE(identity.has_value());
    CHECK(identity->user_id == "ann");
    CHECK(identity->session_id == "session-1");
    CHECK(identity->expires == std::chrono::floor<std::chrono::seconds>(now) + 1h);
    CHECK(tokens.verify(token, now + 1h).error().code == Errc::token_expired);
    CHECK(tokens.verify(token + "x", now).error().code == Errc::unauthorized);
  }

  TEST_CASE("what was just verified is verified again, and no other token with it") {
    testing::SeededRng rng{1};
    JwtTokens tokens{"a secret of the tests, 32 bytes or more", 1h, rng};
    JwtTokens fresh{"a secret of the tests, 32 bytes or more", 1h, rng};
    CHECK_FALSE(tokens.verify("", WallTime{}).has_value());
    domain::User user;
    user.id = "ann";
    const auto token = tokens.issue(user, "session-1", now);
    for (int i = 0; i < 2; ++i) {
      const auto identity = tokens.verify(token, now);
      REQUIRE(identity.has_value());
      CHECK(identity->user_id == "ann");
      CHECK(identity->session_id == "session-1");
      CHECK(identity->expires == fresh.verify(token, now)->expires);
    }
    auto other = token;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    CHECK_FALSE(tokens.verify(other, now).has_value());
    CHECK(tokens.verify(token, now + 2h).error().code == Errc::token_expired);
  }

  TEST_CASE("a refresh token is random, and kept as a digest only") {
    testing::SeededRng rng{1};
    JwtTokens tokens{"a secret of the tests, 32 bytes or more", 1h, rng};
    const auto one = tokens.refresh_secret();
    CHECK(one.size() == 43);
    CHECK(one != tokens.refresh_secret());
    CHECK(tokens.digest(one).size() == 64);
    CHECK(tokens.digest(one).find(one) == std::string::npos);
  }

  TEST_CASE("the next refresh token is the same each time, and another key gives another") {
    testing::SeededRng rng{1};
    JwtTokens tokens{"a secret of the tests, 32 bytes or more", 1h, rng};
    JwtTokens others{"another secret of the tests, 32 bytes", 1h, rng};
    const auto next = tokens.next_refresh_secret("s1.abc");
    CHECK(next.size() == 43);
    CHECK(next == tokens.next_refresh_secret("s1.abc"));
    CHECK(next != tokens.next_refresh_secret("s2.abc"));
    CHECK(next != others.next_refresh_secret("s1.abc"));
  }

  TEST_CASE("R4: a token without an end is told to the log once, whichever loop sees it") {
    struct Lines final : Log {
      void write(LogLevel, std::string_view text) override { lines.append(text).append("|"); }
      void event(std::string_view, std::string_view) override {}
      std::string lines;
    };
    testing::SeededRng rng{1};
    Lines log;
    OnceLine line{log, "endless"};
    const std::string_view secret = "a secret of the tests, 32 bytes or more";
    JwtTokens one{secret, 1h, rng, &line};
    JwtTokens other{secret, 1h, rng, &line};
    domain::User user;
    user.id = "ann";
    CHECK(one.verify(one.issue(user, "", now), now).has_value());
    CHECK(log.lines == "");
    const auto endless = crypto::Jwt{crypto::JwtAlgorithm::hs256, secret}.sign({.sub = "ann"});
    for (auto* tokens : {&one, &other, &one}) CHECK(tokens->verify(endless, now).has_value());
    CHECK(log.lines == "endless|");
  }
}

TEST_SUITE("app/credentials: passwords") {
  TEST_CASE("right, wrong, and nobody's") {
    testing::SeededRng rng{1};
    const HashedPasswords passwords{rng};
    const auto hash = passwords.hash("password123");
    CHECK(passwords.verify("password123", hash));
    CHECK_FALSE(passwords.verify("password124", hash));
    CHECK_FALSE(passwords.verify("nobody's password", ""));
    CHECK_FALSE(passwords.needs_rehash(hash));
  }
}

TEST_SUITE("app/credentials: RELIABILITY section 2, point 5, the seal of a pid") {
  TEST_CASE("its own signature, for that text, with that secret, and no token's") {
    const std::string secret = "a secret of the tests, 32 bytes or more";
    const HmacSeal seal{secret};
    const auto signature = seal.sign("A.ada.e.1.2");
    CHECK(signature.size() == 43);
    CHECK(seal.is_signature("A.ada.e.1.2", signature));
    CHECK_FALSE(seal.is_signature("A.ada.e.1.3", signature));
    CHECK_FALSE(seal.is_signature("A.ada.e.1.2", signature + "A"));
    CHECK_FALSE(seal.is_signature("A.ada.e.1.2", ""));
    CHECK_FALSE(HmacSeal{secret + "!"}.is_signature("A.ada.e.1.2", signature));
    const auto plain = base64_encode(crypto::hmac_sha256(secret, "A.ada.e.1.2"), Base64::url);
    CHECK_FALSE(seal.is_signature("A.ada.e.1.2", plain));
  }
}

}  // namespace
}  // namespace veche::app
