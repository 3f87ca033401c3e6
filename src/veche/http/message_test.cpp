// Goal: names, lists and queries read as RFC 9110 and browsers have them, in linear time.
// Method: values in, values out.

#include "veche/http/message.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

Headers headers(std::initializer_list<Header> fields) {
  Headers built;
  for (const auto& field : fields) built.add(field.name, field.value);
  return built;
}

TEST_SUITE("http/message: Headers") {
  TEST_CASE("names compare without regard to case and the first field wins") {
    const auto fields = headers({{"Host", "a"}, {"x-b", "1"}, {"X-B", "2"}});
    CHECK(fields.find("hOST") == "a");
    CHECK(fields.find("x-B") == "1");
    CHECK(fields.count("X-b") == 2);
    CHECK(fields.find("hos") == std::nullopt);
    CHECK(fields.count("hosts") == 0);
  }

  TEST_CASE("a token is found in any line of a list, never as part of another") {
    const auto fields = headers({{"Connection", "keep-alive"}, {"connection", "\tUpgrade ,x"}});
    CHECK(fields.has_token("Connection", "upgrade"));
    CHECK(fields.has_token("Connection", "KEEP-ALIVE"));
    CHECK_FALSE(fields.has_token("Connection", "keep"));
    CHECK_FALSE(fields.has_token("Upgrade", "x"));
  }

  TEST_CASE("set replaces every field of the name, add keeps them") {
    auto fields = headers({{"Vary", "a"}, {"B", "b"}, {"vary", "c"}});
    fields.set("VARY", "d");
    CHECK(fields == headers({{"B", "b"}, {"VARY", "d"}}));
    CHECK(fields.size() == 2);
  }
}

TEST_SUITE("http/message: media type") {
  TEST_CASE("JSON is known by its type alone, whatever its parameters and case") {
    for (const auto* type : {"application/json", "Application/JSON ; charset=utf-8"}) {
      CHECK(is_json({.headers = headers({{"Content-Type", type}})}));
    }
    for (const auto* type : {"application/jsonp", "text/plain", "", "application/json, x"}) {
      CHECK_FALSE(is_json({.headers = headers({{"Content-Type", type}})}));
    }
    CHECK_FALSE(is_json({}));
  }
}

TEST_SUITE("http/message: query") {
  TEST_CASE("a value is decoded once, plus is a space, and the first of a name wins") {
    CHECK(query_parameter("a=1&b=x%20y+z&b=2", "b") == "x y z");
    CHECK(query_parameter("a=%2541", "a") == "%41");
    CHECK(query_parameter("%61=1", "a") == "1");
    CHECK(query_parameter("a=b=c", "a") == "b=c");
  }

  TEST_CASE("absent and empty differ") {
    CHECK(query_parameter("sid=&b", "sid") == "");
    CHECK(query_parameter("sid=&b", "b") == "");
    CHECK(query_parameter("sid=&b", "c") == std::nullopt);
    CHECK(query_parameter("", "") == std::nullopt);
    CHECK(query_parameter("&&", "") == std::nullopt);
    CHECK(query_parameter("=1", "") == "1");
  }

  TEST_CASE("a percent sign that starts no escape is itself") {
    CHECK(query_parameter("a=100%", "a") == "100%");
    CHECK(query_parameter("a=%zz%4", "a") == "%zz%4");
    CHECK(query_parameter("a=%41%4", "a") == "A%4");
  }

  TEST_CASE("parameters come in order, up to the bound") {
    const auto found = query_parameters("b=2&&a=%31&c", 256);
    REQUIRE(found.size() == 3);
    CHECK(found[0] == Header{"b", "2"});
    CHECK(found[1] == Header{"a", "1"});
    CHECK(found[2] == Header{"c", ""});
    CHECK(query_parameters("a&b&c", 2).size() == 2);
  }

  TEST_CASE("64k parameters are read once") {
    std::string query;
    for (int i = 0; i < 65'536; ++i) query += "a%20=1&";
    query += "z=26";
    CHECK(query_parameter(query, "z") == "26");
    CHECK(query_parameters(query).size() == 256);
  }
}

TEST_SUITE("http/message: words") {
  TEST_CASE("methods and statuses have the names of RFC 9110") {
    CHECK(to_string(Method::del) == "DELETE");
    CHECK(to_string(Method::other) == "");
    CHECK(reason_phrase(431) == "Request Header Fields Too Large");
    CHECK(reason_phrase(299) == "");
  }

  TEST_CASE("tokens and values are told from what is neither") {
    CHECK(is_token("x-y_1"));
    CHECK_FALSE(is_token(""));
    CHECK_FALSE(is_token("a b"));
    CHECK_FALSE(is_token(std::string_view{"a\0", 2}));
    CHECK(is_field_value("a\tb \xc3\xa9"));
    CHECK_FALSE(is_field_value("a\r\nb"));
    CHECK_FALSE(is_field_value(std::string_view{"\0", 1}));
    CHECK_FALSE(is_field_value("\x7f"));
    CHECK(trim(" \ta b\t ") == "a b");
    CHECK(trim(" ") == "");
    CHECK(hex_value('F') == 15);
    CHECK(hex_value('g') == -1);
  }
}

}  // namespace
}  // namespace veche::http
