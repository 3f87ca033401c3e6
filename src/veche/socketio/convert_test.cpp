// Goal: what is read is what was written, and what does not suit is named by its place.

#include "veche/socketio/convert.hpp"

#include <cstdint>
#include <map>
#include <unordered_map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/json/parser.hpp"
#include "veche/socketio/arguments.hpp"
#include "veche/socketio/values_test.hpp"

namespace veche::socketio {
namespace {

/// What reading a T says of `text`: nothing, or the problem.
template <typename T>
std::string problem(std::string_view text, const Attachments& attachments = {}) {
  json::Parser parser{100'000};
  Reading in{attachments};
  T out{};
  Convert<T>::read(in, *parser.parse_copy(text), out);
  return in.problem();
}

/// What a value becomes when it is written and read.
template <typename T>
std::optional<T> there_and_back(const T& value) {
  const Arguments args{value};
  json::Parser parser{100'000};
  Reading in{*args.raw().attachments};
  T out{};
  if (!Convert<T>::read(in, *parser.parse_copy(args.raw().args), out)) return std::nullopt;
  return out;
}

TEST_SUITE("socketio/convert: reading") {
  TEST_CASE("numbers are checked for their range; an integral one is an integer") {
    CHECK(problem<std::int8_t>("127") == "");
    CHECK(problem<std::int8_t>("128") == ": an integer from -128 to 127 is needed");
    CHECK(problem<std::uint8_t>("-1") == ": an integer from 0 to 255 is needed");
    CHECK(problem<int>("7.0") == "");
    CHECK(problem<int>("1e3") == "");
    CHECK(problem<int>("7.5") == ": an integer from -2147483648 to 2147483647 is needed");
    CHECK(problem<std::uint64_t>("18446744073709551615") == "");
    CHECK(problem<std::int64_t>("-9223372036854775808") == "");
    CHECK(problem<int>(R"("7")") == ": a number is needed");
    CHECK(problem<double>("7") == "");
    CHECK(problem<double>("null") == ": a number is needed");
  }

  TEST_CASE("the other scalars are what they are, nothing is guessed") {
    CHECK(problem<bool>("true") == "");
    CHECK(problem<bool>("1") == ": true or false is needed");
    CHECK(problem<std::string>(R"("x")") == "");
    CHECK(problem<std::string>("1") == ": a string is needed");
    CHECK(problem<std::string_view>("null") == ": a string is needed");
    CHECK(problem<json::Value>("null") == "");
    CHECK(problem<std::optional<int>>("null") == "");
    CHECK(problem<std::optional<int>>("[]") == ": a number is needed");
  }

  TEST_CASE("the place of a problem is told through containers and structs") {
    CHECK(problem<Point>("[]") == ": an object is needed");
    CHECK(problem<Point>(R"({"x":1,"y":"2"})") == ".y: a number is needed");
    CHECK(problem<Point>(R"({"x":1})") == ".y: a number is needed");
    CHECK(problem<Point>(R"({"x":1,"y":2,"z":3})") == "");
    CHECK(problem<Point>(R"({"x":1,"y":2,"x":3})") == ".x: it is given twice");
    CHECK(problem<std::vector<Point>>(R"([{"x":1,"y":2},{"x":[]}])") ==
          "[1].x: a number is needed");
    CHECK(problem<std::vector<int>>("{}") == ": an array is needed");
    CHECK(problem<std::map<std::string, int>>(R"({"a":1,"b":null})") == ".b: a number is needed");
    CHECK(problem<std::map<std::string, int>>(R"({"a":1,"a":2})") == ".a: it is given twice");
    CHECK(problem<std::map<std::string, int>>("[]") == ": an object is needed");
    const std::string long_key(65, 'k');
    CHECK(problem<std::unordered_map<std::string, int>>("{\"" + long_key + "\":null}") ==
          ".(a long name): a number is needed");
  }

  TEST_CASE("a placeholder is binary only when its attachment is there") {
    const Attachments one{"one"};
    CHECK(problem<Binary>(R"({"_placeholder":true,"num":0})", one) == "");
    for (const char* text : {R"({"_placeholder":true,"num":1})", R"({"_placeholder":true})", "[]",
                             R"({"_placeholder":1,"num":0})", R"("one")", "null",
                             R"({"_placeholder":true,"num":-1})"}) {
      CHECK_MESSAGE(problem<Binary>(text, one) == ": binary is needed", text);
      CHECK_MESSAGE(problem<BinaryView>(text, one) == ": binary is needed", text);
    }
    CHECK(problem<Binary>(R"({"_placeholder":true,"num":0})") == ": binary is needed");
  }
}

TEST_SUITE("socketio/convert: there and back") {
  TEST_CASE("a value survives") {
    const Shape shape{"s\n\"", {{1, -2}, {}}, 0.1, {std::string("\0\xff", 2)}};
    CHECK(there_and_back(shape) == shape);
    CHECK(there_and_back(Binary{"x"}) == Binary{"x"});
    CHECK_FALSE(there_and_back(std::optional<Point>{}).value().has_value());
  }

  TEST_CASE("any numbers and nested containers do") {
    CHECK(rc::check([](std::int64_t number, const std::vector<std::vector<std::uint16_t>>& nested) {
      RC_ASSERT(there_and_back(number) == number);
      RC_ASSERT(there_and_back(nested) == nested);
    }));
    CHECK(rc::check([](const std::map<std::string, std::vector<bool>>& map) {
      std::map<std::string, std::vector<bool>> named;
      for (const auto& [key, value] : map) named[std::to_string(key.size())] = value;
      RC_ASSERT(there_and_back(named) == named);
    }));
    CHECK(rc::check([](double number) {
      RC_PRE(number == number);
      RC_ASSERT(there_and_back(number) == number);
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
