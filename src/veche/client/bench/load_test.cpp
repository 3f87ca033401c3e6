// Goal: a scenario's parts come, work and end as one.

#include "veche/client/bench/load.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

constexpr Shape pair_of_chats{.chats = 2, .members = 2, .connected = 2, .senders = 1};

TEST_SUITE("client/bench/load") {
  TEST_CASE("everybody comes, talks, and falls silent") {
    BenchWorld world{pair_of_chats};
    Load load{world.context, world.options};
    CHECK(load.clients() == 4);
    load.admit(2);
    world.steps(10);
    CHECK(load.is_settled());
    CHECK(load.present() == 2);
    CHECK(load.totals() == Totals{});
    load.admit(4);
    CHECK_FALSE(load.is_settled());
    world.steps(10);
    CHECK(load.is_settled());
    load.start(world.clock.now());
    CHECK_FALSE(load.is_quiet());
    world.steps(10);
    load.stop(world.clock.now());
    world.steps(10);
    CHECK(load.is_quiet());
    load.finish();
    CHECK(load.faults() == Faults{});
    CHECK(load.ack_faults() == AckFaults{});
    CHECK(load.totals().deliveries == 2 * load.totals().messages);
    CHECK(load.latencies().delivery.count() == load.totals().deliveries);
    CHECK(load.failure() == std::nullopt);
  }

  TEST_CASE("a storm of connects has nobody there before, and its failure is the load's") {
    BenchWorld world{pair_of_chats};
    world.options.scenario = Scenario::connect;
    world.network.refuse_to_connect(true);
    Load load{world.context, world.options};
    CHECK(load.clients() == 0);
    CHECK(load.is_settled());
    load.start(world.clock.now());
    CHECK(load.failure().value_or("").starts_with("a connection could not be made"));
  }

  TEST_CASE("a mix of all: each part does its own, in its own corner of the world") {
    BenchWorld world{{.chats = 1, .members = 4, .connected = 4, .senders = 1}};
    // The server in memory knows chats of one size: that of a pair takes part with two of four.
    world.chat.pairs_from = 4;
    world.options.scenario = Scenario::mixed;
    world.options.rate = 200;
    world.options.mix = {.pairs = 2,
                         .pair_rate = 400,
                         .ackers = 3,
                         .ack_rate = 300,
                         .idle = 2,
                         .comers = 2,
                         .connect_rate = 100};
    world.options.bystanders = 1;
    Load load{world.context, world.options};
    CHECK(load.clients() == 4 + 4 + 3 + 2 + 1);
    load.admit(load.clients());
    world.steps(20);
    REQUIRE(load.is_settled());
    load.start(world.clock.now());
    for (int i = 0; i < 101; ++i) {
      load.advance(world.clock.now());
      world.step();
    }
    load.stop(world.clock.now());
    world.steps(20);
    CHECK(load.is_quiet());
    load.finish();
    CHECK(load.failure() == std::nullopt);
    CHECK(load.faults() == Faults{});
    CHECK(load.ack_faults() == AckFaults{});
    const Totals totals = load.totals();
    CHECK(totals.messages == 21 + 41);
    CHECK(totals.deliveries == 21 * 4 + 41 * 2);
    CHECK(totals.acks == 21 + 41 + 31);
    CHECK(totals.connects == 11);
    CHECK(totals.bystander_acks == 21);
  }

  TEST_CASE("bystanders stand outside the chats, and are measured apart") {
    BenchWorld world{pair_of_chats};
    world.options.bystanders = 3;
    Load load{world.context, world.options};
    CHECK(load.clients() == 7);
    load.admit(7);
    world.steps(10);
    REQUIRE(load.is_settled());
    load.start(world.clock.now());
    // One a third of 5 ms; nobody need hurry for it.
    CHECK(load.advance(world.clock.now()) >= world.clock.now() + Milliseconds{2});
    for (int i = 0; i < 51; ++i) {
      load.advance(world.clock.now());
      world.step();
    }
    load.stop(world.clock.now());
    world.steps(10);
    CHECK(load.is_quiet());
    load.finish();
    CHECK(load.totals().bystander_acks == 31);  // each of three every 5 ms, one after the other
    CHECK(load.latencies().bystander.count() == 31);
    CHECK(load.totals().acks == load.totals().messages);
    CHECK(load.faults() == Faults{});
    CHECK(load.ack_faults() == AckFaults{});
  }

  TEST_CASE("somebody who cannot come is the load's failure") {
    BenchWorld world{pair_of_chats};
    world.chat.refuses_tokens = true;
    Load load{world.context, world.options};
    load.admit(1);
    world.steps(10);
    CHECK(load.failure() == "client 0: io server disconnect");
  }
}

}  // namespace
}  // namespace veche::client::bench
