// Goal: every client keeps its events under way, and every answer is accounted for.

#include "veche/client/bench/ack_traffic.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

struct AckLoad {
  explicit AckLoad(std::optional<double> rate = std::nullopt, bool bystands = false)
      : world{{.chats = 2, .members = 2, .connected = 1, .senders = 1}} {
    world.options.in_flight = 3;
    world.options.rate = rate;
    world.options.bystands = bystands;
    crowd.admit(2);
    world.steps(10);
    REQUIRE(crowd.is_settled());
    traffic.emplace(crowd, world.options);
    crowd.give_to(*traffic);
    traffic->start(world.clock.now());
  }

  BenchWorld world;
  Crowd crowd{world.context, world.options};
  std::optional<AckTraffic> traffic;
};

TEST_SUITE("client/bench/ack_traffic") {
  TEST_CASE("an answer makes room for the next event, until stop()") {
    AckLoad load;
    load.world.steps(2);
    CHECK(load.traffic->totals().acks == 6);
    load.world.step();
    CHECK(load.traffic->totals().acks == 12);
    load.traffic->stop();
    load.world.steps(3);
    CHECK(load.traffic->is_quiet());
    load.traffic->finish();
    CHECK(load.traffic->ack_faults() == AckFaults{});
    CHECK(load.traffic->latencies().ack.count() == load.traffic->totals().acks);
  }

  TEST_CASE("an answer that does not come is lost, one that nobody awaits is doubled") {
    AckLoad load;
    load.traffic->stop();
    load.traffic->acked(load.crowd.client(0), 1, R"({"success":true})", load.world.clock.now());
    for (const std::uint64_t id : {0U, 1U, 99U}) {
      load.traffic->acked(load.crowd.client(0), id, R"({"success":true})", load.world.clock.now());
    }
    CHECK(load.traffic->ack_faults().doubled == 3);
    load.traffic->finish();
    CHECK(load.traffic->ack_faults().lost == 5);
  }

  TEST_CASE("in an open loop events are due at their pace, and a busy server may refuse") {
    AckLoad load{2'000};
    for (int i = 0; i < 5; ++i) {
      load.traffic->advance(load.world.clock.now());
      load.world.step();
    }
    CHECK(load.traffic->totals().offered == 9);
    load.traffic->stop();
    load.world.steps(3);
    CHECK(load.traffic->totals().acks == 9);
    AckLoad busy{1'000};
    busy.traffic->advance(busy.world.clock.now());
    busy.traffic->acked(busy.crowd.client(0), 1, R"({"success":false,"code":"overloaded"})",
                        busy.world.clock.now());
    CHECK(busy.traffic->totals().refused == 1);
    CHECK(busy.traffic->totals().acks == 0);
    CHECK(busy.traffic->failure() == std::nullopt);
  }

  TEST_CASE("an event that waits to be sent counts from when it was due, but for bystanders") {
    for (const bool bystands : {false, true}) {
      AckLoad load{1'000, bystands};
      load.world.clock.advance(Milliseconds{4});
      load.traffic->advance(load.world.clock.now());  // five at once, each of two may have three
      load.world.steps(2);
      CHECK(load.traffic->latencies().ack.count() == 5);
      CHECK(load.traffic->latencies().ack.max() == Milliseconds{bystands ? 2 : 6});
    }
  }

  TEST_CASE("what a bystander could not send for want of an answer counts from when it was due") {
    AckLoad load{1'000, true};
    load.world.clock.advance(Milliseconds{9});
    load.traffic->advance(load.world.clock.now());
    load.world.steps(3);
    CHECK(load.traffic->latencies().ack.count() == 10);
    CHECK(load.traffic->latencies().ack.max() == Milliseconds{6});
  }

  TEST_CASE("bystanders ping") {
    AckLoad load{1'000, true};
    load.traffic->advance(load.world.clock.now());
    load.traffic->acked(load.crowd.client(0), 1, R"({"success":false})", load.world.clock.now());
    CHECK(load.traffic->failure() == R"(ping was answered {"success":false})");
  }

  TEST_CASE("those who joined leave and join in turn; an answer names its event") {
    AckLoad load;
    load.traffic->acked(load.crowd.client(1), 2, R"({"success":false})", load.world.clock.now());
    CHECK(load.traffic->failure() == R"(chat:join was answered {"success":false})");
  }

  TEST_CASE("a refusal and a message that nobody sent are seen") {
    AckLoad load;
    load.traffic->acked(load.crowd.client(1), 1, R"({"success":false})", load.world.clock.now());
    CHECK(load.traffic->failure() == R"(chat:leave was answered {"success":false})");
    load.traffic->message(load.crowd.client(1), "{}", load.world.clock.now());
    CHECK(load.traffic->faults().misrouted == 1);
  }
}

}  // namespace
}  // namespace veche::client::bench
