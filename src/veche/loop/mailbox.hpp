#pragma once

/// @file
/// Tasks on their way from any thread to one.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "veche/base/task.hpp"

namespace veche::loop {

/// Collects tasks from any thread and runs them on one, in the order of their posts.
///
///     if (mailbox.post(std::move(task))) net.wake();   // any thread
///     mailbox.run(1024);                               // the one thread
///
/// Time      A post is a lock, a move and an unlock. Memory  Not bounded by itself: posts come
///           from our own code, each of whose sources is bounded where it stands (the writer's
///           batch, the pool's queue, one post a loop for a broadcast). size() is for a gauge.
///           Room for more than 4,096 tasks is given back when they have run.
/// Threads   post() and size() from any; the others from one. Errors  None but std::bad_alloc.
/// Lifetime  Tasks that have not run are destroyed with it.
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() = default;

  /// True when nothing was waiting: the reader may be asleep and has to be woken.
  [[nodiscard]] bool post(Task task);

  /// Runs at most `count_max` of the tasks that were posted before the call; says how many.
  std::size_t run(std::size_t count_max);

  /// Destroys the tasks that wait. They may post as they go; those are destroyed too.
  void clear();

  /// Tasks that wait.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] bool is_empty() const { return size() == 0; }

 private:
  static constexpr std::size_t kept_max = 4'096;

  void collect();

  std::mutex mutex_;
  std::vector<Task> posted_;  // guarded by mutex_
  std::atomic<std::size_t> size_{};
  std::vector<Task> running_;
  std::size_t next_{};  // of running_
};

}  // namespace veche::loop
