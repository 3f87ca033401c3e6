#include "veche/loop/mailbox.hpp"

#include <utility>

namespace veche::loop {

bool Mailbox::post(Task task) {
  const std::lock_guard lock{mutex_};
  posted_.push_back(std::move(task));
  return size_.fetch_add(1, std::memory_order_acq_rel) == 0;
}

std::size_t Mailbox::run(std::size_t count_max) {
  if (next_ == running_.size()) collect();
  std::size_t count = 0;
  for (; count < count_max && next_ < running_.size(); ++count) {
    Task task = std::move(running_[next_]);
    ++next_;
    size_.fetch_sub(1, std::memory_order_acq_rel);
    task();
  }
  return count;
}

void Mailbox::clear() {
  while (!is_empty()) {
    if (next_ == running_.size()) collect();
    for (; next_ < running_.size(); ++next_) {
      size_.fetch_sub(1, std::memory_order_acq_rel);
      running_[next_].reset();
    }
  }
}

void Mailbox::collect() {
  next_ = 0;
  running_.clear();
  if (running_.capacity() > kept_max) std::vector<Task>{}.swap(running_);
  const std::lock_guard lock{mutex_};
  running_.swap(posted_);
}

}  // namespace veche::loop
