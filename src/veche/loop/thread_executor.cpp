#include "veche/loop/thread_executor.hpp"

#include <chrono>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/loop/thread_name.hpp"

namespace veche::loop {

ThreadExecutor::ThreadExecutor(std::string name, const Clock& clock)
    : name_{std::move(name)}, clock_{clock}, timers_{clock.now()}, timer_tasks_{timers_} {}

ThreadExecutor::~ThreadExecutor() {
  stop();
  timer_tasks_.clear();
  mailbox_.clear();
}

void ThreadExecutor::post(Task task) {
  if (!mailbox_.post(std::move(task))) return;
  // After the lock, so that it does not fall between the check and the sleep; not under it, where
  // whoever wakes would wait for it at once.
  { const std::lock_guard lock{mutex_}; }
  woken_.notify_one();
}

void ThreadExecutor::start() {
  VECHE_EXPECTS(!thread_.joinable());
  thread_ = std::thread{[this] { run(); }};
}

void ThreadExecutor::stop() {
  {
    const std::lock_guard lock{mutex_};
    is_stopping_.store(true, std::memory_order_release);
    woken_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void ThreadExecutor::run() {
  name_this_thread(name_);
  while (!is_stopping_.load(std::memory_order_acquire)) {
    // One at a time, so that stop() waits for one at most.
    mailbox_.run(1);
    timers_.advance_to(clock_.now());
    if (mailbox_.is_empty()) sleep();
  }
}

void ThreadExecutor::sleep() {
  const auto is_due = [this] {
    return !mailbox_.is_empty() || is_stopping_.load(std::memory_order_acquire);
  };
  std::unique_lock lock{mutex_};
  const Instant deadline = timers_.deadline();
  if (deadline == Instant::max()) {
    woken_.wait(lock, is_due);
  } else {
    woken_.wait_for(lock, deadline - clock_.now(), is_due);
  }
}

}  // namespace veche::loop
