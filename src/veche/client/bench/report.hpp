#pragma once

/// @file
/// What a benchmark has found, for people and for programs.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "veche/client/bench/options.hpp"
#include "veche/client/bench/process_tree.hpp"
#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

/// The processes measured, at both ends of the window.
struct ServerUse {
  ProcessUse at_rest;  ///< before the first connection
  ProcessUse before;
  ProcessUse after;
  std::optional<std::uint64_t> rss_peak{};  ///< in the window; of slow only
};

struct Report {
  Options options;
  Totals totals;                       ///< of the window
  std::chrono::nanoseconds window{};   ///< how long it was
  std::chrono::nanoseconds own_cpu{};  ///< of this process, in the window
  std::optional<ServerUse> server;
  /// Memory of a connection, by the second half of those that came: idle only.
  std::optional<double> connection_bytes;
  Latencies latencies;
  Faults faults;  ///< of the whole run
  AckFaults ack_faults;
  std::uint32_t cut{};                 ///< slow clients whose connections ended: no fault
  std::uint64_t injected{};            ///< of those, put in on purpose
  std::optional<std::string> failure;  ///< why the load broke off

  [[nodiscard]] bool is_clean() const {
    return faults.sum() == 0 && ack_faults == AckFaults{} && !failure;
  }
};

/// One JSON object and a line end. A run that is not clean has no figures: no `server`,
/// `generator`, `latency_us`.
[[nodiscard]] std::string to_json(const Report& report);

/// The same as a table for a terminal.
[[nodiscard]] std::string to_table(const Report& report);

}  // namespace veche::client::bench
