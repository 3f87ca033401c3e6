#include "veche/loop/thread_pool.hpp"

#include <chrono>
#include <utility>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "veche/base/contract.hpp"
#include "veche/loop/thread_name.hpp"

namespace veche::loop {
namespace {

/// A loop that meets a lock which such a thread holds leaves it a core while it waits.
void take_what_is_left() {
  const sched_param none{};
  static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_IDLE, &none));
}

/// On Linux the niceness is the calling thread's own.
void be_nicer() {
  constexpr int nicer_by = 10;
  static_cast<void>(nice(nicer_by));  // what cannot be had is not missed
}

}  // namespace

ThreadPool::ThreadPool(const std::string& name, std::size_t thread_count, std::size_t queue_max,
                       Milliseconds patience)
    : queue_max_{queue_max}, patience_{patience} {
  VECHE_EXPECTS(thread_count > 0);
  VECHE_EXPECTS(queue_max > 0);
  threads_.reserve(thread_count + 1);
  for (std::size_t i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this, name] {
      name_this_thread(name);
      take_what_is_left();
      work();
    });
  }
  threads_.emplace_back([this, name] {
    name_this_thread(name);
    be_nicer();
    stand_in();
  });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock{mutex_};
    is_stopping_ = true;
  }
  changed_.notify_all();
  waiting_.notify_one();
  for (std::thread& thread : threads_) thread.join();
}

bool ThreadPool::run(Task work) {
  {
    const std::lock_guard lock{mutex_};
    if (queue_.size() == queue_max_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  waiting_.notify_one();
  return true;
}

bool ThreadPool::is_full() const {
  const std::lock_guard lock{mutex_};
  return queue_.size() == queue_max_;
}

void ThreadPool::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (is_stopping_) return;
    ++steps_;
    run_one(lock);
    ++steps_;
  }
}

void ThreadPool::stand_in() {
  using Time = std::chrono::steady_clock;
  std::unique_lock lock{mutex_};
  Time::time_point next_look{};
  while (true) {
    waiting_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (Time::now() >= next_look) {
      const std::uint64_t seen = steps_;
      waiting_.wait_for(lock, patience_, [this] { return is_stopping_; });
      if (!is_stopping_ && steps_ != seen) continue;
      next_look = Time::now() + patience_ * patiences_a_look;
    }
    if (is_stopping_) return;
    if (!queue_.empty()) run_one(lock);
  }
}

void ThreadPool::run_one(std::unique_lock<std::mutex>& lock) {
  {
    Task task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
  }
  lock.lock();
}

}  // namespace veche::loop
