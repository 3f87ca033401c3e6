#include "veche/base/pointer_table.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

struct Named {
  std::string name;
};
struct NameOf {
  std::string_view operator()(const Named& named) const { return named.name; }
};
using Table = PointerTable<std::unique_ptr<Named>, NameOf>;

TEST_SUITE("pointer table") {
  TEST_CASE("what was put in is found until it is taken out") {
    Table table;
    CHECK(table.find("ann") == nullptr);
    Named& ann = table.insert(std::make_unique<Named>(Named{"ann"}));
    CHECK(table.find("ann") == &ann);
    CHECK(table.size() == 1);
    CHECK(table.take("bob") == nullptr);
    CHECK(table.take("ann").get() == &ann);
    CHECK(table.find("ann") == nullptr);
    CHECK(table.size() == 0);
  }

  TEST_CASE("it does not own what it has plain pointers to") {
    Named ann{"ann"};
    PointerTable<Named*, NameOf> table;
    table.insert(&ann);
    CHECK(table.find("ann") == &ann);
  }

  TEST_CASE("any insertions and removals leave what a map has, through growth and shrinking") {
    CHECK(rc::check([](const std::vector<std::pair<bool, std::uint16_t>>& steps, bool is_wide) {
      Table table;
      std::map<std::string, Named*> model;
      for (const auto& [inserts, number] : steps) {
        const std::string name = std::to_string(is_wide ? number : number % 32);
        if (!inserts) {
          const auto taken = table.take(name);
          RC_ASSERT(taken.get() == (model.contains(name) ? model[name] : nullptr));
          model.erase(name);
        } else if (!model.contains(name)) {
          model[name] = &table.insert(std::make_unique<Named>(Named{name}));
        }
        for (const auto& [each, object] : model) RC_ASSERT(table.find(each) == object);
        std::set<std::string> visited;
        table.for_each([&](const Named& named) { visited.insert(named.name); });
        RC_ASSERT(visited.size() == model.size());
        RC_ASSERT(table.size() == model.size());
      }
    }));
  }

  TEST_CASE("a thousand come and go") {
    Table table;
    for (int i = 0; i < 1'000; ++i) table.insert(std::make_unique<Named>(Named{std::to_string(i)}));
    for (int i = 0; i < 1'000; ++i) CHECK(table.find(std::to_string(i)) != nullptr);
    for (int i = 0; i < 999; ++i) CHECK(table.take(std::to_string(i)) != nullptr);
    CHECK(table.find("999") != nullptr);
    CHECK(table.size() == 1);
  }
}

}  // namespace
}  // namespace veche
