#pragma once

/// @file
/// What the server tells Prometheus.

#include <cstdint>
#include <map>
#include <string>

#include "veche/commands/writer.hpp"

namespace veche::app {

/// What one loop has counted, or several together.
struct LoopSample {
  std::uint64_t connections{};  ///< TCP, now
  std::uint64_t sessions{};     ///< Engine.IO, now
  std::uint64_t sockets{};      ///< Socket.IO, now
  std::uint64_t posts_waiting{};
  std::uint64_t requests{};  ///< REST
  std::uint64_t sign_ins{};
  std::uint64_t auth_errors{};
  std::uint64_t limited{};
  std::uint64_t failures{};
  std::uint64_t deliveries{};
  std::uint64_t recovered{};           ///< clients that came back to where they were
  std::uint64_t recoveries_refused{};  ///< and those that began anew
  std::map<std::string, std::uint64_t> events{};

  LoopSample& operator+=(const LoopSample& other);
};

/// What the process has used, as the system counts it.
struct ProcessSample {
  double cpu_seconds{};
  double resident_bytes{};
  double open_descriptors{};
};
/// Errors  What the system does not tell is 0.
[[nodiscard]] ProcessSample sample_process();

/// The text that Prometheus reads (exposition format 0.0.4).
[[nodiscard]] std::string metrics_text(const LoopSample& loops,
                                       const commands::Writer::Counters& writer,
                                       const ProcessSample& process);

}  // namespace veche::app
