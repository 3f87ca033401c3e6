// Goal: a function owns what it was given, once, wherever it is moved.
// Method: callables inside and outside the buffer that count their owners.

#include "veche/base/task.hpp"

#include <array>
#include <memory>

#include <doctest/doctest.h>

namespace veche {
namespace {

TEST_SUITE("base/task: UniqueFunction") {
  TEST_CASE("it may own what cannot be copied") {
    UniqueFunction<int(int)> add = [owned = std::make_unique<int>(40)](int x) {
      return *owned + x;
    };
    UniqueFunction<int(int)> moved = std::move(add);
    CHECK_FALSE(static_cast<bool>(add));  // NOLINT(bugprone-use-after-move): emptied by contract
    CHECK(moved(2) == 42);
  }

  TEST_CASE("what it owns is freed once, small or large") {
    const auto token = std::make_shared<int>(1);
    {
      Task small = [token] {};
      Task large = [token, padding = std::array<char, 200>{}] { static_cast<void>(padding); };
      CHECK(token.use_count() == 3);
      small = std::move(large);
      CHECK(token.use_count() == 2);
      small();
    }
    CHECK(token.use_count() == 1);
  }

  TEST_CASE("none is none") {
    Task task = nullptr;
    CHECK_FALSE(static_cast<bool>(task));
    task = [] {};
    CHECK(static_cast<bool>(task));
    task.reset();
    CHECK_FALSE(static_cast<bool>(task));
  }
}

}  // namespace
}  // namespace veche
