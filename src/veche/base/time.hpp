#pragma once

/// @file
/// Time as a value. Pure layers never read a clock: the caller says what time it is.

#include <chrono>
#include <optional>
#include <string_view>

#include "veche/base/fixed_text.hpp"

namespace veche {

using Milliseconds = std::chrono::milliseconds;

/// A point on the monotonic clock: for deadlines and durations.
using Instant = std::chrono::steady_clock::time_point;

/// A point in civil time, UTC, to the millisecond: for what people and tokens read.
using WallTime = std::chrono::sys_time<Milliseconds>;

/// Where the io layers get time from; tests and the simulation give a clock of their own.
/// Safe to read from any thread.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual WallTime wall() const = 0;
};

/// "2026-11-24T05:32:05.123Z" (ISO 8601, always milliseconds and Z).
/// Years before 0 or after 9999 are clamped to that range.
[[nodiscard]] FixedText<24> iso8601(WallTime time);

/// The instant that "2026-11-24T05:32:05.123Z" names. Seconds and their fraction may be left out,
/// Z may be an offset, "+03:00"; a date alone is its midnight, UTC. None for any other text.
[[nodiscard]] std::optional<WallTime> parse_iso8601(std::string_view text);

}  // namespace veche
