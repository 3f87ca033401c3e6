#pragma once

/// @file
/// Where tasks run. An event loop, the writer's thread and the simulation are such.

#include <cstdint>
#include <utility>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"

namespace veche {

/// Names a task that waits for its time. Never reused; 0 names none.
enum class TimerId : std::uint64_t { none = 0 };

/// Runs tasks one after another, in the order in which they were posted.
///
/// Threads   post() from any thread; the others only from a task of this executor (or before it
///           runs). Errors  A task must not throw. Lifetime  Tasks still waiting when the executor
///           ends are destroyed, not run.
class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  /// Runs `task` soon, never inside this call.
  virtual void post(Task task) = 0;

  /// The same, but behind what else there is to do, as far as the executor can tell and that does
  /// not take long.
  virtual void post_last(Task task) { post(std::move(task)); }

  /// Runs `task` at `when` or up to one timer tick (1 ms) later.
  virtual TimerId at(Instant when, Task task) = 0;

  /// Forgets a task that has not run yet; does nothing if it has.
  virtual void cancel(TimerId id) = 0;
};

/// Runs costly work (password hashing) away from every loop, on a bounded number of threads.
class Offload {
 public:
  Offload() = default;
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;
  virtual ~Offload() = default;

  /// Queues `work` and says true, or says false when the queue is full and drops it.
  /// From any thread. `work` posts its own answer to wherever it is wanted.
  [[nodiscard]] virtual bool run(Task work) = 0;

  /// Whether run() would refuse now: spares what leads to it. From any thread.
  [[nodiscard]] virtual bool is_full() const = 0;
};

}  // namespace veche
