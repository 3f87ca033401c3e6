#include "veche/commands/way_back.hpp"

#include <utility>

namespace veche::commands {

WayBack::WayBack(Executor& loop, FactSink& sink, Log& log, std::size_t index)
    : index_{index}, log_{log}, sink_{&sink}, loop_{&loop} {}

void WayBack::post(Task task) {
  // Under the lock, so that close() returns only when nobody is posting any more.
  const std::lock_guard lock{mutex_};
  if (loop_ != nullptr) loop_->post(std::move(task));
}

bool WayBack::publish(const domain::FactPtr& fact) {
  bool is_done = true;
  if (!is_open()) return is_done;
  static_cast<void>(guarded(log_, "a fact's sink", [&] { is_done = sink_->publish(fact); }));
  return is_done;
}

bool WayBack::settle() {
  bool is_done = true;
  if (!is_open()) return is_done;
  static_cast<void>(guarded(log_, "a fact's sink", [&] { is_done = sink_->settle(); }));
  return is_done;
}

void WayBack::tell(std::unique_ptr<News> news) {
  post([way = shared_from_this(), news = std::move(news)]() mutable {
    way->receive(std::move(news));
  });
}

void WayBack::receive(std::unique_ptr<News> news) {
  if (waiting_.empty() && news->tell()) return;
  // An answer may have been the loop's last act.
  if (!is_open()) return;
  waiting_.push_back(std::move(news));
  while (waiting_.size() > waiting_max_) finish_first();
  if (!waiting_.empty()) go_on_later();
}

void WayBack::go_on() {
  while (!waiting_.empty()) {
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    if (first->tell()) continue;
    if (!is_open()) return;
    waiting_.push_front(std::move(first));
    return go_on_later();
  }
}

void WayBack::go_on_later() {
  if (std::exchange(goes_on_, true)) return;
  post([way = shared_from_this()] {
    way->goes_on_ = false;
    way->go_on();
  });
}

void WayBack::finish_first() {
  const auto first = std::move(waiting_.front());
  waiting_.pop_front();
  while (!first->tell()) {
  }
}

void WayBack::hurry() {
  waiting_max_ = 0;
  while (!waiting_.empty()) finish_first();
}

void WayBack::close() {
  sink_ = nullptr;
  {
    const std::lock_guard lock{mutex_};
    loop_ = nullptr;
  }
  // News hold their way, and what they hold may post elsewhere when it ends.
  const auto dropped = std::exchange(waiting_, {});
}

}  // namespace veche::commands
