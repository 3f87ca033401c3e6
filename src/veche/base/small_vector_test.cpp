#include "veche/base/small_vector.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

struct Pair {
  const char* name;
  std::uint32_t number;
};
static_assert(sizeof(SmallVector<Pair, 1>) == 24);

std::vector<int> items_of(const SmallVector<int, 2>& list) {
  return {list.items().begin(), list.items().end()};
}

TEST_SUITE("small vector") {
  TEST_CASE("items keep their order inside, outside, and back to nothing") {
    SmallVector<int, 2> list;
    CHECK(list.empty());
    for (int i = 0; i < 5; ++i) list.push_back(i);
    CHECK(items_of(list) == std::vector<int>{0, 1, 2, 3, 4});
    CHECK(list.back() == 4);
    list[1] = 9;
    while (list.size() > 2) list.pop_back();
    CHECK(items_of(list) == std::vector<int>{0, 9});
    list.clear();
    CHECK(list.empty());
    list.push_back(7);
    CHECK(items_of(list) == std::vector<int>{7});
  }

  TEST_CASE("any pushes and pops leave what a vector has") {
    CHECK(rc::check([](const std::vector<int>& steps) {
      SmallVector<int, 2> list;
      std::vector<int> model;
      for (const int step : steps) {
        if (step % 3 == 0 && !model.empty()) {
          list.pop_back();
          model.pop_back();
        } else {
          list.push_back(step);
          model.push_back(step);
        }
        RC_ASSERT(items_of(list) == model);
      }
    }));
  }
}

}  // namespace
}  // namespace veche
