// Goal: a path means one thing to everyone who reads it. Method: a table of targets.

#include "veche/http/target.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace veche::http {
namespace {

/// "path|query|authority", "none" for what is refused.
std::string target(std::string_view text, Method method = Method::get) {
  const auto read = parse_target(method, text);
  if (!read) return "none";
  return read->path + "|" + read->query + "|" + read->authority;
}

TEST_SUITE("http/target: RFC 9112 section 3.2") {
  TEST_CASE("origin form: the path is decoded once, the query is left alone") {
    CHECK(target("/socket.io/?EIO=4&t=%20") == "/socket.io/|EIO=4&t=%20|");
    CHECK(target("/a%20b%C3%a9") == "/a b\xc3\xa9||");
    CHECK(target("/%2541") == "/%41||");
    CHECK(target("/a?") == "/a||");
    CHECK(target("/a?b?c=%zz%00") == "/a|b?c=%zz%00|");
    CHECK(target("/a+b;c=1") == "/a+b;c=1||");
    CHECK(target("/...//x") == "/...//x||");
  }

  TEST_CASE("absolute form: host and path are told apart") {
    CHECK(target("http://h:80/a?b") == "/a|b|h:80");
    CHECK(target("HTTPS://h") == "/||h");
    CHECK(target("http://h?b") == "/|b|h");
    CHECK(target("ftp://h/") == "none");
    CHECK(target("http:///a") == "none");
    CHECK(target("http://u@h/") == "none");
    CHECK(target("h:80") == "none");
    CHECK(target("a/b") == "none");
    CHECK(target("?a") == "none");
  }

  TEST_CASE("the asterisk is for OPTIONS") {
    CHECK(target("*", Method::options) == "*||");
    CHECK(target("*") == "none");
    CHECK(target("*/a", Method::options) == "none");
  }
}

TEST_SUITE("http/target: hostile paths") {
  TEST_CASE("dot segments are refused, encoded or not") {
    for (const std::string_view bad :
         {"/../a", "/a/..", "/./a", "/.", "/%2e%2e/a", "/a/%2E./b", "/a/.%2e", "http://h/../a"}) {
      CAPTURE(bad);
      CHECK(target(bad) == "none");
    }
    CHECK(target("/.well-known/..a/b..") == "/.well-known/..a/b..||");
  }

  TEST_CASE("NUL, controls, encoded slashes, cut escapes and bad UTF-8 are refused") {
    for (const std::string_view bad :
         {"/%00", "/a%0d%0ab", "/%7f", "/a%2fb", "/%", "/%4", "/%zz", "/%4g", "/%ff", "/%c3",
          "/%ed%a0%80", "/\xff", "/a?\xff", "/a#b", "/a?b#c"}) {
      CAPTURE(bad);
      CHECK(target(bad) == "none");
    }
  }
}

}  // namespace
}  // namespace veche::http
