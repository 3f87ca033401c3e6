#pragma once

/// @file
/// One event loop: a thread's sockets, timers and posted tasks.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/result.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/loop/connection.hpp"
#include "veche/loop/connection_set.hpp"
#include "veche/loop/mailbox.hpp"
#include "veche/loop/net.hpp"
#include "veche/loop/timer_tasks.hpp"

namespace veche::loop {

/// Whoever takes the connections that come to a listener.
class Acceptor {
 public:
  Acceptor() = default;
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  virtual ~Acceptor() = default;

  /// Owns the socket from now on: adopt() it on this loop, or post that to another.
  virtual void accepted(Accepted accepted) = 0;
};

/// Where in a turn a hook runs.
enum class TurnPoint : std::uint8_t {
  start,         ///< now() is new, nothing has been told
  before_flush,  ///< everything that happened has been told; what is queued now leaves at once
  end,           ///< connections have been told of their ends
};

/// An event loop with a sliding flush: what is said during a turn is written at its end, in one
/// write a connection; broadcasts to very many connections are spread over turns, so that acks
/// need not wait for them.
///
///     Loop loop{net, clock, {}};
///     VECHE_EXPECTS(loop.listen({"0.0.0.0", 3001}, acceptor).has_value());
///     loop.run();
///
/// A turn: wait -> hooks -> events -> posted tasks -> timers -> last tasks -> hooks -> flush all of
/// `hi` -> flush a slice of `bulk` -> drained() and ended() -> hooks -> free the dead. It does not
/// wait while something is left to do. The network hands over a bounded number of events a turn,
/// and a bounded number of tasks is run, so neither starves the other.
///
/// Time      now() is read once a turn, the clock besides while `bulk` is flushed. Timers are at
///           most 1 ms late, plus the turn.
/// Memory    About 140 KiB, 144 bytes an idle connection with its place in the table.
/// Threads   post(), stop(), connection_count() and posts_waiting() from any; all else on the
///           thread that runs the loop, or before it runs.
/// Errors    Listening fails with a Result; connections end (ConnectionEvents).
/// Lifetime  The net and the clock outlive it. When it ends it closes every socket, destroys
///           tasks and tells nobody. Timers that others armed on timers() go first.
class Loop final : public Executor {
 public:
  /// Needs limits within the ranges that LoopOptions names.
  Loop(Net& net, const Clock& clock, LoopOptions options);
  ~Loop() override;

  // Executor. A task posted from a task runs in the next turn.
  void post(Task task) override;
  /// Runs it at the end of the first turn that finds nothing to do, or that begins
  /// LoopOptions::last_wait after the first of those that wait.
  void post_last(Task task) override;
  TimerId at(Instant when, Task task) override { return timer_tasks_.at(when, std::move(task)); }
  void cancel(TimerId id) override { timer_tasks_.cancel(id); }

  /// The time at which the turn began.
  [[nodiscard]] Instant now() const { return now_; }
  /// For timers that stand inside what waits for them.
  [[nodiscard]] TimerWheel& timers() { return timers_; }

  /// Takes over an open socket and reads from it. Needs a socket that no loop watches.
  Connection& adopt(SocketId socket, std::string address, ConnectionEvents& events) {
    return connections_.adopt(socket, std::move(address), events);
  }

  /// Listens and gives every connection to `acceptor`, which outlives the loop. Returns the port.
  /// Errc::io with the system's reason.
  [[nodiscard]] Result<std::uint16_t> listen(const Endpoint& endpoint, Acceptor& acceptor);
  /// Closes every listener; connections stay.
  void stop_listening();

  /// Runs `hook` at that point of every turn. Hooks of a point run in the order in which they were
  /// added.
  void add_hook(TurnPoint point, Task hook) {
    hooks_[static_cast<std::size_t>(point)].push_back(std::move(hook));
  }

  /// One turn that waits for at most `at_most` for something to happen.
  void turn(Milliseconds at_most);
  /// Turns until stop(). Returns at once if stop() was called before.
  void run();
  void stop();

  /// Whether the next turn would not wait: something is left to do.
  [[nodiscard]] bool has_work() const {
    return !mailbox_.is_empty() || !last_.empty() || connections_.has_work();
  }
  [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }
  [[nodiscard]] std::size_t posts_waiting() const { return mailbox_.size(); }

 private:
  struct Listener {
    SocketId socket{};
    Acceptor* acceptor{};
  };

  static constexpr std::uint64_t listener_bit = ConnectionTable::token_end;
  static constexpr int accepts_a_turn = 256;

  [[nodiscard]] Milliseconds wait_time(Milliseconds at_most) const;
  void run_hooks(TurnPoint point);
  void run_last(bool is_quiet);
  void accept(std::size_t listener);

  Net& net_;
  const Clock& clock_;
  std::size_t tasks_a_turn_;
  std::chrono::microseconds last_wait_;
  Instant now_;
  TimerWheel timers_;
  ConnectionSet connections_;
  TimerTasks timer_tasks_;
  Mailbox mailbox_;
  std::vector<Task> last_;  // of post_last()
  Instant last_due_{};      // when they run though there is more to do
  std::vector<Listener> listeners_;
  std::array<std::vector<Task>, 3> hooks_;  // by TurnPoint
  std::atomic<std::thread::id> thread_;     // of the last turn
  std::atomic<bool> is_stopping_{};
};

}  // namespace veche::loop
