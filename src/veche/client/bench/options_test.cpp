// Goal: a scenario's name and its value are the same thing.

#include "veche/client/bench/options.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

TEST_SUITE("client/bench/options") {
  TEST_CASE("names go both ways; others are none") {
    for (const char* name : {"fanout", "rooms", "pairs", "send", "ack", "idle", "connect"}) {
      REQUIRE(scenario_of(name).has_value());
      CHECK(to_string(*scenario_of(name)) == name);
    }
    CHECK(scenario_of("Fanout") == std::nullopt);
    CHECK(scenario_of("") == std::nullopt);
  }
}

}  // namespace
}  // namespace veche::client::bench
