#pragma once

/// @file
/// A clock that stands still until it is told to move.

#include "veche/base/time.hpp"

namespace veche::testing {

/// Both clocks of a test. They move together; the wall clock can also jump.
///
///     VirtualClock clock;
///     clock.advance(25s);
///
/// Threads   One: the test's.
class VirtualClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override {
    return std::chrono::floor<Milliseconds>(wall_start_ + (now_ - Instant{}));
  }

  /// Needs a duration that is not negative.
  void advance(Instant::duration duration);
  /// Needs an instant at or after now().
  void advance_to(Instant instant) { advance(instant - now_); }
  /// Sets the civil time, forwards or back; now() stays.
  void set_wall(WallTime time);

 private:
  using WallPoint = std::chrono::sys_time<Instant::duration>;

  Instant now_{std::chrono::hours{1}};
  WallPoint wall_start_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
};

}  // namespace veche::testing
