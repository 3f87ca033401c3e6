#pragma once

/// @file
/// Many deadlines, cheaply: a hierarchical timer wheel, told the time from outside.

#include <array>
#include <cstddef>
#include <cstdint>

#include "veche/base/time.hpp"

namespace veche {

class TimerWheel;

/// One deadline, embedded in whatever waits for it.
///
/// Memory    No allocation. Threads  The wheel's loop only. Lifetime  Disarms itself when
///           destroyed; the wheel outlives its armed timers.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer() { disarm(); }

  [[nodiscard]] bool is_armed() const { return wheel_ != nullptr; }
  /// Needs is_armed().
  [[nodiscard]] Instant deadline() const;
  void disarm();

 protected:
  /// The deadline has passed; the timer is no longer armed and may be armed again or freed.
  virtual void expired(Instant now) = 0;

 private:
  friend class TimerWheel;

  Timer* next_{};
  Timer** link_{};  // what points at this timer
  TimerWheel* wheel_{};
  std::int64_t tick_{};
};

/// Holds timers and expires them in the order of their ticks.
///
///     wheel.arm(timer, now + 25s);
///     wait_at_most(wheel.deadline() - now);
///     wheel.advance_to(now);
///
/// Time      Told by advance_to(). A timer expires at its deadline or up to one tick (1 ms)
///           later, never earlier; those of one tick in no promised order. Memory  Fixed, about 2
///           KiB; arm and disarm are O(1).
/// Threads   One loop. Errors  None.
class TimerWheel {
 public:
  static constexpr Milliseconds tick{1};

  explicit TimerWheel(Instant start);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  /// Arms `timer`, or moves it if it is armed. A deadline in the past expires at the next
  /// advance_to() that moves time by a tick.
  void arm(Timer& timer, Instant deadline);

  /// Expires every timer due by `now`. Needs `now` at or after the one before.
  void advance_to(Instant now);

  /// No timer expires before this: exact for those due within 64 ticks, else early by less than
  /// a turn of their slot. Instant::max() when nothing is armed.
  [[nodiscard]] Instant deadline() const;

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class Timer;

  static constexpr int levels = 6;
  static constexpr int slot_bits = 6;
  static constexpr std::size_t slots = 1U << slot_bits;

  void link(Timer& timer);
  void unlink(Timer& timer);
  void expire_tick(Instant now);
  void cascade(int level);
  [[nodiscard]] std::int64_t tick_of(Instant deadline) const;
  [[nodiscard]] std::int64_t next_busy_tick() const;

  Instant start_;
  std::int64_t now_{};  // ticks that have been expired
  std::size_t size_{};
  std::array<std::array<Timer*, slots>, levels> wheel_{};
  std::array<std::uint64_t, levels> busy_{};  // a bit for each slot that holds a timer
};

}  // namespace veche
