// Goal: a scenario's name and its value are the same thing.

#include "veche/client/bench/options.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

TEST_SUITE("client/bench/options") {
  TEST_CASE("names go both ways; others are none") {
    for (const char* name :
         {"fanout", "rooms", "pairs", "send", "ack", "idle", "connect", "reconnect", "slow"}) {
      REQUIRE(scenario_of(name).has_value());
      CHECK(to_string(*scenario_of(name)) == name);
    }
    CHECK(scenario_of("Fanout") == std::nullopt);
    CHECK(scenario_of("") == std::nullopt);
  }
}

TEST_SUITE("client/bench/options: injections") {
  TEST_CASE("every injection has its name and no other") {
    for (const char* name :
         {"lost", "doubled", "reordered", "misrouted", "damaged", "ack-lost", "ack-doubled"}) {
      REQUIRE(injection_of(name).has_value());
      CHECK(to_string(*injection_of(name)) == name);
    }
    CHECK(injection_of("eaten") == std::nullopt);
  }
}

}  // namespace
}  // namespace veche::client::bench
