// Goal: a member of the wrong type is refused by name, and nothing else is.
// Method: one object, one reading, the error's text or the value compared.

#include "veche/dto/fields.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

namespace veche::dto {
namespace {

const Error nobody{Errc::not_found, "nobody"};

// Reads `json` by `read` and gives the error's text, "" when there was none.
template <typename Read>
std::string reading(std::string_view json, Read read) {
  json::Parser parser{1'000'000};
  const auto value = parser.parse_copy(json);
  REQUIRE(value.has_value());
  Fields fields{*value};
  read(fields);
  return fields.error() == nullptr ? std::string{} : fields.error()->text;
}

std::string reading_text(std::string_view json, std::string& target) {
  return reading(json, [&target](Fields& fields) { fields.text("name", target, 5); });
}

TEST_SUITE("dto/fields: texts") {
  TEST_CASE("members are found in any order, and none where there are no more") {
    const auto all = [](std::string_view json) {
      std::string a = "-", b = "-", c = "-";
      const auto problem = reading(json, [&](Fields& fields) {
        fields.any_text("a", a, Presence::optional).any_text("b", b, Presence::optional);
        fields.any_text("c", c, Presence::optional);
      });
      return problem.empty() ? a + b + c : problem;
    };
    CHECK(all("{}") == "---");
    CHECK(all(R"({"c":"3","a":"1"})") == "1-3");
    CHECK(all(R"({"a":"1","b":"2"})") == "12-");
    CHECK(all(R"({"b":"2","a":"1","c":"3"})") == "123");
    CHECK(all(R"({"a":null,"c":"3"})") == "--3");
    CHECK(all(R"({"x":0,"y":0,"z":0,"c":"3"})") == "--3");
    CHECK(all(R"({"a":"1","c":"3","c":"4"})") == "c is given twice");
  }

  TEST_CASE("a string within its limit is copied") {
    std::string name;
    CHECK(reading_text(R"({"other":[1],"name":"Ada"})", name) == "");
    CHECK(name == "Ada");
  }

  TEST_CASE("every refusal names the member") {
    std::string name;
    CHECK(reading_text(R"({})", name) == "name must be a string");
    CHECK(reading_text(R"({"name":null})", name) == "name must be a string");
    CHECK(reading_text(R"({"name":7})", name) == "name must be a string");
    CHECK(reading_text(R"({"name":{"$gt":""}})", name) == "name must be a string");
    CHECK(reading_text(R"({"name":""})", name) == "name must not be empty");
    CHECK(reading_text(R"({"name":"Adaline"})", name) == "name is too long");
    CHECK(reading_text(R"({"name":"a\u0000"})", name) == "name must not contain U+0000");
    CHECK(reading_text(R"({"name":"a","name":"b"})", name) == "name is given twice");
    CHECK(name.empty());
  }

  TEST_CASE("what is no object is refused") {
    std::string name;
    for (const auto* json : {"null", "[]", "7", "\"name\"", "true"}) {
      CHECK(reading_text(json, name) == "payload must be an object");
    }
  }

  TEST_CASE("an optional member may be missing or null, not of another type") {
    std::string name{"kept"};
    const auto read = [&name](Fields& fields) { fields.text("name", name, 5, Presence::optional); };
    CHECK(reading(R"({})", read) == "");
    CHECK(reading(R"({"name":null})", read) == "");
    CHECK(reading(R"({"name":[]})", read) == "name must be a string");
    CHECK(name == "kept");
  }

  TEST_CASE("the first refusal stays") {
    std::string a;
    std::string b;
    CHECK(reading(R"({})", [&](Fields& fields) { fields.text("a", a, 5).text("b", b, 5); }) ==
          "a must be a string");
  }
}

TEST_SUITE("dto/fields: ids") {
  TEST_CASE("a text that can be no id is answered as an unknown one") {
    std::string id;
    const auto read = [&id](Fields& fields) { fields.id("userId", id, nobody); };
    CHECK(reading(R"({"userId":"u_1-A"})", read) == "");
    CHECK(id == "u_1-A");
    CHECK(reading(R"({"userId":"a b"})", read) == "nobody");
    CHECK(reading(R"({"userId":""})", read) == "userId must not be empty");
    CHECK(reading(R"({"userId":1})", read) == "userId must be a string");
  }

  TEST_CASE("a list has a limit") {
    std::vector<std::string> ids;
    const auto read = [&ids](Fields& fields) { fields.ids("ids", ids, 2, nobody); };
    CHECK(reading(R"({"ids":["a","b"]})", read) == "");
    CHECK(ids == std::vector<std::string>{"a", "b"});
    CHECK(reading(R"({"ids":["a","b","c"]})", read) == "ids has too many items");
    CHECK(reading(R"({"ids":["a",1]})", read) == "ids must be an array of strings");
    CHECK(reading(R"({"ids":"a"})", read) == "ids must be an array of strings");
    CHECK(reading(R"({"ids":["/"]})", read) == "nobody");
    CHECK(reading(R"({})", read) == "");
  }
}

TEST_SUITE("dto/fields: integers") {
  TEST_CASE("a number is integral and in its range") {
    std::int64_t n{};
    const auto read = [&n](Fields& fields) { fields.integer("n", n, {1, 200}); };
    CHECK(reading(R"({"n":200})", read) == "");
    CHECK(n == 200);
    CHECK(reading(R"({"n":201})", read) == "n must be from 1 to 200");
    CHECK(reading(R"({"n":0})", read) == "n must be from 1 to 200");
    CHECK(reading(R"({"n":1.5})", read) == "n must be an integer");
    CHECK(reading(R"({"n":"5"})", read) == "n must be an integer");
    CHECK(reading(R"({"n":null})", read) == "");
  }
}

TEST_SUITE("dto/fields: flags") {
  TEST_CASE("true or false, or not there") {
    bool is_set{};
    const auto read = [&is_set](Fields& fields) { fields.flag("f", is_set); };
    CHECK(reading(R"({"f":true})", read) == "");
    CHECK(is_set);
    CHECK(reading(R"({"f":null})", read) == "");
    CHECK(reading(R"({})", read) == "");
    CHECK(is_set);
    CHECK(reading(R"({"f":"true"})", read) == "f must be true or false");
    CHECK(reading(R"({"f":0})", read) == "f must be true or false");
  }
}

TEST_SUITE("dto/fields: changes") {
  TEST_CASE("missing and null change nothing, an empty text does") {
    std::optional<std::string> name;
    const auto read = [&name](Fields& fields) { fields.change("name", name, 5); };
    CHECK(reading(R"({})", read) == "");
    CHECK(reading(R"({"name":null})", read) == "");
    CHECK_FALSE(name.has_value());
    CHECK(reading(R"({"name":""})", read) == "");
    CHECK(name == "");
    CHECK(reading(R"({"name":"123456"})", read).starts_with("name "));
    CHECK(reading(R"({"name":7})", read) == "name must be a string");
    CHECK(name == "");
  }
}

}  // namespace
}  // namespace veche::dto
