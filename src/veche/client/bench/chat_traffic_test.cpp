// Goal: the load is the closed loop that was asked for, and a server's every fault is found.
// Method: a server in memory that does one thing wrong.

#include "veche/client/bench/chat_traffic.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;
using testing::Wrong;

/// Two chats of three, two of whom send.
struct ChatLoad {
  explicit ChatLoad(Wrong wrong = Wrong::nothing, std::optional<double> rate = std::nullopt)
      : world{{.chats = 2, .members = 3, .connected = 3, .senders = 2}} {
    world.options.in_flight = 4;
    world.options.rate = rate;
    world.chat.wrong = wrong;
    crowd.admit(world.options.shape.clients());
    world.steps(10);
    REQUIRE(crowd.is_settled());
    traffic.emplace(crowd, world.options, 77U);
    crowd.give_to(*traffic);
  }
  /// A run to its end; "2 lost, 1 acks lost" for what was found.
  std::string run() {
    traffic->start(world.clock.now());
    world.steps(20);
    traffic->stop();
    world.steps(20);
    traffic->finish();
    std::string found;
    const auto add = [&](std::uint64_t count, const char* name) {
      if (count > 0) found += (found.empty() ? "" : ", ") + std::to_string(count) + " " + name;
    };
    const Faults faults = traffic->faults();
    add(faults.lost, "lost");
    add(faults.doubled, "doubled");
    add(faults.reordered, "reordered");
    add(faults.misrouted, "misrouted");
    add(faults.damaged, "damaged");
    add(traffic->ack_faults().lost, "acks lost");
    add(traffic->ack_faults().doubled, "acks doubled");
    return found;
  }

  BenchWorld world;
  Crowd crowd{world.context, world.options};
  std::optional<ChatTraffic> traffic;
};

TEST_SUITE("client/bench/chat_traffic: the closed loop") {
  TEST_CASE("each sender keeps its messages under way, and each goes to every member") {
    ChatLoad load;
    load.traffic->start(load.world.clock.now());
    CHECK_FALSE(load.traffic->is_quiet());
    load.world.steps(2);
    CHECK(load.traffic->totals() ==
          Totals{.messages = 16, .deliveries = 48, .acks = 16, .connects = 0});
    load.world.step();
    CHECK(load.traffic->totals().messages == 32);
    load.traffic->stop();
    load.world.steps(5);
    CHECK(load.traffic->is_quiet());
    CHECK(load.traffic->totals().deliveries == 3 * load.traffic->totals().messages);
    CHECK(load.traffic->latencies().ack.count() == load.traffic->totals().acks);
    CHECK(load.traffic->latencies().delivery.count() == load.traffic->totals().deliveries);
    CHECK(load.traffic->latencies().ack.percentile(1) >= Milliseconds{1});
  }

  TEST_CASE("a refusal ends the load and is told in the server's words") {
    ChatLoad load{Wrong::refuses};
    load.traffic->start(load.world.clock.now());
    load.world.steps(2);
    CHECK(load.traffic->failure() ==
          R"(message:send was answered {"success":false,"error":"Access denied",)"
          R"("code":"forbidden"})");
  }
}

TEST_SUITE("client/bench/chat_traffic: the open loop") {
  TEST_CASE("messages go out at their pace, whatever the answers") {
    ChatLoad load{Wrong::nothing, 1'000};
    load.world.chat.is_mute = true;
    load.traffic->start(load.world.clock.now());
    for (int i = 0; i < 10; ++i) {
      CHECK(load.traffic->advance(load.world.clock.now()) ==
            load.world.clock.now() + Milliseconds{1});
      load.world.step();
    }
    CHECK(load.traffic->totals().offered == 10);
    CHECK(load.world.chat.posted() == 0);
    load.world.chat.is_mute = false;
    load.world.steps(2);
    CHECK(load.world.chat.posted() == 0);  // what a mute server hears is lost
  }

  TEST_CASE("what is due beyond the window waits, and its latency counts from when it was due") {
    ChatLoad load{Wrong::nothing, 8'000};
    load.traffic->start(load.world.clock.now());
    load.world.chat.turns_an_answer = 10;  // four senders of four under way, in ten turns: 1600/s
    for (int i = 0; i < 40; ++i) {
      load.traffic->advance(load.world.clock.now());
      load.world.step();
    }
    CHECK(load.traffic->totals().offered == 39 * 8 + 1);
    CHECK(load.traffic->totals().messages <= 64);
    CHECK(load.traffic->latencies().ack.max() > Milliseconds{20});
    load.traffic->stop();
    CHECK_FALSE(load.traffic->is_quiet());
    load.world.steps(300);
    CHECK(load.traffic->is_quiet());
    CHECK(load.traffic->totals().messages == load.traffic->totals().offered);
    CHECK(load.traffic->latencies().ack.max() > Milliseconds{150});
    load.traffic->finish();
    CHECK(load.traffic->faults() == Faults{});
  }

  TEST_CASE("a server that has too much to do refuses: counted, and no fault") {
    ChatLoad load{Wrong::is_busy, 1'000};
    load.traffic->start(load.world.clock.now());
    for (int i = 0; i < 40; ++i) {
      load.traffic->advance(load.world.clock.now());
      load.world.step();
    }
    load.traffic->stop();
    load.world.steps(5);
    CHECK(load.traffic->is_quiet());
    load.traffic->finish();
    const Totals& totals = load.traffic->totals();
    CHECK(totals.refused == 20);
    CHECK(totals.messages + totals.refused == totals.offered);
    CHECK(totals.deliveries == 3 * totals.messages);
    CHECK(load.traffic->faults() == Faults{});
    CHECK(load.traffic->ack_faults() == AckFaults{});
    CHECK(load.traffic->failure() == std::nullopt);
  }

  TEST_CASE("in a closed loop the same refusal ends the load") {
    ChatLoad load{Wrong::is_busy};
    load.traffic->start(load.world.clock.now());
    load.world.steps(5);
    CHECK(load.traffic->failure().has_value());
  }
}

TEST_SUITE("client/bench/chat_traffic: slow members") {
  struct Slow {
    Slow() {
      world.options.in_flight = 4;
      crowd.admit(3);
      world.steps(10);
      REQUIRE(crowd.is_settled());
      traffic.emplace(crowd, world.options, 77U);
      crowd.give_to(*traffic);
      traffic->start(world.clock.now());
      world.steps(3);
      traffic->open_window(world.clock.now());
      world.steps(20);
    }
    void end() {
      traffic->close_window(world.clock.now());
      traffic->stop();
      world.steps(20);
      CHECK(traffic->is_quiet());
      traffic->finish();
      CHECK(traffic->faults() == Faults{});
      CHECK(traffic->totals().deliveries == 2 * traffic->totals().messages);
      CHECK(traffic->latencies().delivery.max() <= Milliseconds{2});
      CHECK(crowd.failure() == std::nullopt);
    }

    BenchWorld world{{.chats = 1, .members = 3, .connected = 3, .senders = 1, .slow = 1}};
    Crowd crowd{world.context, world.options};
    std::optional<ChatTraffic> traffic;
  };

  TEST_CASE("nobody waits for one who does not read, and what it gets late is in order") {
    Slow load;
    CHECK(load.traffic->totals().messages > 60);
    load.end();
    CHECK(load.crowd.cut() == 0);
  }

  TEST_CASE("one whom the server cuts is no failure, and misses what it misses") {
    Slow load;
    load.world.chat.hang_up(2);
    load.world.steps(5);
    load.end();
    CHECK(load.crowd.cut() == 1);
  }
}

TEST_SUITE("client/bench/chat_traffic: injected faults") {
  TEST_CASE("a sound server has none") { CHECK(ChatLoad{}.run() == ""); }
  TEST_CASE("a lost delivery") { CHECK(ChatLoad{Wrong::loses}.run() == "1 lost"); }
  TEST_CASE("a doubled delivery") { CHECK(ChatLoad{Wrong::doubles}.run() == "1 doubled"); }
  TEST_CASE("a reordered delivery") { CHECK(ChatLoad{Wrong::reorders}.run() == "1 reordered"); }
  TEST_CASE("a misrouted delivery") { CHECK(ChatLoad{Wrong::misroutes}.run() == "1 misrouted"); }
  TEST_CASE("a damaged delivery, which is then missing too") {
    CHECK(ChatLoad{Wrong::damages}.run() == "1 lost, 1 damaged");
  }
  TEST_CASE("a lost ack") { CHECK(ChatLoad{Wrong::loses_ack}.run() == "1 acks lost"); }
  TEST_CASE("a doubled ack") { CHECK(ChatLoad{Wrong::doubles_ack}.run() == "1 acks doubled"); }
}

}  // namespace
}  // namespace veche::client::bench
