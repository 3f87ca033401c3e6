#pragma once

/// @file
/// A benchmark from the first connection to the report.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/process_tree.hpp"
#include "veche/client/bench/report.hpp"
#include "veche/client/bench/traffic.hpp"
#include "veche/client/context.hpp"

namespace veche::client::bench {

inline constexpr std::string_view connecting = "connecting";

/// Where a run stands, for a line that moves.
struct Progress {
  std::string_view phase;  ///< connecting, "warming up", "measuring", "finishing"
  std::uint32_t present{};
  std::uint32_t wanted{};
  Totals totals{};
};

/// What a run is driven by; tests give a network in memory and a clock of their own.
struct Stage {
  const Context& context;
  std::function<void(Milliseconds)> turn;                 ///< a turn of the loop, waiting so long
  std::function<std::optional<ProcessUse>()> server_use;  ///< none: the server is not measured
  std::function<std::chrono::nanoseconds()> own_cpu;      ///< of this process so far
  std::function<void(const Progress&)> progress;          ///< told after turns, maybe often
};

/// Runs one scenario: everybody connects and joins, the load warms up, the window is measured,
/// what is under way is awaited for as long as something comes, and a little more, so that what
/// comes twice is seen.
///
/// Errc::invalid  the options contradict each other; the text says how
/// Errc::io       somebody could not connect, sign in or join; the text says who and why
///
/// Time      Warm-up and window, and as long as connecting takes: each next client has
///           Options::patience. Threads  The stage's. Errors  Faults of the load are in the
///           Report.
[[nodiscard]] Result<Report> run(const Options& options, const Stage& stage);

}  // namespace veche::client::bench
