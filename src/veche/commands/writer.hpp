#pragma once

/// @file
/// The one writer: a queue of commands, one transaction for all that is queued, then the news.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/commands/fact_sink.hpp"
#include "veche/commands/teller.hpp"
#include "veche/commands/way_back.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/feed/cursor.hpp"

namespace veche::commands {

/// Runs commands one after another, commits them in batches, and tells what came of them.
///
///     auto way = writer.attach(loop, sink);          // once a loop
///     writer.submit(commands, *way);                 // from the loop, once a turn
///     writer.drain([] { ... });                      // SIGTERM
///
/// A batch is what is queued when it begins, at most batch_max commands, without waiting for
/// more: under load the batches grow by themselves. After the commit each loop gets at most
/// one task, in which facts and answers of all commands come in commit order, a command's
/// facts before its answer.
///
/// Time      submit() moves each command, and wakes the writer at most once.
/// Memory    At most jobs_max commands that are not yet answered; one more is refused.
/// Threads   attach(), submit(), drain() and counters() from any; the ledger is used on
///           `executor` only.
/// Errors    A refused command is answered Errc::unavailable on its loop, never inside
///           submit(); so is every command of a batch whose commit failed: nothing of it is
///           stored or told. A command that throws is undone, logged, and answered
///           Errc::internal.
/// Lifetime  Must outlive the last task of `executor`: stop that first. What is still queued
///           then is answered Errc::unavailable by the destructor.
class Writer {
 public:
  using Job = domain::Job<domain::Transaction>;

  struct Command {
    domain::Writes writes{};
    std::unique_ptr<Job> job;
  };

  struct Seams {
    Executor& executor;
    const Clock& clock;
    Log& log;
    domain::Ledger& ledger;
    Cluster cluster{};
  };
  struct Options {
    std::size_t jobs_max{100'000};
    std::size_t batch_max{1'000};
    feed::Cursor::Options cursor{};
  };
  struct Counters {
    std::uint64_t batches{};
    std::uint64_t commands{};
    std::uint64_t refused{};  ///< the queue was full, or the writer was draining
    std::uint64_t thrown{};   ///< commands that threw
    std::uint64_t failed_commits{};
    std::size_t jobs_high{};                 ///< the most commands unanswered at one time
    std::chrono::nanoseconds commit_time{};  ///< in all commits together
  };

  Writer(Seams seams, Options options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// From now on `sink` hears every fact on `loop`.
  [[nodiscard]] std::shared_ptr<WayBack> attach(Executor& loop, FactSink& sink) {
    return teller_.attach(loop, sink);
  }

  /// Takes the jobs. `way` is this writer's own.
  void submit(std::span<Command> commands, WayBack& way);

  /// Refuses new commands, finishes those it has, then runs `done` on `executor`: each loop
  /// has its answers in its mailbox by then. At most once.
  void drain(Task done);

  [[nodiscard]] Counters counters() const;

 private:
  struct Queued {
    Command command;
    WayBack* way{};  ///< the teller's
  };

  /// Queues the first of the commands, as many as there is room for, and says how many.
  [[nodiscard]] std::size_t accept(std::span<Command> commands, WayBack& way);
  static void refuse(Command& command, WayBack& way);
  void run_batch();
  /// Up to batch_max commands, the oldest first.
  [[nodiscard]] std::vector<Queued> take();
  /// What it writes down goes to the end of `facts`.
  [[nodiscard]] Outcome run(Queued queued, Teller::Facts& facts);
  /// False when nothing of the batch is stored: then every outcome has failed.
  [[nodiscard]] bool commit(std::vector<Outcome>& outcomes);
  void told(std::size_t count);
  void finish_drain();
  void schedule_next();

  Seams seams_;
  Options options_;
  Teller teller_;
  std::deque<Queued> backlog_;  ///< the executor's own: taken in one piece from queue_

  mutable std::mutex mutex_;
  std::deque<Queued> queue_;  ///< this and the rest under mutex_
  std::size_t unanswered_{};
  bool is_scheduled_{false};  ///< a batch is running, or a task for one is posted
  bool is_draining_{false};
  Task drained_;
  Counters counters_;
};

}  // namespace veche::commands
