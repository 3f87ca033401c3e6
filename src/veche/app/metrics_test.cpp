// Goal: what is counted reaches Prometheus in its own format. Method: the text of made-up samples;
// tests/product asks a server for its own.

#include "veche/app/metrics.hpp"

#include <chrono>

#include <doctest/doctest.h>

namespace veche::app {
namespace {

using namespace std::chrono_literals;

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_SUITE("app/metrics") {
  TEST_CASE("samples of loops are summed, and written in the exposition format") {
    LoopSample sum;
    sum += LoopSample{.connections = 2, .deliveries = 3, .recovered = 1, .events = {{"ping", 1}}};
    sum += LoopSample{
        .connections = 5, .deliveries = 4, .recovered = 2, .events = {{"ping", 2}, {"x", 7}}};
    const auto text =
        metrics_text(sum, {.commands = 11, .commit_time = 1500ms}, {.cpu_seconds = 2});
    CHECK(has(text, "# TYPE veche_connections gauge"));
    CHECK(has(text, "veche_connections 7"));
    CHECK(has(text, "# TYPE veche_deliveries_total counter"));
    CHECK(has(text, "veche_deliveries_total 7"));
    CHECK(has(text, "veche_recoveries_total 3"));
    CHECK(has(text, "veche_events_total{event=\"ping\"} 3"));
    CHECK(has(text, "veche_events_total{event=\"x\"} 7"));
    CHECK(has(text, "veche_commands_total 11"));
    CHECK(has(text, "veche_commit_seconds_total 1.5"));
    CHECK(has(text, "process_cpu_seconds_total 2"));
  }

  TEST_CASE("the process has used something") {
    const auto sample = sample_process();
    CHECK(sample.cpu_seconds > 0);
    CHECK(sample.resident_bytes > 1e6);
    CHECK(sample.open_descriptors >= 3);
  }
}

}  // namespace
}  // namespace veche::app
