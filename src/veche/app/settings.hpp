#pragma once

/// @file
/// What veche is told at its start: flags, environment, file, defaults, in this order of weight.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"

namespace veche::app {

enum class StoreKind : std::uint8_t { sqlite, memory };
enum class LogFormat : std::uint8_t { text, json };

struct Settings {
  std::string host{"0.0.0.0"};  ///< 127.0.0.1 with demo, whose passwords are known
  std::uint16_t port{3001};
  std::string data_dir{"./veche-data"};
  StoreKind store{StoreKind::sqlite};
  std::vector<std::string> origins{"http://localhost:3000"};
  std::string client_dir;  ///< of the JavaScript client to serve; empty: none
  std::string jwt_secret;  ///< empty: generated, kept in the data folder
  bool allow_weak_secret{};
  std::string tls_cert;  ///< PEM files; both empty: no TLS
  std::string tls_key;
  std::chrono::seconds token_ttl{std::chrono::days{7}};
  std::size_t devices_max{20};  ///< of a user; one more signs the oldest out
  unsigned loops{};             ///< 0: as many as there are cores
  Milliseconds ping_interval{25'000};
  Milliseconds ping_timeout{20'000};
  Milliseconds connect_timeout{45'000};
  Milliseconds upgrade_timeout{10'000};
  std::size_t max_payload{1'000'000};
  std::size_t queue_bytes_max{1'048'576};
  Milliseconds delivery_tick{0};  ///< how long broadcasts wait for others to leave with
  bool per_message_deflate{};     ///< compress WebSocket messages for clients that offer it
  bool limits{true};  ///< off: no rates for users and addresses; sizes and queues stay bounded
  LogFormat log_format{LogFormat::text};
  std::string log_level{"info"};
  bool demo{};
  std::string import_file;            ///< users and chats to make before listening; empty: none
  std::vector<std::string> warnings;  ///< a line each, for the log
};

/// One setting, wherever it comes from. `apply` gives Errc::invalid and says what is wanted.
struct Setting {
  std::string_view name;         ///< the flag without dashes, and the key in veche.toml
  std::string_view environment;  ///< names, comma separated, united where there are several
  std::string_view help;
  bool is_switch;  ///< a flag without a value
  Result<void> (*apply)(Settings& settings, std::string_view value);
};

/// Every setting there is, in the order in which the help shows them.
[[nodiscard]] std::span<const Setting> all_settings();

/// Where the values are looked for.
struct Sources {
  std::vector<std::pair<std::string, std::string>> flags;  ///< name without dashes, value
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string file_name;                 ///< for messages
  std::optional<std::string> file_text;  ///< TOML; none when there is no file
};

/// Reads all sources. Errc::invalid with one line that names the source, "veche.toml:3:1: ...",
/// what is wrong, and the name that was probably meant.
[[nodiscard]] Result<Settings> read_settings(const Sources& sources);

/// "15m", "7d", "90" (seconds): s, m, h, d, w. None for anything else, 0 or over 10 years.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace veche::app
