// Goal: a whole run of each scenario, from the first connection to the report. Method: a server,
// a network and a clock in memory; each turn takes a millisecond.

#include "veche/client/bench/runner.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using namespace std::chrono_literals;
using testing::BenchWorld;
using testing::Wrong;

constexpr Shape small{.chats = 2, .members = 3, .connected = 3, .senders = 2};

struct BenchRun {
  explicit BenchRun(Scenario scenario, Shape shape = small) : world{shape} {
    world.options.scenario = scenario;
    world.options.at_once = 4;
  }
  Result<Report> go() {
    const Stage stage{.context = world.context,
                      .turn = [this](Milliseconds) { world.step(); },
                      .server_use = [this] { return use(); },
                      .own_cpu = [this] { return std::chrono::nanoseconds{samples} * 1'000; },
                      .progress = [this](const Progress& at) { phases.emplace(at.phase); }};
    return run(world.options, stage);
  }
  /// A server that weighs a MiB and 1,000 bytes a connection and uses 10 ms a sample.
  std::optional<ProcessUse> use() {
    ++samples;
    return ProcessUse{.cpu = 10ms * samples,
                      .rss_bytes = (1U << 20) + 1'000 * world.loop.connection_count(),
                      .processes = 1};
  }

  BenchWorld world;
  int samples{};
  std::set<std::string> phases;
};

TEST_SUITE("client/bench/runner: a clean run") {
  TEST_CASE("messages: the window is counted, and everything awaited") {
    for (const Scenario scenario :
         {Scenario::fanout, Scenario::rooms, Scenario::pairs, Scenario::send}) {
      BenchRun bench{scenario};
      const auto report = bench.go();
      REQUIRE(report.has_value());
      CHECK(report->is_clean());
      CHECK(report->window == 100ms);
      CHECK(report->totals.messages == 1'600);
      CHECK(report->totals.deliveries == 4'800);
      CHECK(report->server->after.cpu - report->server->before.cpu == 10ms);
      CHECK(bench.phases ==
            std::set<std::string>{"connecting", "warming up", "measuring", "finishing"});
    }
  }

  TEST_CASE("pages of history") {
    BenchRun bench{Scenario::history};
    bench.world.options.joins = false;
    bench.world.chat.stored = 1'000;
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->totals == Totals{.acks = 2'400});
  }

  TEST_CASE("acks") {
    BenchRun bench{Scenario::ack};
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->totals == Totals{.messages = 0, .deliveries = 0, .acks = 2'400, .connects = 0});
  }

  TEST_CASE("an open loop: what was offered, done and refused") {
    BenchRun bench{Scenario::fanout};
    bench.world.options.rate = 2'000;
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->totals.offered == 200);
    CHECK(report->totals.messages == 200);
    CHECK(report->latencies.ack.count() == 200);
    CHECK(report->totals.refused == 0);
    BenchRun busy{Scenario::fanout};
    busy.world.options.rate = 2'000;
    busy.world.chat.wrong = Wrong::is_busy;
    const auto shed = busy.go();
    REQUIRE(shed.has_value());
    CHECK(shed->is_clean());
    CHECK(shed->totals.refused == 100);
    CHECK(shed->totals.messages == 100);
  }

  TEST_CASE("reconnect: the window lasts until all are back") {
    BenchRun bench{Scenario::reconnect};
    bench.world.options.joins = false;
    bench.world.chat.gives_pids = true;
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->window < 20ms);
    CHECK(report->totals.connects == 6);
    CHECK(report->totals.recovered == 6);
    CHECK(report->latencies.connect.count() == 6);
  }

  TEST_CASE("slow: the others are served, and the server's memory is watched") {
    BenchRun bench{Scenario::slow,
                   {.chats = 1, .members = 4, .connected = 4, .senders = 1, .slow = 2}};
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->totals.deliveries == 2 * report->totals.messages);
    CHECK(report->server->rss_peak == (1U << 20) + 4'000);
    CHECK(report->cut == 0);
  }

  TEST_CASE("connects") {
    BenchRun bench{Scenario::connect};
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->totals.connects > 20);
    CHECK(bench.world.loop.connection_count() == 0);
  }

  TEST_CASE("idle: the second half tells what a connection weighs") {
    BenchRun bench{Scenario::idle, {.chats = 1, .members = 21, .connected = 21, .senders = 1}};
    bench.world.options.joins = false;
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
    CHECK(report->connection_bytes == 1'000);
    CHECK(report->server->at_rest.rss_bytes == 1U << 20);
    CHECK(report->server->after.rss_bytes == (1U << 20) + 21'000);
  }

  TEST_CASE("without a process to measure") {
    BenchRun bench{Scenario::fanout};
    const Stage stage{.context = bench.world.context,
                      .turn = [&](Milliseconds) { bench.world.step(); },
                      .server_use = {},
                      .own_cpu = [] { return 0ns; },
                      .progress = {}};
    const auto report = run(bench.world.options, stage);
    REQUIRE(report.has_value());
    CHECK_FALSE(report->server.has_value());
  }
}

TEST_SUITE("client/bench/runner: faults and failures") {
  TEST_CASE("a server that is slow, but within the patience, has lost nothing") {
    BenchRun bench{Scenario::rooms};
    bench.world.chat.turns_an_answer = 400;
    bench.world.options.patience = 5'000ms;
    const auto report = bench.go();
    REQUIRE(report.has_value());
    CHECK(report->is_clean());
  }

  TEST_CASE("what a server does wrong stands in the report") {
    for (const Wrong wrong : {Wrong::loses, Wrong::doubles, Wrong::reorders, Wrong::misroutes,
                              Wrong::damages, Wrong::loses_ack, Wrong::doubles_ack}) {
      BenchRun bench{Scenario::rooms};
      bench.world.chat.wrong = wrong;
      const auto report = bench.go();
      REQUIRE(report.has_value());
      CHECK_FALSE(report->is_clean());
      CHECK(report->failure == std::nullopt);
    }
  }

  TEST_CASE("a refusal or a lost client breaks the load off at once") {
    BenchRun refused{Scenario::fanout};
    refused.world.chat.wrong = Wrong::refuses;
    CHECK(refused.go()->failure->starts_with("message:send was answered {\"success\":false"));
    BenchRun gone{Scenario::fanout};
    gone.world.chat.wrong = Wrong::hangs_up;
    CHECK(gone.go()->failure->ends_with("transport close (peer closed)"));
  }

  TEST_CASE("what keeps it from running is one line") {
    BenchRun mute{Scenario::fanout};
    mute.world.chat.is_mute = true;
    CHECK(mute.go().error() ==
          Error{Errc::io, "0 of 6 clients are ready, and no other has become so in time"});
    BenchRun absent{Scenario::fanout};
    absent.world.network.refuse_to_connect(true);
    CHECK(absent.go().error() ==
          Error{Errc::io, "client 0: cannot connect to 127.0.0.1: Connection refused"});
    BenchRun storm{Scenario::connect};
    storm.world.network.refuse_to_connect(true);
    CHECK(storm.go().error().code == Errc::io);
    BenchRun dead{Scenario::fanout};
    const Stage stage{.context = dead.world.context,
                      .turn = {},
                      .server_use = [] { return std::nullopt; },
                      .own_cpu = {},
                      .progress = {}};
    CHECK(run(dead.world.options, stage).error().text == "the process to be measured is not there");
  }

  TEST_CASE("options that contradict each other are refused before anything is done") {
    const auto refused = [](void (*change)(Options&)) {
      BenchRun bench{Scenario::fanout};
      change(bench.world.options);
      const auto report = bench.go();
      return !report.has_value() && report.error().code == Errc::invalid;
    };
    CHECK_FALSE(refused([](Options&) {}));
    CHECK(refused([](Options& o) { o.jwt_secret.clear(); }));
    CHECK(refused([](Options& o) { o.shape.chats = 0; }));
    CHECK(refused([](Options& o) { o.shape.connected = 4; }));
    CHECK(refused([](Options& o) { o.shape.senders = 4; }));
    CHECK(refused([](Options& o) { o.shape.chats = 400'000; }));
    CHECK(refused([](Options& o) { o.shape = {1, 20'000, 20'000, 5'001}; }));
    CHECK(refused([](Options& o) {
      o.shape = {161, 1, 1, 1};
      o.in_flight = 100'000;
    }));
    CHECK(refused([](Options& o) { o.in_flight = 0; }));
    CHECK(refused([](Options& o) { o.in_flight = 100'001; }));
    CHECK(refused([](Options& o) { o.at_once = 0; }));
    CHECK(refused([](Options& o) { o.addresses = 251; }));
    CHECK(refused([](Options& o) { o.text_bytes = 43; }));
    CHECK(refused([](Options& o) { o.shape.slow = 2; }));
    CHECK(refused([](Options& o) { o.rate = 0; }));
    CHECK(refused([](Options& o) { o.scenario = Scenario::mixed; }));
    CHECK(refused([](Options& o) {
      o.scenario = Scenario::mixed;
      o.rate = 1;
      o.mix.ack_rate = 0;
    }));
    CHECK(refused([](Options& o) {
      o.scenario = Scenario::mixed;
      o.rate = 1;
      o.mix.idle = 2'000'000;
    }));
    CHECK(refused([](Options& o) { o.rate = 1e8; }));
    CHECK(refused([](Options& o) {
      o.inject = Injection::lost;
      o.inject_every = 0;
    }));
    CHECK(refused([](Options& o) {
      o.inject = Injection::reordered;
      o.in_flight = 1;
    }));
    CHECK(refused([](Options& o) {
      o.inject = Injection::damaged;
      o.scenario = Scenario::ack;
    }));
    CHECK(refused([](Options& o) { o.text_bytes = 8'001; }));
  }
}

}  // namespace
}  // namespace veche::client::bench
