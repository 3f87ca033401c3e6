#include "veche/commands/way_back.hpp"

namespace veche::commands {

WayBack::WayBack(Executor& loop, FactSink& sink, Log& log, std::size_t index)
    : index_{index}, log_{log}, sink_{&sink}, loop_{&loop} {}

void WayBack::post(Task task) {
  // Under the lock, so that close() returns only when nobody is posting any more.
  const std::lock_guard lock{mutex_};
  if (loop_ != nullptr) loop_->post(std::move(task));
}

void WayBack::publish(const domain::FactPtr& fact) {
  if (!is_open()) return;
  static_cast<void>(guarded(log_, "a fact's sink", [&] { sink_->publish(fact); }));
}

void WayBack::settle() {
  if (!is_open()) return;
  static_cast<void>(guarded(log_, "a fact's sink", [&] { sink_->settle(); }));
}

void WayBack::close() {
  sink_ = nullptr;
  const std::lock_guard lock{mutex_};
  loop_ = nullptr;
}

}  // namespace veche::commands
