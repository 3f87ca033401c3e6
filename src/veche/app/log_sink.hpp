#pragma once

/// @file
/// Log lines on their way to a stream, over spdlog.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "veche/app/settings.hpp"
#include "veche/base/event_limiter.hpp"
#include "veche/base/log.hpp"
#include "veche/base/time.hpp"

namespace spdlog {
class logger;
}

namespace veche::app {

/// Writes log lines to standard output, as text or as a JSON object each.
///
/// Time      Reads `clock` for limits; stamps are spdlog's. Threads  Any. Errors  A stream that
///           cannot be written to is ignored: a server does not stop for its log.
class LogSink final : public Log {
 public:
  LogSink(const Clock& clock, LogFormat format, std::string_view level);
  ~LogSink() override;

  void write(LogLevel level, std::string_view text) override;
  void event(std::string_view kind, std::string_view text) override { events(kind, text, 1); }
  void events(std::string_view kind, std::string_view text, std::uint64_t count) override;

 private:
  const Clock& clock_;
  LogFormat format_;
  std::mutex mutex_;
  EventLimiter limiter_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// One line without control characters: they, and all bytes over 0x7F of a text that is not valid
/// UTF-8, become \xNN. In quotes, as a JSON string, for LogFormat::json.
[[nodiscard]] std::string printable(std::string_view text, LogFormat format);

}  // namespace veche::app
