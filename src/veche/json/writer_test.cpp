// Goal: what is written is JSON and reads back as what was meant. Method: short expected texts,
// every character that needs an escape at every place, and random trees read back.

#include "veche/json/writer.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/json/parser.hpp"

namespace veche::json {
namespace {

std::string text_of(double number) {
  std::string out;
  Writer{out}.number(number);
  return out;
}

/// A document to write and to compare with what was read.
struct Tree {
  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
               std::vector<Tree>, std::map<std::string, Tree>>
      node;
};

void write(Writer& json, const Tree& tree) {
  struct Visitor {
    Writer& json;
    void operator()(std::nullptr_t) const { json.null(); }
    void operator()(bool value) const { json.boolean(value); }
    void operator()(std::int64_t value) const { json.number(value); }
    void operator()(std::uint64_t value) const { json.number(value); }
    void operator()(double value) const { json.number(value); }
    void operator()(const std::string& value) const { json.string(value); }
    void operator()(const std::vector<Tree>& items) const {
      json.begin_array();
      for (const auto& item : items) write(json, item);
      json.end_array();
    }
    void operator()(const std::map<std::string, Tree>& members) const {
      json.begin_object();
      for (const auto& [key, value] : members) write(json.key(key), value);
      json.end_object();
    }
  };
  std::visit(Visitor{json}, tree.node);
}

bool same(Value read, const Tree& tree) {
  struct Visitor {
    Value read;
    bool operator()(std::nullptr_t) const { return read.is_null(); }
    bool operator()(bool value) const { return read.as_bool() == value; }
    bool operator()(std::int64_t value) const { return read.as_int() == value; }
    bool operator()(std::uint64_t value) const { return read.as_uint() == value; }
    bool operator()(double value) const { return read.as_double() == value; }
    bool operator()(const std::string& value) const { return read.as_string() == value; }
    bool operator()(const std::vector<Tree>& items) const {
      if (!read.is_array() || read.size() != items.size()) return false;
      std::size_t at = 0;
      for (const Value item : read.items()) {
        if (!same(item, items[at++])) return false;
      }
      return at == items.size();
    }
    bool operator()(const std::map<std::string, Tree>& members) const {
      if (!read.is_object() || read.size() != members.size()) return false;
      for (const auto& [key, value] : members) {
        const auto found = read.find(key);
        if (!found || !same(*found, value)) return false;
      }
      return true;
    }
  };
  return std::visit(Visitor{read}, tree.node);
}

/// Valid UTF-8 with more than its share of what needs an escape.
rc::Gen<std::string> any_string() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
                          rc::gen::map(rc::gen::inRange(0, 0x80),
                                       [](int c) { return std::string(1, static_cast<char>(c)); }),
                          rc::gen::elementOf(std::vector<std::string>{"\"", "\\", "ж", "😀",
                                                                      "\u2028", "plain text"}))),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const auto& part : parts) text += part;
                        return text;
                      });
}

rc::Gen<double> any_finite() {
  return rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
    double number = 0;
    static_assert(sizeof bits == sizeof number);
    std::memcpy(&number, &bits, sizeof number);
    return std::isfinite(number) ? number : 0.5;
  });
}

rc::Gen<Tree> any_tree(int depth) {
  const auto wrap = [](auto node) { return Tree{std::move(node)}; };
  auto leaf =
      rc::gen::oneOf(rc::gen::just(Tree{nullptr}), rc::gen::map(rc::gen::arbitrary<bool>(), wrap),
                     rc::gen::map(rc::gen::arbitrary<std::int64_t>(), wrap),
                     rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), wrap),
                     rc::gen::map(any_finite(), wrap), rc::gen::map(any_string(), wrap));
  if (depth == 0) return leaf;
  return rc::gen::oneOf(
      leaf,
      rc::gen::map(rc::gen::resize(8, rc::gen::container<std::vector<Tree>>(any_tree(depth - 1))),
                   wrap),
      rc::gen::map(rc::gen::resize(8, rc::gen::container<std::map<std::string, Tree>>(
                                          any_string(), any_tree(depth - 1))),
                   wrap));
}

std::string appended(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

TEST_SUITE("json/writer: structure") {
  TEST_CASE("commas and colons come by themselves") {
    std::string out = "42";
    Writer json{out};
    json.begin_array().string("e").begin_object().end_object().begin_array().end_array();
    json.begin_object().member("a", 1).key("b").begin_array().null().boolean(true).end_array();
    json.member("c", "x").end_object().number(-1).raw("{\"r\":1}").end_array();
    CHECK(out == R"(42["e",{},[],{"a":1,"b":[null,true],"c":"x"},-1,{"r":1}])");
  }

  TEST_CASE("member takes every kind of value") {
    std::string out;
    const std::string text = "s";
    const std::optional<std::string> some = "o";
    const std::optional<std::int64_t> none;
    Writer{out}
        .begin_object()
        .member("literal", "l")
        .member("string", text)
        .member("view", std::string_view{"v"})
        .member("bool", false)
        .member("int", std::int64_t{-5})
        .member("size", std::size_t{5})
        .member("double", 0.5)
        .member("some", some)
        .member("none", none)
        .member("null", nullptr)
        .member("read", Value{})
        .end_object();
    CHECK(out == R"({"literal":"l","string":"s","view":"v","bool":false,"int":-5,"size":5,)"
                 R"("double":0.5,"some":"o","none":null,"null":null,"read":null})");
  }

  TEST_CASE("a value that was read is written as it was") {
    Parser parser{1000};
    const std::string text =
        R"([null,true,false,-7,18446744073709551615,0.25,"a\"\u0001b",[],{},{"k":[1,{"m":"ж"}]}])";
    std::string out;
    Writer{out}.value(*parser.parse_copy(text));
    CHECK(out == text);
  }
}

TEST_SUITE("json/writer: RFC 8259 section 7, strings") {
  TEST_CASE("short escapes where there is one, \\u00XX for the other controls") {
    std::string out;
    Writer{out}.string(std::string_view{"\"\\/\b\f\n\r\t\0\x01\x1F\x20\x7F", 13});
    CHECK(out == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\x20\x7F\"");
  }

  TEST_CASE("UTF-8 stays as it is, U+2028 included") {
    std::string out;
    Writer{out}.string("Ж😀\u2028\u00A0");
    CHECK(out == "\"Ж😀\u2028\u00A0\"");
  }

  TEST_CASE("every ASCII character reads back at every place of a word") {
    Parser parser{1000};
    for (int character = 0; character < 0x80; ++character) {
      for (std::size_t place = 0; place < 20; ++place) {
        for (const auto* around : {"a", "!", "\x7F", "я"}) {
          std::string text;
          for (int i = 0; i < 20; ++i) text += around;
          if (std::string_view{around}.size() == 1) {
            text[place] = static_cast<char>(character);
          } else {
            text.insert(place / 2 * 2, 1, static_cast<char>(character));
          }
          std::string out;
          Writer{out}.string(text);
          const auto read = parser.parse_copy(out);
          REQUIRE(read);
          REQUIRE(read->as_string() == text);
          REQUIRE(out.size() <= text.size() + 7);
          REQUIRE(appended(text) == out);
        }
      }
    }
  }

  TEST_CASE("every ASCII character reads back at every place of a short text") {
    Parser parser{1000};
    for (int character = 0; character < 0x80; ++character) {
      for (std::size_t size = 1; size < 20; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
          std::string text(size, 'a');
          text[place] = static_cast<char>(character);
          std::string out;
          Writer{out}.string(text);
          const auto read = parser.parse_copy(out);
          REQUIRE(read);
          REQUIRE(read->as_string() == text);
          REQUIRE(appended(text) == out);
        }
      }
    }
  }

  TEST_CASE("an escape is seen at every place of a text of several blocks") {
    Parser parser{1000};
    for (std::size_t size = 16; size <= 200; size += 7) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'a');
        text[place] = '"';
        std::string out;
        Writer{out}.string(text);
        REQUIRE(out.size() == size + 3);
        const auto read = parser.parse_copy(out);
        REQUIRE(read);
        REQUIRE(read->as_string() == text);
      }
    }
  }

  TEST_CASE("a string is appended to whatever there is") {
    std::string out = "42[";
    append_string(out, "");
    append_string(out, "a\nb");
    CHECK(out == R"(42["""a\nb")");
  }

  TEST_CASE("a string is plain when it needs no escape, wherever that would stand") {
    for (std::size_t size = 0; size <= 40; ++size) {
      std::string text(size, 'x');
      REQUIRE(is_plain(text));
      for (char& character : text) {
        for (const char bad : {'"', '\\', '\n', '\0'}) {
          character = bad;
          REQUIRE_FALSE(is_plain(text));
        }
        character = '\x80';
        REQUIRE(is_plain(text));
      }
    }
  }

  TEST_CASE("two parts are one string, wherever they meet") {
    const std::string text =
        "plain, \"quoted\" and \n\x01, ж, and longer than a part of the writer is";
    std::string whole;
    Writer{whole}.string(text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      std::string out;
      Writer{out}.string(text.substr(0, at), text.substr(at));
      REQUIRE(out == whole);
    }
  }

  TEST_CASE("plain text is taken as it is") {
    std::string out;
    Writer{out}.begin_array().plain("").plain("2026").end_array();
    CHECK(out == R"(["","2026"])");
  }

  TEST_CASE("the string is whole after each value, whatever stood in it and however long it gets") {
    for (std::size_t before = 0; before < 700; before += 7) {
      std::string out(before, '.');
      std::string expected = out;
      Writer json{out};
      json.number(1);
      REQUIRE(out == (expected += "1"));
      for (std::size_t size = 1; size < 3'000; size *= 3) {
        const std::string text(size, 'x');
        json.begin_object().member("k", text).key("l").raw("[]").end_object();
        REQUIRE(out == (expected += ",{\"k\":\"" + text + "\",\"l\":[]}"));
      }
    }
  }

  TEST_CASE("a value takes the place of what the string held, shorter or longer") {
    std::string out = "what was there before";
    Writer{out, Over::all}.begin_array().number(1).end_array();
    CHECK(out == "[1]");
    const std::string longer(1'000, 'x');
    Writer{out, Over::all}.string(longer);
    CHECK(out == '"' + longer + '"');
    Writer{out, Over::all}.null();
    CHECK(out == "null");
    out.clear();
    Writer{out, Over::all}.begin_object().end_object();
    CHECK(out == "{}");
  }

  TEST_CASE("a long text of nothing but escapes takes linear time") {
    std::string out;
    Writer{out}.string(std::string(4'000'000, '\n'));
    CHECK(out.size() == 8'000'002);
    CHECK(out.substr(out.size() - 3) == "\\n\"");
  }

  TEST_CASE("keys are escaped too") {
    std::string out;
    const std::string key = "a\"b";
    Writer{out}.begin_object().member(key, 1).member(key, "c").member("d", 2).end_object();
    CHECK(out == R"({"a\"b":1,"a\"b":"c","d":2})");
  }

  TEST_CASE("a member's text is escaped wherever it stands") {
    std::string out;
    Writer json{out};
    json.begin_object().member("a", "1\"2").member("", "").member("b", "12345678\n").key("c");
    json.string("\\").end_object();
    CHECK(out == R"({"a":"1\"2","":"","b":"12345678\n","c":"\\"})");
  }
}

TEST_SUITE("json/writer: RFC 8259 section 6, numbers") {
  TEST_CASE("doubles look as JavaScript prints them") {
    CHECK(text_of(0.0) == "0");
    CHECK(text_of(-0.0) == "0");
    CHECK(text_of(1.0) == "1");
    CHECK(text_of(-1.5) == "-1.5");
    CHECK(text_of(100.0) == "100");
    CHECK(text_of(0.1) == "0.1");
    CHECK(text_of(123.456) == "123.456");
    CHECK(text_of(0.000001) == "0.000001");
    CHECK(text_of(0.00000123) == "0.00000123");
    CHECK(text_of(1e-7) == "1e-7");
    CHECK(text_of(-1.5e-9) == "-1.5e-9");
    CHECK(text_of(1764000000123.0) == "1764000000123");
    CHECK(text_of(9007199254740993.0) == "9007199254740992");
    CHECK(text_of(1e18) == "1000000000000000000");
    CHECK(text_of(1e21) == "1e+21");
    CHECK(text_of(1.7976931348623157e308) == "1.7976931348623157e+308");
    CHECK(text_of(5e-324) == "5e-324");
  }

  TEST_CASE("from 2^63 on there is an exponent, so that a Parser reads it") {
    Parser parser{1000};
    CHECK(text_of(1e20) == "1e+20");
    for (const double number : {0x1p63, -0x1p63, 0x1p64, -0x1p64, 1e20, -1e20, 9.2e18}) {
      CHECK(parser.parse_copy(text_of(number))->as_double() == number);
    }
  }

  TEST_CASE("what JSON has no number for becomes null") {
    CHECK(text_of(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(text_of(std::numeric_limits<double>::infinity()) == "null");
    CHECK(text_of(-std::numeric_limits<double>::infinity()) == "null");
  }

  TEST_CASE("integers are exact") {
    std::string out;
    Writer{out}.begin_array().number(INT64_MIN).number(INT64_MAX).number(UINT64_MAX).end_array();
    CHECK(out == "[-9223372036854775808,9223372036854775807,18446744073709551615]");
  }
}

TEST_SUITE("json/writer: properties") {
  TEST_CASE("parse(write(tree)) is the tree, and writing it again changes nothing") {
    CHECK(rc::check([] {
      const Tree tree = *any_tree(4);
      std::string out;
      Writer json{out};
      write(json, tree);
      Parser parser{32'000'000};
      const auto read = parser.parse_copy(out);
      RC_ASSERT(read.has_value());
      RC_ASSERT(same(*read, tree));
      std::string again;
      Writer{again}.value(*read);
      Parser second{32'000'000};
      RC_ASSERT(same(*second.parse_copy(again), tree));
    }));
  }

  TEST_CASE("every finite double reads back as itself") {
    CHECK(rc::check([] {
      const double number = *any_finite();
      Parser parser{1000};
      RC_ASSERT(parser.parse_copy(text_of(number))->as_double() == number);
    }));
  }
}

}  // namespace
}  // namespace veche::json
