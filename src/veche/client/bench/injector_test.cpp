// Goal: each injected fault is the one that was asked for, and is found. Method: a sound server
// in memory; the whole run, to the report.

#include "veche/client/bench/injector.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"
#include "veche/client/bench/runner.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

/// Writes down what it is told.
struct Listener final : TrafficEvents {
  void message(SocketioClient& /*client*/, std::string_view args, Instant /*now*/) override {
    heard += (heard.empty() ? "" : " ") + std::string{args};
  }
  void acked(SocketioClient& /*client*/, std::uint64_t id, std::string_view /*args*/,
             Instant /*now*/) override {
    heard += (heard.empty() ? "" : " ") + std::to_string(id);
  }
  std::string heard;
};

struct Nobody final : SocketioEvents {
  void connected(SocketioClient& /*client*/, Instant /*now*/) override {}
  void event(SocketioClient& /*client*/, const Event& /*event*/, Instant /*now*/) override {}
  void acked(SocketioClient& /*client*/, std::uint64_t /*id*/, std::string_view /*args*/,
             Instant /*now*/) override {}
  void disconnected(SocketioClient& /*client*/, const Disconnected& /*why*/) override {}
};

/// What a traffic hears of acks 1, 2, 3, 4 when one in two is spoiled.
std::string acks(Injection kind) {
  BenchWorld world{{}};
  Nobody nobody;
  SocketioClient client{world.context, nobody, 0, engineio::Transport::websocket};
  Listener listener;
  Injector injector{{.kind = kind, .every = 2}, listener};
  for (std::uint64_t id = 1; id <= 4; ++id) injector.acked(client, id, "", Instant{});
  CHECK(injector.count() == (kind == Injection::lost ? 0 : 2));
  return listener.heard;
}

Report run_with(Injection kind, Scenario scenario = Scenario::fanout) {
  BenchWorld world{{.chats = 1, .members = 3, .connected = 3, .senders = 2}};
  world.options.scenario = scenario;
  world.options.joins = scenario != Scenario::ack;
  world.options.inject = kind;
  world.options.inject_every = 50;
  const Stage stage{.context = world.context,
                    .turn = [&world](Milliseconds) { world.step(); },
                    .server_use = {},
                    .own_cpu = [] { return std::chrono::nanoseconds{0}; },
                    .progress = {}};
  auto report = run(world.options, stage);
  REQUIRE(report.has_value());
  CHECK(report->injected > 0);
  CHECK_FALSE(report->is_clean());
  CHECK(report->failure == std::nullopt);
  return *report;
}

TEST_SUITE("client/bench/injector: what a traffic hears") {
  TEST_CASE("acks are lost and doubled in their turn, and let alone by other kinds") {
    CHECK(acks(Injection::ack_lost) == "1 3");
    CHECK(acks(Injection::ack_doubled) == "1 2 2 3 4 4");
    CHECK(acks(Injection::lost) == "1 2 3 4");
  }
}

TEST_SUITE("client/bench/injector: against a sound server the verdict fails") {
  TEST_CASE("lost") {
    const Report report = run_with(Injection::lost);
    CHECK(report.faults == Faults{.lost = report.injected});
  }
  TEST_CASE("doubled") {
    const Report report = run_with(Injection::doubled);
    CHECK(report.faults == Faults{.doubled = report.injected});
  }
  TEST_CASE("reordered") {
    const Report report = run_with(Injection::reordered);
    CHECK(report.faults == Faults{.reordered = report.injected});
  }
  TEST_CASE("misrouted") {
    const Report report = run_with(Injection::misrouted);
    CHECK(report.faults == Faults{.misrouted = report.injected});
  }
  TEST_CASE("damaged, which is then missing too") {
    const Report report = run_with(Injection::damaged);
    CHECK(report.faults == Faults{.lost = report.injected, .damaged = report.injected});
  }
  TEST_CASE("acks lost, of messages and of chat:leave") {
    for (const Scenario scenario : {Scenario::fanout, Scenario::ack}) {
      const Report report = run_with(Injection::ack_lost, scenario);
      CHECK(report.faults == Faults{});
      CHECK(report.ack_faults == AckFaults{.lost = report.injected});
    }
  }
  TEST_CASE("acks doubled, of messages and of chat:leave") {
    for (const Scenario scenario : {Scenario::fanout, Scenario::ack}) {
      const Report report = run_with(Injection::ack_doubled, scenario);
      CHECK(report.faults == Faults{});
      CHECK(report.ack_faults == AckFaults{.doubled = report.injected});
    }
  }
}

}  // namespace
}  // namespace veche::client::bench
