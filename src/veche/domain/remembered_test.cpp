// Goal: rows are found by number and by id, and the memory stays bounded. Method: a few rows.

#include "veche/domain/remembered.hpp"

#include <doctest/doctest.h>

#include "veche/domain/model.hpp"

namespace veche::domain {
namespace {

using Names = Remembered<ChatRef, std::string>;

TEST_SUITE("domain/remembered") {
  TEST_CASE("a row is found by its number and by its id") {
    Names names;
    names.insert(ChatRef{1}, "a", "first");
    REQUIRE(names.find(ChatRef{1}) != nullptr);
    CHECK(names.find("a") == names.find(ChatRef{1}));
    CHECK(names.find("b") == nullptr);
    names.erase(ChatRef{1});
    CHECK(names.find("a") == nullptr);
    CHECK(names.size() == 0);
  }

  TEST_CASE("what was found last, or is not there, is found by the other name too") {
    Names names;
    CHECK(names.find(ChatRef{1}) == nullptr);
    CHECK(names.find("a") == nullptr);
    names.insert(ChatRef{1}, "a", "first");
    names.insert(ChatRef{2}, "b", "second");
    CHECK(*names.find("a") == "first");
    CHECK(*names.find(ChatRef{1}) == "first");
    CHECK(*names.find(ChatRef{2}) == "second");
    CHECK(*names.find("b") == "second");
    names.erase(ChatRef{2});
    CHECK(names.find("b") == nullptr);
    CHECK(names.find(ChatRef{2}) == nullptr);
  }

  TEST_CASE("a row with the same number or the same id is replaced") {
    Names names;
    names.insert(ChatRef{1}, "a", "first");
    names.insert(ChatRef{1}, "b", "second");
    names.insert(ChatRef{2}, "b", "third");
    CHECK(names.size() == 1);
    CHECK(names.find("a") == nullptr);
    CHECK(*names.find("b") == "third");
  }

  TEST_CASE("trim forgets what was not found for longest") {
    Names names;
    for (int i = 1; i <= 4; ++i) names.insert(ChatRef{i}, std::to_string(i), "x");
    CHECK(names.find(ChatRef{1}) != nullptr);
    names.trim(2, 100);
    CHECK(names.size() == 2);
    CHECK(names.find(ChatRef{1}) != nullptr);
    CHECK(names.find(ChatRef{4}) != nullptr);
    CHECK(names.find(ChatRef{3}) == nullptr);
    names.clear();
    CHECK(names.find(ChatRef{1}) == nullptr);
  }

  TEST_CASE("heavy rows leave sooner") {
    Names names;
    names.insert(ChatRef{1}, "a", "x", 5);
    names.insert(ChatRef{2}, "b", "x", 5);
    names.insert(ChatRef{2}, "b", "x", 6);
    names.trim(10, 11);
    CHECK(names.size() == 2);
    names.trim(10, 10);
    CHECK(names.size() == 1);
    CHECK(names.find("b") != nullptr);
  }
}

}  // namespace
}  // namespace veche::domain
