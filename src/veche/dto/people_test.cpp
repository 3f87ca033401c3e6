// Goal: the users' routes read and write the contract's JSON, and refuse all else by name.

#include "veche/dto/people.hpp"

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

namespace veche::dto {
namespace {

std::string profile(std::string_view text) {
  json::Parser parser{10'000};
  const auto changes = parse_profile(parser.parse_copy(text).value());
  if (!changes) return changes.error().text;
  return changes->name.value_or("-") + "/" + changes->avatar.value_or("-");
}

TEST_SUITE("dto/people") {
  TEST_CASE("a profile: what is missing or null stays, an empty avatar is a value") {
    CHECK(profile(R"({"name":"Ann","avatar":"a.png","x":1})") == "Ann/a.png");
    CHECK(profile(R"({"avatar":""})") == "-/");
    CHECK(profile(R"({"name":null})") == "-/-");
    CHECK(profile(R"({"name":5})") == "name must be a string");
    CHECK(profile("[]") == "payload must be an object");
  }

  TEST_CASE("a page says whether more follow") {
    std::string out;
    json::Writer json{out};
    write_users(
        json,
        {.users = {{.id = "a", .name = "A", .handle = "a"}}, .total = 5, .limit = 1, .skip = 3});
    CHECK(out == R"({"users":[{"_id":"a","name":"A","email":"","userId":"a","avatar":""}],)"
                 R"("total":5,"limit":1,"skip":3,"hasMore":true})");
  }
}

}  // namespace
}  // namespace veche::dto
