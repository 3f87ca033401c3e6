#pragma once

/// @file
/// Threads for costly work: password hashing.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "veche/base/executor.hpp"

namespace veche::loop {

/// A fixed number of threads that take work from one bounded queue, oldest first.
///
///     ThreadPool hashing{"veche-hash", 2};
///     if (!hashing.run([...] { ... loop.post(...); })) answer_overloaded();
///
/// Time      Its threads get what the others leave of the cores (SCHED_IDLE): loops and writer go
///           first, and on cores that these keep busy the work takes long.
/// Memory    At most `queue_max` tasks wait. Threads  run() from any.
/// Errors    A full queue refuses. A thread that cannot be started throws std::system_error.
/// Lifetime  The destructor waits for the tasks that run and destroys those that wait.
class ThreadPool final : public Offload {
 public:
  /// Needs at least one thread and room for one task.
  ThreadPool(const std::string& name, std::size_t thread_count, std::size_t queue_max = 64);
  ~ThreadPool() override;

  [[nodiscard]] bool run(Task work) override;
  [[nodiscard]] bool is_full() const override;

 private:
  void work();

  std::size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;  // guarded by mutex_
  bool is_stopping_{};      // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace veche::loop
