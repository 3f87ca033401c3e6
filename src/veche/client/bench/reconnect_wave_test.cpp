// Goal: everybody is cut and everybody comes back, where the server remembers them and where not.

#include "veche/client/bench/reconnect_wave.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

struct Wave {
  explicit Wave(std::uint32_t at_once = 0) {
    world.chat.gives_pids = true;
    world.options.joins = false;
    world.options.returning_at_once = at_once;
    crowd.admit(6);
    world.steps(10);
    REQUIRE(crowd.is_settled());
    world.chat.most_at_once = 0;
    wave.emplace(world.context, crowd, world.options);
    crowd.give_to(*wave);
    wave->start(world.clock.now());
    turn(3);
    CHECK(world.chat.connects == 6);
  }
  void turn(int count) {
    for (int i = 0; i < count; ++i) {
      wave->advance(world.clock.now());
      world.step();
    }
  }
  void cut() {
    wave->open_window(world.clock.now());
    turn(30);
  }
  std::string end() {
    wave->stop();
    CHECK(wave->is_quiet());
    wave->finish();
    return wave->failure().value_or("");
  }

  BenchWorld world{{.chats = 1, .members = 6, .connected = 6, .senders = 1}};
  Crowd crowd{world.context, world.options};
  std::optional<ReconnectWave> wave;
};

TEST_SUITE("client/bench/reconnect_wave") {
  TEST_CASE("all come at once, with their pids, and are recognized") {
    Wave all;
    all.cut();
    CHECK(all.wave->is_complete());
    CHECK(all.wave->totals().connects == 6);
    CHECK(all.wave->totals().recovered == 6);
    CHECK(all.wave->latencies().connect.count() == 6);
    CHECK(all.world.chat.most_at_once == 6);
    CHECK(all.world.loop.connection_count() == 6);
    CHECK(all.end() == "");
  }

  TEST_CASE("a few at a time, when that is asked for") {
    Wave few{2};
    few.cut();
    CHECK(few.wave->is_complete());
    CHECK(few.world.chat.most_at_once == 2);
  }

  TEST_CASE("a server that has forgotten them lets them in anew") {
    Wave forgotten;
    forgotten.world.chat.gives_pids = false;
    forgotten.cut();
    CHECK(forgotten.wave->is_complete());
    CHECK(forgotten.wave->totals().recovered == 0);
  }

  TEST_CASE("who is refused or not back in time is told") {
    Wave refused;
    refused.world.chat.refuses_tokens = true;
    refused.cut();
    CHECK(refused.end() == "client 0 did not come back: io server disconnect");
    Wave late;
    late.world.chat.is_mute = true;
    late.cut();
    CHECK_FALSE(late.wave->is_complete());
    CHECK(late.end() == "0 of 6 clients were back before the window closed");
  }
}

}  // namespace
}  // namespace veche::client::bench
