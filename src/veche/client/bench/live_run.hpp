#pragma once

/// @file
/// A benchmark on real sockets, with real time, in this process.

#include <functional>

#include "veche/base/result.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/report.hpp"
#include "veche/client/bench/runner.hpp"

namespace veche::client::bench {

/// run() on a loop of its own, on the calling thread; the server is measured when Options::pid
/// names it. Raises this process's limit of open files to what the system allows.
/// Errors as run(), and Errc::invalid when that limit is too low for so many clients.
[[nodiscard]] Result<Report> run_live(const Options& options,
                                      std::function<void(const Progress&)> progress);

}  // namespace veche::client::bench
