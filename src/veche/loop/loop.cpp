#include "veche/loop/loop.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::loop {

Loop::Loop(Net& net, const Clock& clock, LoopOptions options)
    : net_{net},
      clock_{clock},
      tasks_a_turn_{options.tasks_a_turn},
      last_wait_{options.last_wait},
      now_{clock.now()},
      timers_{now_},
      connections_{net, timers_, options},
      timer_tasks_{timers_} {
  VECHE_EXPECTS(tasks_a_turn_ > 0);
  connections_.begin_turn(now_);
  run_hooks(TurnPoint::start);
}

Loop::~Loop() {
  stop_listening();
  // Tasks first, while what they may post to or send on as they are destroyed is still there.
  for (auto& hooks : hooks_) hooks.clear();
  timer_tasks_.clear();
  last_.clear();
  mailbox_.clear();
}

void Loop::post(Task task) {
  // Whoever finds the mailbox empty wakes the loop; the others know that it was woken. The loop's
  // own thread is awake, and looks into the mailbox before it sleeps.
  const bool was_empty = mailbox_.post(std::move(task));
  if (was_empty && thread_.load() != std::this_thread::get_id()) net_.wake();
}

void Loop::post_last(Task task) {
  if (last_.empty()) last_due_ = now_ + last_wait_;
  last_.push_back(std::move(task));
}

void Loop::run_last(bool is_quiet) {
  if (last_.empty() || !(is_quiet || now_ >= last_due_)) return;
  for (Task& task : std::exchange(last_, {})) task();
}

Result<std::uint16_t> Loop::listen(const Endpoint& endpoint, Acceptor& acceptor) {
  const Result<SocketId> socket = net_.listen(endpoint);
  if (!socket.has_value()) return tl::unexpected<Error>{socket.error()};
  if (!net_.watch(*socket, {.read = true}, listener_bit | listeners_.size())) {
    net_.close(*socket);
    return fail(Errc::io, "cannot listen: the system has no room to watch one more socket");
  }
  listeners_.push_back({*socket, &acceptor});
  return net_.port(*socket);
}

void Loop::stop_listening() {
  for (const Listener& listener : listeners_) net_.close(listener.socket);
  listeners_.clear();
}

void Loop::accept(std::size_t listener) {
  // The acceptor may stop listening.
  for (int i = 0; i < accepts_a_turn && listener < listeners_.size(); ++i) {
    std::optional<Accepted> accepted = net_.accept(listeners_[listener].socket);
    if (!accepted.has_value()) return;
    listeners_[listener].acceptor->accepted(std::move(*accepted));
  }
}

Milliseconds Loop::wait_time(Milliseconds at_most) const {
  if (has_work()) return Milliseconds{0};
  const Instant deadline = timers_.deadline();
  if (deadline == Instant::max()) return at_most;
  const auto rest = std::chrono::ceil<Milliseconds>(deadline - clock_.now());
  return std::clamp(rest, Milliseconds{0}, std::max(at_most, Milliseconds{0}));
}

void Loop::turn(Milliseconds at_most) {
  if (thread_.load(std::memory_order_relaxed) != std::this_thread::get_id())
    thread_.store(std::this_thread::get_id());
  const std::span<const Ready> ready = net_.wait(wait_time(at_most));
  now_ = clock_.now();
  connections_.begin_turn(now_);
  run_hooks(TurnPoint::start);
  for (const Ready& event : ready) {
    if ((event.token & listener_bit) != 0) {
      accept(static_cast<std::size_t>(event.token & ~listener_bit));
    } else {
      connections_.handle(event);
    }
  }
  const std::size_t tasks = mailbox_.run(tasks_a_turn_);
  timers_.advance_to(now_);
  run_last(ready.empty() && tasks == 0 && !connections_.has_work());
  run_hooks(TurnPoint::before_flush);
  connections_.flush_hi();
  connections_.flush_bulk(clock_);
  connections_.tell();
  run_hooks(TurnPoint::end);
  connections_.free_dead();
}

void Loop::run_hooks(TurnPoint point) {
  for (Task& hook : hooks_[static_cast<std::size_t>(point)]) hook();
}

void Loop::run() {
  while (!is_stopping_.load(std::memory_order_acquire)) turn(std::chrono::hours{1});
}

void Loop::stop() {
  is_stopping_.store(true, std::memory_order_release);
  net_.wake();
}

}  // namespace veche::loop
