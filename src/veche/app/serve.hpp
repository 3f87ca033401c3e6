#pragma once

/// @file
/// The server as a process: threads, signals, a store on disk.

#include "veche/app/settings.hpp"

namespace veche::app {

/// Serves until SIGTERM or SIGINT, then drains. The exit code: 0, or 1 with a line on standard
/// error that says why it could not start.
[[nodiscard]] int serve(const Settings& settings);

}  // namespace veche::app
