#pragma once

/// @file
/// Threads for costly work: password hashing.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/time.hpp"

namespace veche::loop {

/// A fixed number of threads that take work from one bounded queue, oldest first.
///
///     ThreadPool hashing{"veche-hash", 2};
///     if (!hashing.run([...] { ... loop.post(...); })) answer_overloaded();
///
/// Time      Its threads get what others leave of the cores (SCHED_IDLE), so that no loop waits for
///           them. Where nothing is left, one more thread with a share of its own (ten steps nicer)
///           stands in: when they have begun and ended nothing for `patience`, it takes tasks for
///           ten times as long before it looks again.
/// Memory    At most `queue_max` tasks wait, and thread_count + 1 run. Threads  run() from any.
/// Errors    A full queue refuses. A thread that cannot be started throws std::system_error.
/// Lifetime  The destructor waits for the tasks that run and destroys those that wait.
class ThreadPool final : public Offload {
 public:
  /// Needs at least one thread and room for one task.
  ThreadPool(const std::string& name, std::size_t thread_count, std::size_t queue_max = 64,
             Milliseconds patience = Milliseconds{100});
  ~ThreadPool() override;

  [[nodiscard]] bool run(Task work) override;
  [[nodiscard]] bool is_full() const override;

 private:
  static constexpr int patiences_a_look = 10;

  void work();
  void stand_in();
  /// Runs the oldest task, without the lock. Needs that there is one.
  void run_one(std::unique_lock<std::mutex>& lock);

  std::size_t queue_max_;
  Milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable waiting_;  // of the thread that stands in
  std::deque<Task> queue_;           // guarded by mutex_
  std::uint64_t steps_{};  // guarded by mutex_: what the idle threads have begun, and ended
  bool is_stopping_{};     // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace veche::loop
