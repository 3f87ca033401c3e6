// veche: reads the command line and the settings, and does what was asked.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "veche/app/bench_command.hpp"
#include "veche/app/command_line.hpp"
#include "veche/app/offline.hpp"
#include "veche/app/serve.hpp"
#include "veche/app/settings.hpp"

namespace {

using veche::Result;
using veche::app::Command;
using veche::app::CommandLine;
using veche::app::failed;
using veche::app::Settings;

constexpr auto default_file = "veche.toml";

/// None when there is no such file.
std::optional<std::string> text_of(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before threads
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

Result<Settings> settings_of(const CommandLine& line) {
  const std::string named =
      line.config.empty() ? variable("VECHE_CONFIG").value_or("") : line.config;
  veche::app::Sources sources;
  sources.flags = line.flags;
  sources.environment = variable;
  sources.file_name = named.empty() ? default_file : named;
  sources.file_text = text_of(sources.file_name);
  if (!named.empty() && !sources.file_text) {
    return veche::fail(veche::Errc::invalid, fmt::format("cannot read {}", named));
  }
  return veche::app::read_settings(sources);
}

int print_version(bool as_json) {
  if (as_json) {
    fmt::print("{{\"name\":\"veche\",\"version\":\"{}\"}}\n", VECHE_VERSION);
  } else {
    fmt::print("veche {}\n", VECHE_VERSION);
  }
  return 0;
}

int run(const CommandLine& line) {
  if (line.command == Command::help) {
    fmt::print("{}", line.text);
    return 0;
  }
  if (line.command == Command::version) return print_version(line.as_json);

  const auto settings = settings_of(line);
  if (!settings) return failed(settings.error().text, line.command == Command::check ? 2 : 1);
  switch (line.command) {
    case Command::check: return veche::app::check(*settings);
    case Command::token: return veche::app::print_token(line, *settings);
    case Command::user_add: return veche::app::add_user(line, *settings);
    case Command::import: return veche::app::import_file(line, *settings);
    default: return veche::app::serve(*settings);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "bench") {
    return veche::app::run_bench({words.begin() + 1, words.end()});
  }
  const auto line = veche::app::parse_command_line(words);
  if (!line) return failed(line.error().text, 1);
  return run(*line);
}
