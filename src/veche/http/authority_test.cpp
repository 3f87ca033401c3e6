// Goal: two texts that name one host compare equal, and nothing that only looks alike does.
// Method: tables of texts that are read, refused, equal and different.

#include "veche/http/authority.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace veche::http {
namespace {

std::string authority(std::string_view text) {
  const auto read = parse_authority(text);
  if (!read) return "none";
  return std::string{read->host} + " " + (read->port ? std::to_string(*read->port) : "-");
}

bool same_origin(std::string_view a, std::string_view b) {
  return is_same(parse_origin(a).value(), parse_origin(b).value());
}

TEST_SUITE("http/authority: RFC 3986 section 3.2") {
  TEST_CASE("hosts and ports are told apart") {
    CHECK(authority("a.example") == "a.example -");
    CHECK(authority("a:3001") == "a 3001");
    CHECK(authority("a:") == "a -");
    CHECK(authority("[::1]:65535") == "[::1] 65535");
    CHECK(authority("[2001:db8::1]") == "[2001:db8::1] -");
    CHECK(authority("127.0.0.1:00080") == "127.0.0.1 80");
  }

  TEST_CASE("what no host or port has is refused") {
    for (const std::string_view bad :
         {"",          ":80",    "a b",    "u@a",    "a/b",       "a?b",  "a#b", "a:65536",
          "a:-1",      "a:+1",   "a:8x",   "a:b:1",  "[::1",      "::1",  "[]",  "[::1]x",
          "[::1]x:80", "[g::1]", "a,b:1 ", "a\r\nb", "a\xc3\xa9", "a%41", "a\"", "a<b"}) {
      CAPTURE(bad);
      CHECK(authority(bad) == "none");
    }
  }
}

TEST_SUITE("http/authority: RFC 6454, origins") {
  TEST_CASE("case and default ports make no difference") {
    CHECK(same_origin("http://H", "HTTP://h:80"));
    CHECK(same_origin("https://h:443", "https://h"));
    CHECK(same_origin("capacitor://localhost", "capacitor://localhost"));
  }

  TEST_CASE("scheme, host and port do") {
    CHECK_FALSE(same_origin("http://h", "https://h"));
    CHECK_FALSE(same_origin("http://h:443", "https://h"));
    CHECK_FALSE(same_origin("http://h", "http://h:8080"));
    CHECK_FALSE(same_origin("https://good.com", "https://good.com.evil"));
  }

  TEST_CASE("null, paths, lists, users and strange bytes are no origins") {
    for (const std::string_view bad :
         {"", "null", "http://", "//h", "h", "http:/h", "http://h/", "http://h http://i", "1a://h",
          "://h", "http://u@h", "http://h,http://i", "http://h\r\nX: y", "ht tp://h"}) {
      CAPTURE(bad);
      CHECK_FALSE(parse_origin(bad).has_value());
    }
  }
}

}  // namespace
}  // namespace veche::http
