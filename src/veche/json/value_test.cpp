// Goal: what a document holds comes out whole, and two readers cannot see two things in it.
// Method: small texts, every question asked of every type, and objects of 1e6 members.

#include "veche/json/value.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

namespace veche::json {
namespace {

/// A document that lives as long as the test.
struct Document {
  explicit Document(std::string_view text) : root{*parser.parse_copy(text)} {}
  Parser parser{32'000'000};
  Value root;
};

TEST_SUITE("json/value: RFC 8259 section 3, values") {
  TEST_CASE("each type answers its own question and no other") {
    const Document d{R"([null,true,"x",1,[1],{"a":1}])"};
    std::string types;
    for (const Value item : d.root.items()) {
      types += item.is_null() ? 'n' : '-';
      types += item.as_bool() ? 'b' : '-';
      types += item.as_string() ? 's' : '-';
      types += item.as_double() ? 'd' : '-';
      types += item.is_array() ? 'a' : '-';
      types += item.is_object() ? 'o' : '-';
      types += ' ';
    }
    CHECK(types == "n----- -b---- --s--- ---d-- ----a- -----o ");
  }

  TEST_CASE("a default-constructed value is null and empty") {
    const Value nothing;
    CHECK(nothing.is_null());
    CHECK(nothing.size() == 0);
    CHECK_FALSE(nothing.as_int());
    CHECK_FALSE(nothing.find("a"));
    CHECK(nothing.at(0).is_null());
    CHECK_FALSE(nothing.has_duplicate_keys());
    for (const Value item : nothing.items()) CHECK(item.is_null());
    for (const Member member : nothing.members()) CHECK(member.key.empty());
  }

  TEST_CASE("false and true are told apart") {
    const Document d{"[false,true]"};
    CHECK(d.root.at(0).as_bool() == false);
    CHECK(d.root.at(1).as_bool() == true);
  }

  TEST_CASE("at() gives null past the end") {
    const Document d{R"([1,{"k":[2]}])"};
    CHECK(d.root.at(1).find("k")->at(0).as_int() == 2);
    CHECK(d.root.at(2).is_null());
  }
}

TEST_SUITE("json/value: RFC 8259 section 6, numbers") {
  TEST_CASE("as_int takes integral values that fit, however they are written") {
    const Document d{"[1,1.0,1e3,-0.0,-9223372036854775808,9223372036854775807]"};
    CHECK(d.root.at(0).as_int() == 1);
    CHECK(d.root.at(1).as_int() == 1);
    CHECK(d.root.at(2).as_int() == 1000);
    CHECK(d.root.at(3).as_int() == 0);
    CHECK(d.root.at(4).as_int() == INT64_MIN);
    CHECK(d.root.at(5).as_int() == INT64_MAX);
  }

  TEST_CASE("as_int refuses fractions and what does not fit") {
    const Document d{R"([1.5,9223372036854775808,9.3e18,-9.3e18,1e308,"1",true])"};
    for (const Value item : d.root.items()) CHECK_FALSE(item.as_int());
  }

  TEST_CASE("as_uint reaches 2^64 - 1 and refuses what is below 0") {
    const Document d{"[18446744073709551615,9.3e18,0,-1,-1.0,1.9e19]"};
    CHECK(d.root.at(0).as_uint() == UINT64_MAX);
    CHECK(d.root.at(1).as_uint() == 9'300'000'000'000'000'000U);
    CHECK(d.root.at(2).as_uint() == 0);
    for (const std::size_t index : {3U, 4U, 5U}) CHECK_FALSE(d.root.at(index).as_uint());
  }

  TEST_CASE("as_double takes every number") {
    const Document d{"[1,18446744073709551615,2.5,-3]"};
    CHECK(d.root.at(0).as_double() == 1.0);
    CHECK(d.root.at(1).as_double() == 0x1p64);
    CHECK(d.root.at(2).as_double() == 2.5);
    CHECK(d.root.at(3).as_double() == -3.0);
  }
}

TEST_SUITE("json/value: RFC 8259 section 7, strings") {
  TEST_CASE("escapes are resolved") {
    const Document d{R"(["\"\\\/\b\f\n\r\t\u0416\ud83d\ude00"])"};
    CHECK(d.root.at(0).as_string() == "\"\\/\b\f\n\r\tЖ😀");
  }

  TEST_CASE("U+0000 is a character like any other; who reads a field decides about it") {
    const Document d{R"(["a\u0000b",{"\u0000":1}])"};
    CHECK(d.root.at(0).as_string() == std::string_view{"a\0b", 3});
    CHECK(d.root.at(1).find(std::string_view{"\0", 1})->as_int() == 1);
  }
}

TEST_SUITE("json/value: RFC 8259 section 4, objects") {
  TEST_CASE("members come in the order in which they were written") {
    const Document d{R"({"b":[1,2],"a":{"x":1},"c":2.5,"d":"s"})"};
    std::string keys;
    for (const Member member : d.root.members()) keys += std::string{member.key} + " ";
    CHECK(keys == "b a c d ");
    CHECK(d.root.size() == 4);
    CHECK(d.root.find("c")->as_double() == 2.5);
    CHECK_FALSE(d.root.find("x"));
    CHECK(d.root.items().begin() == d.root.items().end());
  }

  TEST_CASE("lookup tells absent, null and given twice apart") {
    const Document d{R"({"a":1,"n":null,"b":1,"b":1})"};
    CHECK(d.root.lookup("a").value()->as_int() == 1);
    CHECK(d.root.lookup("n").value()->is_null());
    CHECK_FALSE(d.root.lookup("x").value().has_value());
    CHECK(d.root.lookup("b").error().code == Errc::bad_request);
    CHECK(d.root.find("b")->as_int() == 1);
  }

  TEST_CASE("keys are compared after their escapes are resolved") {
    const Document d{R"({"a":1,"\u0061":2})"};
    CHECK(d.root.has_duplicate_keys());
    CHECK_FALSE(d.root.lookup("a"));
  }

  TEST_CASE("duplicate keys are found in small and in large objects, at any place") {
    for (const int count : {1, 2, 16, 17, 100}) {
      std::string text = "{";
      for (int i = 0; i < count; ++i) text += "\"k" + std::to_string(i) + "\":{\"k0\":1},";
      CHECK_FALSE(Document{text + "\"z\":1}"}.root.has_duplicate_keys());
      CHECK(Document{text + "\"k0\":1}"}.root.has_duplicate_keys());
      CHECK(Document{text + "\"z\":1,\"z\":2}"}.root.has_duplicate_keys());
    }
  }
}

TEST_SUITE("json/value: hostile input 55") {
  TEST_CASE("a million keys are searched for duplicates without a square") {
    std::string text = "{";
    for (int i = 0; i < 1'000'000; ++i) text += "\"" + std::to_string(i) + "\":0,";
    const Document unique{text + "\"end\":0}"};
    CHECK(unique.root.size() == 1'000'001);
    CHECK_FALSE(unique.root.has_duplicate_keys());
    CHECK(Document{text + "\"500000\":0}"}.root.has_duplicate_keys());
  }
}

}  // namespace
}  // namespace veche::json
