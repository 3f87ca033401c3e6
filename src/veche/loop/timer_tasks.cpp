#include "veche/loop/timer_tasks.hpp"

namespace veche::loop {

TimerId TimerTasks::at(Instant when, Task task) {
  const TimerId id{++last_id_};
  auto& waiting = waiting_[id];
  waiting = std::make_unique<Waiting>(*this, id, std::move(task));
  wheel_.arm(*waiting, when);
  return id;
}

void TimerTasks::cancel(TimerId id) {
  // Taken out first: what the task owns may come back here as it is destroyed.
  const auto cancelled = waiting_.extract(id);
}

void TimerTasks::clear() {
  while (!waiting_.empty()) cancel(waiting_.begin()->first);
}

void TimerTasks::Waiting::expired(Instant /*now*/) {
  // This timer is freed before its task runs, which may cancel anything.
  Task task = std::move(task_);
  const TimerId id = id_;
  tasks_.waiting_.erase(id);
  task();
}

}  // namespace veche::loop
