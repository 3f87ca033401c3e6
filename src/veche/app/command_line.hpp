#pragma once

/// @file
/// The words after `veche`: a command, its arguments, and settings as flags.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/result.hpp"

namespace veche::app {

enum class Command : std::uint8_t { serve, check, token, user_add, import, version, help };

/// What was asked for. Which members count depends on the command.
struct CommandLine {
  Command command{Command::serve};
  std::vector<std::pair<std::string, std::string>> flags;  ///< settings: name, value
  std::string config;                                      ///< --config, empty when not given
  std::string user;                                        ///< token: whose
  std::string ttl;                                         ///< token: how long, empty: the default
  std::string email;                                       ///< user add
  std::string name;                                        ///< user add
  std::string password;  ///< user add: "-" reads a line of standard input; empty: none
  std::string id;        ///< user add: empty: a new one
  std::string file;      ///< import: "-" is standard input
  bool as_json{};        ///< version
  std::string text;      ///< help
};

/// Errc::invalid with one line that says which word was not understood.
[[nodiscard]] Result<CommandLine> parse_command_line(const std::vector<std::string>& words);

/// Says on standard error why a command cannot go on. Answers `code`, which the process ends with.
int failed(std::string_view why, int code = 1);

}  // namespace veche::app
