// Goal: a refresh token is taken apart in one way only. Method: texts, over tokens one can read.

#include "veche/api/sign_in.hpp"

#include <doctest/doctest.h>

#include "support/chat_doubles.hpp"

namespace veche::api {
namespace {

TEST_SUITE("api/sign_in") {
  TEST_CASE("a refresh token is the session's id, a dot, and the secret") {
    testing::PlainTokens tokens;
    const auto presented = presented_token(tokens, "s1.abc");
    REQUIRE(presented.has_value());
    CHECK(presented->session_id == "s1");
    CHECK(presented->digest == "digest:abc");
    CHECK(presented->next_digest == "digest:after-abc");
    CHECK(presented_token(tokens, "s1.a.b")->digest == "digest:a.b");
    CHECK(presented_token(tokens, "s1.")->digest == "digest:");
  }

  TEST_CASE("what names no session is nobody's") {
    testing::PlainTokens tokens;
    for (const auto* text : {"", ".", ".abc", "s1", "s 1.abc", "\xFF.abc"})
      CHECK_FALSE(presented_token(tokens, text).has_value());
    CHECK_FALSE(presented_token(tokens, std::string(65, 'a') + ".b").has_value());
  }
}

}  // namespace
}  // namespace veche::api
