#pragma once

/// @file
/// The words after `veche bench`.

#include <cstdint>
#include <string>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::app {

/// What `veche bench` is asked for. Which members count depends on `kind`.
struct BenchCommand {
  enum class Kind : std::uint8_t { run, world, help };
  enum class Format : std::uint8_t { by_terminal, json, table };

  Kind kind{Kind::run};
  client::bench::Options options;
  Format format{Format::by_terminal};
  client::bench::World world;
  std::string text;  ///< help
};

/// Reads the words; `environment_secret` stands in for a --jwt-secret that is not given.
/// Errc::invalid with one line that says which word was not understood.
[[nodiscard]] Result<BenchCommand> parse_bench(const std::vector<std::string>& words,
                                               const std::string& environment_secret);

/// Does what the words ask for: measures a server and writes the report to standard output (a
/// table on a terminal, else JSON), with a line that moves on standard error while it is a
/// terminal; or writes the world.
///
/// The exit code: 0 all is well, 1 faults were found, 2 it could not run, with one line on
/// standard error.
[[nodiscard]] int run_bench(const std::vector<std::string>& words);

}  // namespace veche::app
