// Goal: a scenario's name and its value are the same thing.

#include "veche/client/bench/options.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

TEST_SUITE("client/bench/options") {
  TEST_CASE("names go both ways; others are none") {
    for (const char* name : {"fanout", "rooms", "pairs", "send", "ack", "history", "idle",
                             "connect", "mixed", "reconnect", "slow"}) {
      REQUIRE(scenario_of(name).has_value());
      CHECK(to_string(*scenario_of(name)) == name);
    }
    CHECK(scenario_of("Fanout") == std::nullopt);
    CHECK(scenario_of("") == std::nullopt);
  }
}

TEST_SUITE("client/bench/options: sizes") {
  TEST_CASE("users and sockets of a run") {
    Options options;
    options.shape = {.chats = 2, .members = 3, .connected = 2, .senders = 1};
    options.bystanders = 5;
    CHECK(users_end(options) == 6);
    CHECK(sockets_of(options) == 9);
    options.transport = engineio::Transport::polling;
    CHECK(sockets_of(options) == 18);
    options.scenario = Scenario::mixed;
    options.transport = engineio::Transport::websocket;
    options.mix = {.pairs = 4, .ackers = 3, .idle = 2, .comers = 1};
    CHECK(users_end(options) == 6 + 14 + 3);
    CHECK(sockets_of(options) == 4 + 8 + 3 + 2 + 64 + 5);
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
