// The table of all settings: their names, and how a text becomes a value.

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "veche/app/settings.hpp"
#include "veche/http/cors.hpp"

namespace veche::app {
namespace {

struct Range {
  std::int64_t least;
  std::int64_t most;
};

Result<std::int64_t> whole_number(std::string_view text, Range range) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < range.least || value > range.most) {
    return fail(Errc::invalid,
                fmt::format("wants a whole number from {} to {}", range.least, range.most));
  }
  return value;
}

template <auto member, std::int64_t least, std::int64_t most>
Result<void> number(Settings& settings, std::string_view text) {
  const auto value = whole_number(text, {least, most});
  if (!value) return tl::unexpected{value.error()};
  auto& target = settings.*member;
  target = static_cast<std::remove_reference_t<decltype(target)>>(*value);
  return {};
}

template <auto member>
Result<void> text(Settings& settings, std::string_view value) {
  if (value.empty()) return fail(Errc::invalid, "wants a text");
  settings.*member = std::string{value};
  return {};
}

template <auto member>
Result<void> yes_or_no(Settings& settings, std::string_view value) {
  const bool is_yes = value == "true" || value == "1" || value == "yes" || value == "on";
  const bool is_no = value == "false" || value == "0" || value == "no" || value == "off";
  if (!is_yes && !is_no) return fail(Errc::invalid, "wants on or off");
  settings.*member = is_yes;
  return {};
}

Result<void> store(Settings& settings, std::string_view value) {
  if (value == "sqlite") {
    settings.store = StoreKind::sqlite;
  } else if (value == "memory") {
    settings.store = StoreKind::memory;
  } else {
    return fail(Errc::invalid, "wants sqlite or memory");
  }
  return {};
}

bool is_origin(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return false;
  const auto host = text.substr(scheme + 3);
  return !host.empty() && host.find_first_of("/ \t\r\n?#@") == std::string_view::npos &&
         http::Cors::parse(text).has_value();
}

Result<void> origins(Settings& settings, std::string_view value) {
  settings.origins.clear();
  while (!value.empty()) {
    auto item = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), item.size() + 1));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '/')) item.remove_suffix(1);
    if (item.empty()) continue;
    if (!is_origin(item)) {
      return fail(Errc::invalid, "wants origins such as https://chat.example.com");
    }
    settings.origins.emplace_back(item);
  }
  if (settings.origins.empty()) return fail(Errc::invalid, "wants at least one origin");
  return {};
}

Result<void> token_ttl(Settings& settings, std::string_view value) {
  const auto duration = parse_duration(value);
  if (!duration) return fail(Errc::invalid, "wants a duration such as 15m, 7d or 3600");
  settings.token_ttl = *duration;
  return {};
}

Result<void> log_format(Settings& settings, std::string_view value) {
  if (value != "text" && value != "json") return fail(Errc::invalid, "wants text or json");
  settings.log_format = value == "json" ? LogFormat::json : LogFormat::text;
  return {};
}

Result<void> log_level(Settings& settings, std::string_view value) {
  if (value != "debug" && value != "info" && value != "warn" && value != "error") {
    return fail(Errc::invalid, "wants debug, info, warn or error");
  }
  settings.log_level = std::string{value};
  return {};
}

constexpr std::int64_t day_ms = 86'400'000;

constexpr Setting table[] = {
    {"host", "HOST", "address to listen on; 127.0.0.1 with --demo, else 0.0.0.0", false,
     text<&Settings::host>},
    {"port", "PORT", "port to listen on, 0 for any free one; 3001", false,
     number<&Settings::port, 0, 65'535>},
    {"data-dir", "VECHE_DATA_DIR", "folder of the database and the secret; ./veche-data", false,
     text<&Settings::data_dir>},
    {"store", "VECHE_STORE", "sqlite, or memory (keeps nothing); sqlite", false, store},
    {"origins", "FRONTEND_URL,CORS_ORIGIN", "origins of the front-ends; http://localhost:3000",
     false, origins},
    {"client-dir", "VECHE_CLIENT_DIR", "folder of socket.io.js and the like to serve; none", false,
     text<&Settings::client_dir>},
    {"jwt-secret", "JWT_SECRET", "secret of the tokens, 32 bytes or more; generated and kept",
     false, text<&Settings::jwt_secret>},
    {"allow-weak-secret", "VECHE_ALLOW_WEAK_SECRET", "accept a short or well-known secret", true,
     yes_or_no<&Settings::allow_weak_secret>},
    {"tls-cert", "VECHE_TLS_CERT", "PEM file of the certificate chain, for https; none", false,
     text<&Settings::tls_cert>},
    {"tls-key", "VECHE_TLS_KEY", "PEM file of the certificate's key; none", false,
     text<&Settings::tls_key>},
    {"token-ttl", "JWT_EXPIRES_IN", "how long an access token lives: 15m, 7d, 3600; 7d", false,
     token_ttl},
    {"devices-max", "VECHE_DEVICES_MAX", "devices of a user, one more signs the oldest out; 20",
     false, number<&Settings::devices_max, 1, 1'000>},
    {"loops", "VECHE_LOOPS", "event loops, a thread each; as many as there are cores", false,
     number<&Settings::loops, 1, 256>},
    {"ping-interval", "VECHE_PING_INTERVAL", "ms between a pong and the next ping; 25000", false,
     number<&Settings::ping_interval, 50, day_ms>},
    {"ping-timeout", "VECHE_PING_TIMEOUT", "ms that a client has to pong; 20000", false,
     number<&Settings::ping_timeout, 50, day_ms>},
    {"connect-timeout", "VECHE_CONNECT_TIMEOUT", "ms to join a namespace; 45000", false,
     number<&Settings::connect_timeout, 50, day_ms>},
    {"upgrade-timeout", "VECHE_UPGRADE_TIMEOUT", "ms to finish an upgrade; 10000", false,
     number<&Settings::upgrade_timeout, 50, day_ms>},
    {"max-payload", "VECHE_MAX_PAYLOAD", "bytes of a request body or message; 1000000", false,
     number<&Settings::max_payload, 1'024, 1'073'741'824>},
    {"queue-bytes-max", "VECHE_QUEUE_BYTES_MAX", "bytes that may wait for a slow client; 1048576",
     false, number<&Settings::queue_bytes_max, 65'536, 1'073'741'824>},
    {"delivery-tick", "VECHE_DELIVERY_TICK",
     "ms for which broadcasts wait to leave together, at most 100; 0", false,
     number<&Settings::delivery_tick, 0, 100>},
    {"per-message-deflate", "VECHE_PER_MESSAGE_DEFLATE",
     "on to compress WebSocket messages of 1024 bytes and more; off", false,
     yes_or_no<&Settings::per_message_deflate>},
    {"limits", "VECHE_LIMITS", "on, or off for no rates of users and addresses; on", false,
     yes_or_no<&Settings::limits>},
    {"log-format", "VECHE_LOG_FORMAT", "text or json; text", false, log_format},
    {"log-level", "VECHE_LOG_LEVEL", "debug, info, warn or error; info", false, log_level},
    {"demo", "VECHE_DEMO", "make two users and a chat to try things with", true,
     yes_or_no<&Settings::demo>},
    {"import", "VECHE_IMPORT", "file for `veche import` to bring in before listening; none", false,
     text<&Settings::import_file>},
};

}  // namespace

std::span<const Setting> all_settings() { return table; }

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || value < 1) return std::nullopt;
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  std::int64_t seconds = 1;
  if (unit == "m") {
    seconds = 60;
  } else if (unit == "h") {
    seconds = 3'600;
  } else if (unit == "d") {
    seconds = 86'400;
  } else if (unit == "w") {
    seconds = 604'800;
  } else if (!unit.empty() && unit != "s") {
    return std::nullopt;
  }
  constexpr std::int64_t ten_years = 315'360'000;
  if (value > ten_years / seconds) return std::nullopt;
  return std::chrono::seconds{value * seconds};
}

}  // namespace veche::app
