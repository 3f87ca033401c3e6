#pragma once

/// @file
/// Many deadlines of one constant delay, behind a single timer.

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"

namespace veche::socketio {

/// Derived from by whatever waits in a WaitingList.
///
/// Memory    24 bytes. Lifetime  Leaves the list when destroyed.
class Waiting {
 public:
  Waiting() = default;
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  [[nodiscard]] bool is_waiting() const { return next_ != this; }

  void stop_waiting() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 protected:
  ~Waiting() { stop_waiting(); }

 private:
  friend class WaitingList;

  Waiting* previous_{this};
  Waiting* next_{this};
  Instant deadline_{};
};

/// Those who wait, first come first: as the delay is the same for all, the deadlines are in order
/// and one timer for the first serves everyone.
///
///     WaitingList list{wheel, 45s, [](Waiting& waiting, Instant) { give_up(waiting); }};
///     list.add(connection, now);
///
/// Time      add() and stop_waiting() are O(1). Memory  None for those who wait but their own.
/// Threads   The wheel's loop. Errors  None. Lifetime  The wheel outlives it; those who wait may
///           end before or after it.
class WaitingList {
 public:
  using Expired = UniqueFunction<void(Waiting&, Instant)>;

  WaitingList(TimerWheel& wheel, Milliseconds delay, Expired expired)
      : timer_{*this}, wheel_{wheel}, delay_{delay}, expired_{std::move(expired)} {}
  WaitingList(const WaitingList&) = delete;
  WaitingList& operator=(const WaitingList&) = delete;
  ~WaitingList() {
    while (head_.is_waiting()) head_.next_->stop_waiting();
  }

  /// Needs `now` at or after that of the add() before, and that `waiting` does not wait.
  void add(Waiting& waiting, Instant now) {
    waiting.deadline_ = now + delay_;
    waiting.previous_ = head_.previous_;
    waiting.next_ = &head_;
    head_.previous_->next_ = &waiting;
    head_.previous_ = &waiting;
    if (!timer_.is_armed()) wheel_.arm(timer_, waiting.deadline_);
  }

 private:
  class Head final : public Waiting {};

  class FirstTimer final : public Timer {
   public:
    explicit FirstTimer(WaitingList& list) : list_{list} {}

   private:
    void expired(Instant now) override { list_.expire(now); }
    WaitingList& list_;
  };

  void expire(Instant now) {
    while (head_.is_waiting() && head_.next_->deadline_ <= now) {
      Waiting& waiting = *head_.next_;
      waiting.stop_waiting();
      expired_(waiting, now);
    }
    if (head_.is_waiting() && !timer_.is_armed()) wheel_.arm(timer_, head_.next_->deadline_);
  }

  Head head_;
  FirstTimer timer_;
  TimerWheel& wheel_;
  Milliseconds delay_;
  Expired expired_;
};

}  // namespace veche::socketio
