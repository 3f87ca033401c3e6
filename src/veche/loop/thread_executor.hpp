#pragma once

/// @file
/// An executor with a thread of its own, for work that blocks: the writer.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "veche/base/executor.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/loop/mailbox.hpp"
#include "veche/loop/timer_tasks.hpp"

namespace veche::loop {

/// One thread that runs posted tasks, and timed ones, one after another.
///
///     ThreadExecutor writer{"veche-writer", clock};
///     writer.start();
///     writer.post([&] { commands.drain(); });
///     writer.stop();
///
/// Time      Timed tasks are at most 1 ms late, plus the task that runs.
/// Memory    As Mailbox and TimerTasks.
/// Threads   post() from any; at() and cancel() from its tasks or before start(); start() and
///           stop() from its owner's.
/// Errors    A thread that cannot be started throws std::system_error from start().
/// Lifetime  stop(), and the destructor, wait for the task that runs; those that wait are
///           destroyed with the executor, not run. The clock outlives it.
class ThreadExecutor final : public Executor {
 public:
  /// `name` is what the system's tools show; its first 15 characters count.
  ThreadExecutor(std::string name, const Clock& clock);
  ~ThreadExecutor() override;

  void post(Task task) override;
  TimerId at(Instant when, Task task) override { return timer_tasks_.at(when, std::move(task)); }
  void cancel(TimerId id) override { timer_tasks_.cancel(id); }

  /// Needs to be called at most once.
  void start();
  /// Returns when the thread has ended. Idempotent; not from its own tasks.
  void stop();

 private:
  void run();
  void sleep();

  std::string name_;
  const Clock& clock_;
  TimerWheel timers_;
  TimerTasks timer_tasks_;
  Mailbox mailbox_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<bool> is_stopping_{};
  std::thread thread_;
};

}  // namespace veche::loop
