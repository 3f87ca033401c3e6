// Goal: figures are divided rightly, and a run with a fault shows the fault and no figure.

#include "veche/client/bench/report.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

using namespace std::chrono_literals;

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Report fanout() {
  Report report;
  report.options.scenario = Scenario::fanout;
  report.options.shape = {.chats = 1, .members = 200, .connected = 200, .senders = 8};
  report.totals = {.messages = 1'000, .deliveries = 200'000, .acks = 1'000, .connects = 0};
  report.window = 2s;
  report.own_cpu = 60ms;
  report.server = ServerUse{.at_rest = {10ms, 1U << 20, 1},
                            .before = {100ms, 2U << 20, 1},
                            .after = {180ms, 3U << 20, 2}};
  for (int i = 1; i <= 1'000; ++i) report.latencies.ack.record(1us * i);
  return report;
}

TEST_SUITE("client/bench/report") {
  TEST_CASE("a clean run as JSON") {
    const std::string json = to_json(fanout());
    CHECK(json.starts_with(
        R"({"scenario":"fanout","parameters":{"transport":"websocket","chats":1,"members":200,)"));
    CHECK(holds(json, R"("seconds":2,"messages":1000,"deliveries":200000,"acks":1000)"));
    CHECK(holds(json, R"("lost":0,"doubled":0,"reordered":0,"misrouted":0,"damaged":0)"));
    CHECK(holds(json, R"("failure":null,"delivery_per_second":100000,"message_per_second":500)"));
    CHECK(holds(json, R"("server":{"cpu_us_per_delivery":0.4,"cpu_us_per_message":80,)"));
    CHECK(holds(json, R"("cpu_ms":80,"processes":2,"rss_at_rest":1048576)"));
    CHECK(holds(json, R"("generator":{"cpu_us_per_delivery":0.3,"cpu_us_per_message":60)"));
    CHECK(holds(json, R"("latency_us":{"ack":{"count":1000,"p50":50)"));
    CHECK(json.ends_with("}\n"));
  }

  TEST_CASE("a clean run as a table") {
    const std::string table = to_table(fanout());
    CHECK(holds(table, "fanout: 200 clients, 1 chats, 4 under way for each sender\n"));
    CHECK(holds(table, "server CPU, us per delivery     0.4\n"));
    CHECK(holds(table, "1 MiB at rest, 2 MiB before, 3 MiB after"));
  }

  TEST_CASE("an open loop tells what was offered, refused and done") {
    Report report = fanout();
    report.options.rate = 600;
    report.totals.offered = 1'200;
    report.totals.refused = 200;
    CHECK(holds(to_json(report), R"("offered":1200,"refused":200,"goodput_per_second":500)"));
    CHECK(holds(to_table(report), "1200, of which 200 refused\n"));
    CHECK(holds(to_table(report), "600 a second, at most 4 under way for each sender\n"));
  }

  TEST_CASE("history counts pages, and CPU to the microsecond") {
    Report report = fanout();
    report.options.scenario = Scenario::history;
    report.totals = {.acks = 40};
    report.server->after.cpu += 7us;
    CHECK(holds(to_json(report), R"("page_per_second":20)"));
    CHECK(holds(to_json(report), R"("server":{"cpu_us_per_page":2000.175,"cpu_ms":80.007)"));
  }

  TEST_CASE("bystanders have latencies of their own") {
    Report report = fanout();
    report.options.bystanders = 2;
    report.latencies.bystander.record(3us);
    CHECK(holds(to_json(report), R"("bystanders":2)"));
    CHECK(holds(to_json(report), R"("bystander_ack":{"count":1,"p50":3,)"));
    CHECK(holds(to_table(report), "bystander ack latency, us       p50 3  p90 3"));
  }

  TEST_CASE("a wave: when all were back, and how many were recovered") {
    Report report = fanout();
    report.options.scenario = Scenario::reconnect;
    report.totals = {.connects = 40, .recovered = 39};
    CHECK(holds(to_json(report), R"("all_ready_ms":2000,"recovered":39)"));
    CHECK(holds(to_json(report), R"("cpu_us_per_reconnect":2000)"));
    CHECK(holds(to_table(report), "all ready after, ms             2000\n"));
    CHECK(holds(to_table(report), "recovered                       39\n"));
  }

  TEST_CASE("a mix names its parts, and what of the offered was done") {
    Report report = fanout();
    report.options.scenario = Scenario::mixed;
    report.options.rate = 100;
    report.totals.connects = 20;
    const std::string json = to_json(report);
    CHECK(holds(json, R"("mix":{"pairs":50,"pair_rate":100,"ackers":20,"ack_rate":200,)"));
    CHECK(holds(json, R"("goodput_per_second":510)"));
    CHECK_FALSE(holds(json, "cpu_us_per"));
    CHECK(holds(to_table(report), "server CPU, ms                  80\n"));
  }

  TEST_CASE("slow clients: how many were cut, and what the server kept for them") {
    Report report = fanout();
    report.options.scenario = Scenario::slow;
    report.options.shape.slow = 5;
    report.cut = 2;
    report.server->rss_peak = 9U << 20;
    CHECK(holds(to_json(report), R"("slow_cut":2)"));
    CHECK(holds(to_json(report), R"("rss_peak":9437184,"rss_peak_growth":7340032)"));
    CHECK(holds(to_table(report), "5, of whom the server cut 2\n"));
    CHECK(holds(to_table(report), "+ 7 MiB\n"));
  }

  TEST_CASE("any fault leaves no figure, in either form") {
    for (int kind = 0; kind < 8; ++kind) {
      Report report = fanout();
      std::uint64_t* const counts[] = {&report.faults.lost,       &report.faults.doubled,
                                       &report.faults.reordered,  &report.faults.misrouted,
                                       &report.faults.damaged,    &report.ack_faults.lost,
                                       &report.ack_faults.doubled};
      if (kind < 7) *counts[kind] = 42;
      if (kind == 7) report.failure = "client 42: transport close";
      CHECK_FALSE(report.is_clean());
      const std::string json = to_json(report);
      CHECK(holds(json, "42"));
      for (const char* figure : {"cpu_us", "latency", "per_second"}) {
        CHECK_FALSE(holds(json, figure));
      }
      const std::string table = to_table(report);
      CHECK(holds(table, "42"));
      CHECK(holds(table, "no figures"));
      CHECK_FALSE(holds(table, "CPU"));
    }
  }

  TEST_CASE("faults on purpose are named as such") {
    Report report = fanout();
    report.options.inject = Injection::ack_lost;
    report.injected = 41;
    report.ack_faults.lost = 41;
    CHECK(holds(to_json(report), R"("injected":{"kind":"ack-lost","every":1000,"count":41})"));
    CHECK(holds(to_table(report), "injected on purpose             41 ack-lost\n"));
    CHECK_FALSE(report.is_clean());
  }

  TEST_CASE("idle connections are weighed; nothing is divided by zero") {
    Report report = fanout();
    report.options.scenario = Scenario::idle;
    report.connection_bytes = 1'234.6;
    CHECK(holds(to_json(report), R"("bytes_per_connection":1235)"));
    CHECK(holds(to_table(report), "1235\n"));
    report.options.scenario = Scenario::connect;
    CHECK(holds(to_json(report), R"("cpu_us_per_connect":null)"));
  }
}

}  // namespace
}  // namespace veche::client::bench
