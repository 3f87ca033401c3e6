#include "veche/app/command_line.hpp"

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "veche/app/settings.hpp"

namespace veche::app {
namespace {

using Flags = std::vector<std::pair<std::string, std::string>>;

/// The settings that commands which do not serve understand.
constexpr std::string_view folder_settings[] = {
    "data-dir", "store", "jwt-secret", "allow-weak-secret", "token-ttl", "tls-cert", "tls-key"};

std::string described(const Setting& setting) {
  return fmt::format("{} [{}]", setting.help, setting.environment);
}

void add_setting(CLI::App& app, const Setting& setting, Flags& flags) {
  const std::string name{setting.name};
  if (setting.is_switch) {
    app.add_flag_callback(
        "--" + name, [&flags, name] { flags.emplace_back(name, "true"); }, described(setting));
    return;
  }
  app.add_option_function<std::string>(
         "--" + name, [&flags, name](const std::string& value) { flags.emplace_back(name, value); },
         described(setting))
      ->type_name("VALUE");
}

void add_settings(CLI::App& app, CommandLine& line, std::span<const std::string_view> names = {}) {
  app.allow_extras();
  app.add_option("--config", line.config, "settings file; veche.toml when it is there");
  for (const Setting& setting : all_settings()) {
    if (names.empty() || std::ranges::find(names, setting.name) != names.end()) {
      add_setting(app, setting, line.flags);
    }
  }
}

struct Commands {
  CLI::App* serve{};
  CLI::App* check{};
  CLI::App* token{};
  CLI::App* user{};
  CLI::App* user_add{};
  CLI::App* import{};
};

Commands declare(CLI::App& app, CommandLine& line) {
  Commands commands;
  app.require_subcommand(0, 1);
  add_settings(app, line);

  commands.serve = app.add_subcommand("serve", "run the server (what veche does without a word)");
  add_settings(*commands.serve, line);

  commands.check = app.add_subcommand("check",
                                      "look at settings, schema and data; exits with 0 (good), 1 "
                                      "(cannot look), 2 (settings or data are wrong)");
  add_settings(*commands.check, line, folder_settings);

  commands.token = app.add_subcommand("token", "print an access token for a user");
  commands.token->add_option("--user", line.user, "the user's id")->required();
  commands.token->add_option("--ttl", line.ttl, "how long it lives: 15m, 1h, 7d");
  add_settings(*commands.token, line, folder_settings);

  commands.user = app.add_subcommand("user", "users of this data folder");
  commands.user->require_subcommand(1);
  commands.user_add = commands.user->add_subcommand("add", "make a user");
  commands.user_add->add_option("--email", line.email, "signs in with this")->required();
  commands.user_add->add_option("--name", line.name, "is shown to others")->required();
  commands.user_add->add_option("--password", line.password,
                                "8 to 128 characters; - reads a line of standard input");
  commands.user_add->add_option("--id", line.id, "1 to 64 of A-Z a-z 0-9 _ -; a new one");
  add_settings(*commands.user_add, line, folder_settings);

  commands.import = app.add_subcommand("import", "bring users and chats in, a JSON object a line");
  commands.import->add_option("file", line.file, "FILE.jsonl, - for standard input")->required();
  add_settings(*commands.import, line, folder_settings);
  // Its words are its own: main hands them to run_bench(); here it stands for the help.
  app.add_subcommand("bench", "measure a chat server, and check every delivery");
  return commands;
}

Command chosen(const Commands& commands) {
  if (commands.check->parsed()) return Command::check;
  if (commands.token->parsed()) return Command::token;
  if (commands.user_add->parsed()) return Command::user_add;
  if (commands.import->parsed()) return Command::import;
  return Command::serve;
}

/// Words that nothing took: a flag spelt wrongly is told by read_settings, with what was meant.
Result<void> take_extras(const CLI::App& app, CommandLine& line) {
  bool follows_flag = false;
  for (const std::string& word : app.remaining(true)) {
    if (word.starts_with("--") && word.size() > 2) {
      const auto equals = word.find('=');
      line.flags.emplace_back(word.substr(2, equals == word.npos ? equals : equals - 2), "");
      follows_flag = equals == word.npos;
    } else if (!std::exchange(follows_flag, false)) {
      return fail(Errc::invalid,
                  fmt::format("'{}' is no command of veche; see veche --help", word));
    }
  }
  return {};
}

}  // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  CLI::App app{"veche: a real-time chat backend for Socket.IO clients", "veche"};
  bool wants_version = false;
  app.add_flag("--version", wants_version, "print the version");
  app.add_flag("--json", line.as_json, "with --version: as JSON");
  const Commands commands = declare(app, line);

  std::vector<std::string> reversed{words.rbegin(), words.rend()};  // as CLI11 wants them
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const auto asked = app.get_subcommands();
    line.command = Command::help;
    line.text = asked.empty() ? app.help() : asked.front()->help();
    return line;
  } catch (const CLI::Error& error) {
    return fail(Errc::invalid, error.what());
  }
  if (wants_version) {
    line.command = Command::version;
    return line;
  }
  if (auto taken = take_extras(app, line); !taken) return tl::unexpected{taken.error()};
  line.command = chosen(commands);
  return line;
}

int failed(std::string_view why, int code) {
  fmt::print(stderr, "veche: {}\n", why);
  return code;
}

}  // namespace veche::app
