#pragma once

/// @file
/// Where log lines go. The sink formats, limits and writes; callers only say what happened.

#include <cstdint>
#include <string_view>

namespace veche {

enum class LogLevel : std::uint8_t { debug, info, warn, error };

/// A sink for log lines. Text is one line without secrets; the sink escapes control
/// characters. Safe from any thread.
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  virtual void write(LogLevel level, std::string_view text) = 0;

  /// A line that a peer can cause at will. Lines of one `kind` (a literal, such as
  /// "connected") are limited to ten a second; the rest become "and N more".
  virtual void event(std::string_view kind, std::string_view text) = 0;

  /// The last of `count` such lines: its caller has left the others out, since there were too many.
  virtual void events(std::string_view kind, std::string_view text, std::uint64_t /*count*/) {
    event(kind, text);
  }
};

}  // namespace veche
