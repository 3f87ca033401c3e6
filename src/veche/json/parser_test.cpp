// Goal: only JSON comes in, in linear time, and nothing beyond a text's end is looked at.
// Method: each limit from both sides, each way of being almost JSON, and every prefix of a
// document followed by bytes that would complete it.

#include "veche/json/parser.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::json {
namespace {

std::string nested(std::size_t depth, const char* innermost) {
  return std::string(depth, '[') + innermost + std::string(depth, ']');
}

/// "ok", or the code and the text of the error.
std::string outcome(Parser& parser, std::string_view text) {
  const auto parsed = parser.parse_copy(text);
  if (parsed) return "ok";
  return (parsed.error().code == Errc::bad_request ? "bad_request: " : "other: ") +
         parsed.error().text;
}

TEST_SUITE("json/parser: RFC 8259") {
  TEST_CASE("any value may be a document, with white space around it") {
    Parser parser{1000};
    CHECK(parser.parse_copy(" 1 ")->as_int() == 1);
    CHECK(parser.parse_copy("\"x\"")->as_string() == "x");
    CHECK(parser.parse_copy("\r\n\t[]\n")->is_array());
    CHECK(parser.parse_copy("null")->is_null());
    CHECK(parser.parse_copy("true")->as_bool() == true);
  }

  TEST_CASE("what is almost JSON is refused") {
    Parser parser{1000};
    for (const auto* bad :
         {"",        " ",         "{",      "[1",       "[1,]",  "{\"a\":1,}", "{a:1}",
          "'a'",     "[1] x",     "1 2",    "[1]]",     "{}{}",  "nul",        "nulll",
          "truex",   "\"a",       "\"\\",   "01",       "+1",    "1.",         ".5",
          "0x1",     "-",         "NaN",    "Infinity", "[1 2]", "{\"a\" 1}",  "\"\n\"",
          "\"\\x\"", "\"\\u12\"", "//c\n1", "{1:2}",    "]",     ",",          ":"}) {
      CAPTURE(bad);
      CHECK(outcome(parser, bad).substr(0, 11) == "bad_request");
    }
    CHECK(outcome(parser, std::string_view{"[1]\0", 4}) == "bad_request: malformed JSON");
  }

  TEST_CASE("a document ends where the text ends, whatever stands in the padding") {
    Parser parser{1000};
    const std::string whole = R"({"a":[1,-2.5e3,true,"x\u0041y"],"b":null})";
    for (const std::string& filler :
         {std::string(64, '1'), std::string(64, '"'), std::string(64, ']'), std::string(64, ' ')}) {
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string prefix = whole.substr(0, size);
        CHECK_FALSE(
            parser.parse(std::string_view{prefix + whole.substr(size) + filler}.substr(0, size)));
        const std::string padded = prefix + filler;
        CHECK_FALSE(parser.parse(std::string_view{padded}.substr(0, size)));
      }
      const std::string padded = whole + filler;
      CHECK(parser.parse(std::string_view{padded}.substr(0, whole.size())));
      for (const std::string scalar : {"12", "true", "\"s\"", "-1.5"}) {
        const std::string text = scalar + filler;
        CHECK(parser.parse(std::string_view{text}.substr(0, scalar.size())));
      }
    }
  }

  TEST_CASE("the text may change after the parse") {
    Parser parser{1000};
    std::string text = R"(["abc","a\"c"])";
    const std::size_t size = text.size();
    text.append(Parser::padding, ' ');
    const Value root = *parser.parse(std::string_view{text}.substr(0, size));
    text.assign(text.size(), '#');
    CHECK(root.at(0).as_string() == "abc");
    CHECK(root.at(1).as_string() == "a\"c");
  }

  TEST_CASE("a refused text leaves the parser as it was") {
    Parser parser{1000};
    CHECK_FALSE(parser.parse_copy("[1"));
    CHECK(parser.parse_copy("[1]"));
  }
}

TEST_SUITE("json/parser: limits") {
  TEST_CASE("a text of bytes_max bytes is read, one more is too large") {
    Parser parser{10};
    CHECK(parser.parse_copy("\"12345678\""));
    CHECK(parser.parse_copy("\"123456789\"").error().code == Errc::too_large);
  }

  TEST_CASE("depth_max levels are read, one more is refused, in whatever order texts come") {
    Parser parser{4'000'000};
    CHECK_FALSE(parser.parse_copy(""));
    for (const std::size_t spaces : {0U, 5'000U, 300'000U, 0U, 2'000'000U, 1U}) {
      const std::string blank(spaces, ' ');
      CHECK(outcome(parser, blank + nested(Parser::depth_max - 1, "1")) == "ok");
      CHECK(outcome(parser, blank + nested(Parser::depth_max, "")) == "ok");
      CHECK(outcome(parser, blank + nested(Parser::depth_max, "1")) ==
            "bad_request: JSON nested too deeply");
      CHECK(outcome(parser, blank + nested(Parser::depth_max + 1, "")) ==
            "bad_request: JSON nested too deeply");
    }
  }

  TEST_CASE("room for long texts comes and goes") {
    Parser parser{4'000'000};
    const std::string text = "\"" + std::string(3'000'000, 'x') + "\"";
    for (int round = 0; round < 3; ++round) {
      CHECK(parser.parse_copy(text)->as_string()->size() == 3'000'000);
      CHECK(parser.parse_copy("[1,2]")->size() == 2);
    }
  }
}

TEST_SUITE("json/parser: hostile input 55") {
  TEST_CASE("a million levels") {
    Parser parser{10'000'000};
    CHECK(outcome(parser, nested(1'000'000, "1")) == "bad_request: JSON nested too deeply");
    CHECK(outcome(parser, std::string(1'000'000, '[')).substr(0, 11) == "bad_request");
    std::string objects;
    for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
    CHECK(outcome(parser, objects).substr(0, 11) == "bad_request");
  }

  TEST_CASE("numbers that no double holds") {
    Parser parser{1000};
    for (const auto* bad :
         {"1e400", "-1e400", "[1e309]", "18446744073709551616", "1e99999999999"}) {
      CHECK(outcome(parser, bad) == "bad_request: bad number in JSON");
    }
    CHECK(parser.parse_copy("1e-400")->as_double() == 0.0);
    CHECK(parser.parse_copy("1e308")->as_double() == 1e308);
  }

  TEST_CASE("a byte order mark") {
    Parser parser{1000};
    CHECK(outcome(parser, "\xEF\xBB\xBF[1]") == "bad_request: JSON starts with a byte order mark");
    CHECK(outcome(parser, "\xFF\xFE[").substr(0, 11) == "bad_request");
  }

  TEST_CASE("lone surrogates, escaped or not") {
    Parser parser{1000};
    for (const auto* bad : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\ud800")",
                            R"("\ud800\u0041")", R"({"\ud800":1})"}) {
      CAPTURE(bad);
      CHECK(outcome(parser, bad) == "bad_request: bad string in JSON");
    }
    CHECK(outcome(parser, "\"\xED\xA0\x80\"") == "bad_request: JSON is not UTF-8");
  }

  TEST_CASE("bytes that are not UTF-8") {
    Parser parser{1000};
    for (const auto* bad :
         {"\"\xFF\"", "\"\xC0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"", "\x80"}) {
      CHECK(outcome(parser, bad).substr(0, 11) == "bad_request");
    }
  }
}

}  // namespace
}  // namespace veche::json
