// Goal: fields are found as RFC 9110 spells them.

#include "veche/client/response_head.hpp"

#include <doctest/doctest.h>

namespace veche::client {
namespace {

TEST_SUITE("client/response_head: RFC 9110 section 5") {
  TEST_CASE("names know no case, values lose the blanks around them, the first counts") {
    constexpr std::string_view head =
        "HTTP/1.1 200 OK\r\nA: 1\r\nb:\t two \r\nno field\r\nB: 3\r\n\r\n";
    CHECK(head_field(head, "a") == "1");
    CHECK(head_field(head, "B") == "two");
    CHECK(head_field(head, "no field") == std::nullopt);
    CHECK(head_field(head, "c") == std::nullopt);
    CHECK(head_field("HTTP/1.1 200 OK\r\nEmpty: \r\n\r\n", "empty") == "");
    CHECK(head_field("", "a") == std::nullopt);
  }

  TEST_CASE("texts are equal whatever their case, and only then") {
    CHECK(equal_ignoring_case("Keep-Alive", "keep-alive"));
    CHECK_FALSE(equal_ignoring_case("close", "closed"));
  }
}

}  // namespace
}  // namespace veche::client
