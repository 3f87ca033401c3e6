// Goal: the domain's words and the tokens' words are the same ones. Method: seeded entropy.

#include "veche/app/credentials.hpp"

#include <doctest/doctest.h>

namespace veche::app {
namespace {

using namespace std::chrono_literals;

struct Counting final : Rng {
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>(next++);
  }
  unsigned next{};
};

constexpr WallTime now{1'795'487'383'057ms};

TEST_SUITE("app/credentials: tokens") {
  TEST_CASE("an issued token verifies until it ends") {
    Counting rng;
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

  TEST_CASE("a refresh token is random, and kept as a digest only") {
    Counting rng;
    JwtTokens tokens{"a secret of the tests, 32 bytes or more", 1h, rng};
    const auto one = tokens.refresh_token();
    CHECK(one.size() == 43);
    CHECK(one != tokens.refresh_token());
    CHECK(tokens.digest(one).size() == 64);
    CHECK(tokens.digest(one).find(one) == std::string::npos);
  }
}

TEST_SUITE("app/credentials: passwords") {
  TEST_CASE("right, wrong, and nobody's") {
    Counting rng;
    const HashedPasswords passwords{rng};
    const auto hash = passwords.hash("password123");
    CHECK(passwords.verify("password123", hash));
    CHECK_FALSE(passwords.verify("password124", hash));
    CHECK_FALSE(passwords.verify("nobody's password", ""));
    CHECK_FALSE(passwords.needs_rehash(hash));
  }
}

}  // namespace
}  // namespace veche::app
