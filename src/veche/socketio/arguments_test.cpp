// Goal: values are written as JavaScript's JSON.stringify would.

#include "veche/socketio/arguments.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <unordered_map>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"
#include "veche/socketio/values_test.hpp"

namespace veche::socketio {
namespace {

template <typename... Ts>
std::string text(const Ts&... values) {
  return std::string{Arguments{values...}.raw().args};
}

TEST_SUITE("socketio/arguments") {
  TEST_CASE("scalars and text") {
    const char* pointer = "p";
    const char array[] = "a";
    CHECK(text(true, 1, -2, 3U, 1.5, 2.0F) == "true,1,-2,3,1.5,2");
    CHECK(text("\"quoted\"", std::string{"s"}, std::string_view{"v"}, pointer, array) ==
          R"("\"quoted\"","s","v","p","a")");
    CHECK(text(std::numeric_limits<std::uint64_t>::max(), std::int8_t{-128}) ==
          "18446744073709551615,-128");
    CHECK(text(nullptr, std::numeric_limits<double>::infinity()) == "null,null");
  }

  TEST_CASE("containers, one in another") {
    CHECK(text(std::vector<std::vector<int>>{{1, 2}, {}}) == "[[1,2],[]]");
    CHECK(text(std::vector<bool>{true, false}) == "[true,false]");
    CHECK(text(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == R"({"a":1,"b":2})");
    CHECK(text(std::unordered_map<std::string, bool>{{"a", true}}) == R"({"a":true})");
    CHECK(text(std::optional<int>{}, std::optional<int>{1}) == "null,1");
  }

  TEST_CASE("structs; a member that is not there is left out") {
    CHECK(text(Point{1, 2}) == R"({"x":1,"y":2})");
    const Shape shape{"s", {{1, 2}}, {}, {"img"}};
    const Arguments args{Binary{"first"}, shape, BinaryView{"last"}};
    CHECK(args.raw().args ==
          R"({"_placeholder":true,"num":0},{"name":"s","points":[{"x":1,"y":2}],)"
          R"("image":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":2})");
    CHECK(*args.raw().attachments == Attachments{"first", "img", "last"});
  }

  TEST_CASE("what was read is written as it was") {
    json::Parser parser{1000};
    const auto value = parser.parse_copy(R"({"a":[1,null,"x"]})");
    CHECK(text(*value, 2) == R"({"a":[1,null,"x"]},2)");
  }

  TEST_CASE("Raw stands for all of them") {
    const Attachments one{"one"};
    const Arguments args{Raw{"1,2", &one}};
    CHECK(args.raw().args == "1,2");
    CHECK(args.raw().attachments == &one);
    CHECK(Arguments{}.raw().args == "");
  }
}

}  // namespace
}  // namespace veche::socketio
