#pragma once

/// @file
/// When the events of an open loop are due.

#include <cstdint>
#include <vector>

#include "veche/base/time.hpp"

namespace veche::client::bench {

/// Events at an even pace, dealt to senders in turn, whether or not anybody keeps up.
///
///     Schedule schedule{1'000, 8};                     // a second, over eight senders
///     schedule.start(now);
///     schedule.advance(now, [&](std::uint32_t sender) { ... });   // once for each event now due
///     while (schedule.has_due(sender) && ...) begin(sender, schedule.take(sender));
///
/// An event stays due until it is taken, and take() says when it became so: whoever counts from
/// that instant leaves no delay out.
///
/// Time      Constant for each event. Memory  8 bytes a sender. Threads  One. Errors  None.
class Schedule {
 public:
  /// Needs rate > 0 (events a second over all) and senders > 0.
  Schedule(double rate, std::uint32_t senders);

  /// The first event is due at `now`.
  void start(Instant now) { start_ = now; }
  /// Nothing new becomes due; what is due stays so.
  void stop() { is_stopped_ = true; }

  /// Makes due what is due by `now`, and tells whose each is.
  template <typename OnDue>
  void advance(Instant now, OnDue on_due) {
    while (!is_stopped_ && due_at(due_) <= now) {
      on_due(static_cast<std::uint32_t>(due_++ % taken_.size()));
    }
  }
  /// When the next event becomes due; Instant::max() after stop().
  [[nodiscard]] Instant next() const { return is_stopped_ ? Instant::max() : due_at(due_); }

  [[nodiscard]] bool has_due(std::uint32_t sender) const { return index(sender) < due_; }
  /// When that sender's oldest event became due. Needs has_due(sender).
  [[nodiscard]] Instant take(std::uint32_t sender);

  /// Events that have become due, and those that wait to be taken.
  [[nodiscard]] std::uint64_t offered() const { return due_; }
  [[nodiscard]] std::uint64_t waiting() const { return due_ - taken_count_; }

 private:
  [[nodiscard]] Instant due_at(std::uint64_t index) const;
  /// The number, over all, of that sender's next event.
  [[nodiscard]] std::uint64_t index(std::uint32_t sender) const {
    return taken_[sender] * taken_.size() + sender;
  }

  double period_ns_;
  Instant start_{};
  std::vector<std::uint64_t> taken_;  // by each sender
  std::uint64_t taken_count_{};
  std::uint64_t due_{};
  bool is_stopped_{};
};

}  // namespace veche::client::bench
