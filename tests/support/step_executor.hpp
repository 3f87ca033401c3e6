#pragma once

/// @file
/// An executor without a thread: its tasks run when the test says so.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "veche/base/executor.hpp"
#include "veche/base/time.hpp"

namespace veche::testing {

/// Runs tasks one by one on the thread of the test, in the order of their posts; timed ones once
/// the clock has passed them.
class StepExecutor final : public Executor {
 public:
  explicit StepExecutor(const Clock& clock) : clock_{clock} {}

  void post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId at(Instant when, Task task) override {
    timed_.emplace(Key{when, ++last_id_}, std::move(task));
    return TimerId{last_id_};
  }
  void cancel(TimerId id) override {
    std::erase_if(timed_, [id](const auto& entry) {
      return entry.first.second == static_cast<std::uint64_t>(id);
    });
  }

  /// Runs the next task; false when there is none that is due.
  bool step() {
    if (!timed_.empty() && timed_.begin()->first.first <= clock_.now()) {
      tasks_.push_back(std::move(timed_.begin()->second));
      timed_.erase(timed_.begin());
    }
    if (tasks_.empty()) return false;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }

 private:
  using Key = std::pair<Instant, std::uint64_t>;

  const Clock& clock_;
  std::deque<Task> tasks_;
  std::map<Key, Task> timed_;
  std::uint64_t last_id_{};
};

/// Runs costly work at once, on the thread of the test.
class InlineOffload final : public Offload {
 public:
  [[nodiscard]] bool run(Task work) override {
    work();
    return true;
  }
  [[nodiscard]] bool is_full() const override { return false; }
};

}  // namespace veche::testing
