// Goal: connections come and go without end, no more at a time than asked for.

#include "veche/client/bench/connect_storm.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

TEST_SUITE("client/bench/connect_storm") {
  TEST_CASE("each makes room for the next, and after stop() all go") {
    BenchWorld world{{.chats = 1, .members = 5, .connected = 5, .senders = 1}};
    world.options.at_once = 3;
    ConnectStorm storm{world.context, world.options};
    storm.start(world.clock.now());
    world.steps(30);
    CHECK(storm.totals().connects > 10);
    CHECK(world.loop.connection_count() == 3);
    storm.stop();
    world.steps(10);
    CHECK(storm.is_quiet());
    CHECK(storm.failure() == std::nullopt);
    CHECK(world.loop.connection_count() == 0);
    CHECK(storm.totals().connects == world.chat.connects);
    CHECK(storm.latencies().connect.count() == storm.totals().connects);
  }

  TEST_CASE("at a pace, connections are begun as they are due, and at most so many stand") {
    BenchWorld world{{.chats = 1, .members = 5, .connected = 5, .senders = 1}};
    world.options.at_once = 2;
    world.options.rate = 2'000;
    ConnectStorm storm{world.context, world.options};
    storm.start(world.clock.now());
    for (int i = 0; i < 41; ++i) {
      storm.advance(world.clock.now());
      world.step();
      CHECK(world.loop.connection_count() <= 2);
    }
    CHECK(storm.totals().offered == 81);
    storm.stop();
    world.steps(300);
    CHECK(storm.is_quiet());
    CHECK(storm.totals().connects == 81);
    CHECK(storm.latencies().connect.max() > Milliseconds{5});
  }

  TEST_CASE("a refused token and a refused connection end it") {
    BenchWorld world{{}};
    world.chat.refuses_tokens = true;
    ConnectStorm rejected{world.context, world.options};
    rejected.start(world.clock.now());
    world.steps(10);
    CHECK(rejected.failure() == "a connection could not be made: io server disconnect");
    world.network.refuse_to_connect(true);
    ConnectStorm refused{world.context, world.options};
    refused.start(world.clock.now());
    CHECK(refused.failure() ==
          "a connection could not be made: cannot connect to 127.0.0.1: Connection refused");
    CHECK(refused.is_quiet());
  }
}

}  // namespace
}  // namespace veche::client::bench
