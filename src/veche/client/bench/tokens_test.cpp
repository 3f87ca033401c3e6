// Goal: every user gets a token of its own, or none.

#include "veche/client/bench/tokens.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

using Tokens = std::vector<std::string>;

TEST_SUITE("client/bench/tokens: a file of them") {
  TEST_CASE("one a line, in the users' order, or with the user's number") {
    CHECK(parse_tokens("a.b.c\nd\n") == Tokens{"a.b.c", "d"});
    CHECK(parse_tokens("a\r\n\n3 d\ne\n1 \tb") == Tokens{"a", "b", "", "d", "e"});
    CHECK(parse_tokens("") == Tokens{});
  }

  TEST_CASE("what is no token is named by its line") {
    for (const char* text :
         {"a\nx y", "a\n-1 b", "a\n1 ", "a\n1000000 b", "a\n\"b\"", "a\nb\\c", "a\n1 b c"}) {
      CAPTURE(text);
      const auto tokens = parse_tokens(text);
      REQUIRE_FALSE(tokens.has_value());
      CHECK(
          tokens.error() ==
          Error{Errc::invalid, "tokens, line 2: neither a token nor a user's number and a token"});
    }
  }
}

TEST_SUITE("client/bench/tokens: credentials") {
  TEST_CASE("a token that is made says who, for a day") {
    Options options;
    options.jwt_secret = "secret";
    const WallTime now{Milliseconds{1'800'000'000'000}};
    const std::string auth = Credentials{options}.auth(12, now).value();
    REQUIRE(auth.starts_with(R"({"token":")"));
    const crypto::Jwt jwt{crypto::JwtAlgorithm::hs256, "secret"};
    const auto claims = jwt.verify(auth.substr(10, auth.size() - 12), now);
    REQUIRE(claims.has_value());
    CHECK(claims->sub == "u12");
    CHECK(claims->exp == 1'800'086'400);
  }

  TEST_CASE("a token of a file is the user's, and there is none for others") {
    Options options;
    options.tokens = std::make_shared<const Tokens>(Tokens{"a", "", "c"});
    const Credentials credentials{options};
    CHECK(credentials.auth(0, {}) == R"({"token":"a"})");
    CHECK(credentials.auth(2, {}, R"(,"pid":"p")") == R"({"token":"c","pid":"p"})");
    CHECK(credentials.auth(1, {}) == std::nullopt);
    CHECK(credentials.auth(3, {}) == std::nullopt);
  }
}

}  // namespace
}  // namespace veche::client::bench
