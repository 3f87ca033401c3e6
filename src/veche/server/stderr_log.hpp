#pragma once

/// @file
/// A log for programs that have none of their own.

#include <mutex>
#include <string>
#include <string_view>

#include "veche/base/event_limiter.hpp"
#include "veche/base/log.hpp"
#include "veche/base/time.hpp"

namespace veche::server {

/// Writes lines of LogLevel::info and above to standard error, and of each kind of event at most
/// ten a second.
///
/// Time      Reads `clock` for the limit. Threads  Any. Errors  A stream that cannot be written to
/// is ignored. Lifetime  The clock outlives it.
class StderrLog final : public Log {
 public:
  explicit StderrLog(const Clock& clock) : clock_{clock} {}

  void write(LogLevel level, std::string_view text) override;
  void event(std::string_view kind, std::string_view text) override;

 private:
  const Clock& clock_;
  std::mutex mutex_;
  EventLimiter limiter_;
};

/// The text in printable ASCII, so that no peer writes to a terminal what it wants: every other
/// byte becomes \xNN.
[[nodiscard]] std::string printable_ascii(std::string_view text);

}  // namespace veche::server
