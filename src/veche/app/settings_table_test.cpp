// Goal: the table itself is sound. Method: every row is applied with nonsense.

#include <set>

#include <doctest/doctest.h>

#include "veche/app/settings.hpp"

namespace veche::app {
namespace {

TEST_SUITE("app/settings_table") {
  TEST_CASE("each name and each variable stands once, with a help text") {
    std::set<std::string_view> names;
    std::set<std::string_view> variables;
    for (const Setting& setting : all_settings()) {
      CHECK(names.insert(setting.name).second);
      CHECK(variables.insert(setting.environment).second);
      CHECK_FALSE(setting.help.empty());
    }
    CHECK(names.size() == all_settings().size());
  }

  TEST_CASE("no setting takes an empty text") {
    for (const Setting& setting : all_settings()) {
      Settings settings;
      CHECK_FALSE(setting.apply(settings, "").has_value());
    }
  }
}

}  // namespace
}  // namespace veche::app
