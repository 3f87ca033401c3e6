// Goal: pages are asked for all over a chat, and one that is not as it must be is seen.

#include "veche/client/bench/history_traffic.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;
using testing::Wrong;

struct HistoryLoad {
  explicit HistoryLoad(std::uint32_t stored) : world{{.chats = 2, .members = 2}} {
    world.chat.stored = stored;
    world.options.scenario = Scenario::history;
    world.options.in_flight = 3;
    world.options.joins = false;
    crowd.admit(2);
    world.steps(10);
    REQUIRE(crowd.is_settled());
    traffic.emplace(crowd, world.options);
    crowd.give_to(*traffic);
    traffic->start(world.clock.now());
  }

  BenchWorld world;
  Crowd crowd{world.context, world.options};
  std::optional<HistoryTraffic> traffic;
};

TEST_SUITE("client/bench/history_traffic") {
  TEST_CASE("pages of long and of short chats are as they must be") {
    for (const std::uint32_t stored : {1U, 49U, 50U, 51U, 100'000U}) {
      HistoryLoad load{stored};
      load.world.steps(50);
      CHECK(load.traffic->failure() == std::nullopt);
      CHECK(load.traffic->totals().acks >= 250);
      load.traffic->stop();
      load.world.steps(3);
      load.traffic->finish();
      CHECK(load.traffic->ack_faults() == AckFaults{});
      CHECK(load.traffic->latencies().ack.count() == load.traffic->totals().acks);
    }
  }

  TEST_CASE("a page that lacks a message, or has them in another order, ends the load") {
    for (const Wrong wrong : {Wrong::loses, Wrong::reorders}) {
      for (const std::uint64_t at : {0U, 20U}) {
        HistoryLoad load{100'000};
        load.world.chat.wrong = wrong;
        load.world.chat.wrong_at = at;
        load.world.steps(20);
        CHECK(load.traffic->failure().value_or("").starts_with("messages:list was answered {"));
      }
    }
  }

  TEST_CASE("a page of another place ends the load") {
    HistoryLoad load{100'000};
    load.world.chat.wrong = Wrong::misroutes;
    load.world.steps(20);
    CHECK(load.traffic->failure().has_value());
  }

  TEST_CASE("a chat without a message cannot be read") {
    HistoryLoad load{0};
    load.world.steps(3);
    CHECK(load.traffic->failure() ==
          R"(messages:list was answered {"success":true,"messages":[]})");
  }
}

}  // namespace
}  // namespace veche::client::bench
