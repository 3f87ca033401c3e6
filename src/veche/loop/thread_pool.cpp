#include "veche/loop/thread_pool.hpp"

#include <utility>

#include <sched.h>
#include <unistd.h>

#include "veche/base/contract.hpp"
#include "veche/loop/thread_name.hpp"

namespace veche::loop {
namespace {

/// Of the calling thread, on Linux. Niceness alone would not do: a loop that wakes would wait until
/// the scheduler has let the nicer thread have its slice, or for the next tick, several ms away;
/// only SCHED_IDLE always gives way at once. Where it is refused, niceness is better than nothing.
void yield_to_others() {
  constexpr int nicer_by = 10;
  const sched_param none{};
  if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) static_cast<void>(nice(nicer_by));
}

}  // namespace

ThreadPool::ThreadPool(const std::string& name, std::size_t thread_count, std::size_t queue_max)
    : queue_max_{queue_max} {
  VECHE_EXPECTS(thread_count > 0);
  VECHE_EXPECTS(queue_max > 0);
  threads_.reserve(thread_count);
  for (std::size_t i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this, name] {
      name_this_thread(name);
      yield_to_others();
      work();
    });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock{mutex_};
    is_stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ThreadPool::run(Task work) {
  {
    const std::lock_guard lock{mutex_};
    if (queue_.size() == queue_max_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

bool ThreadPool::is_full() const {
  const std::lock_guard lock{mutex_};
  return queue_.size() == queue_max_;
}

void ThreadPool::work() {
  while (true) {
    Task task;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
      if (is_stopping_) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace veche::loop
