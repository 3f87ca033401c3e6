#pragma once

/// @file
/// Tasks that wait for their time.

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

#include "veche/base/executor.hpp"
#include "veche/base/task.hpp"
#include "veche/base/timer_wheel.hpp"

namespace veche::loop {

/// The at() and cancel() of an executor, over its timer wheel, which runs the tasks.
///
///     const TimerId id = tasks.at(now + 5s, [] { ... });
///     tasks.cancel(id);
///
/// Time      As the wheel. Memory  About 200 bytes a waiting task. Threads  One. Errors  None.
/// Lifetime  The wheel outlives it; tasks still waiting are destroyed, not run.
class TimerTasks {
 public:
  explicit TimerTasks(TimerWheel& wheel) : wheel_{wheel} {}
  TimerTasks(const TimerTasks&) = delete;
  TimerTasks& operator=(const TimerTasks&) = delete;
  ~TimerTasks() = default;

  TimerId at(Instant when, Task task);
  /// Does nothing when the task has run, is running, or was cancelled.
  void cancel(TimerId id);
  /// Destroys the tasks that wait; none runs.
  void clear();

 private:
  class Waiting final : public Timer {
   public:
    Waiting(TimerTasks& tasks, TimerId id, Task task)
        : tasks_{tasks}, id_{id}, task_{std::move(task)} {}

   private:
    void expired(Instant now) override;

    TimerTasks& tasks_;
    TimerId id_;
    Task task_;
  };

  TimerWheel& wheel_;
  std::uint64_t last_id_{};
  std::unordered_map<TimerId, std::unique_ptr<Waiting>> waiting_;
};

}  // namespace veche::loop
