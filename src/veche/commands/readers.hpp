#pragma once

/// @file
/// The pool of readers: queries that do not wait for the writer.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/task.hpp"
#include "veche/commands/way_back.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/store.hpp"

namespace veche::commands {

/// Runs queries on whichever reader is free, the oldest query first.
///
///     Readers readers{{{reader_one, thread_one}, {reader_two, thread_two}}, log, {}};
///     readers.submit(std::move(job), *way);    // from the loop that `way` leads to
///
/// Each query has a snapshot of its own, begun after it was submitted: it sees every write that
/// was answered before. Queries may overtake one another and unanswered writes.
///
/// Memory    At most jobs_max queries wait; one more is refused. Threads  submit(), drain() and
///           counters() from any; each reader is used on its own executor only.
/// Errors    A refused query is answered Errc::unavailable on its loop, never inside submit();
///           so is one whose reader failed. One that throws is logged and answered
///           Errc::internal.
/// Lifetime  Must outlive the last task of every executor: stop those first. What is still
///           queued then is answered Errc::unavailable by the destructor.
class Readers {
 public:
  using Job = domain::Job<domain::Reader>;

  /// One reader and where it runs. Executors may be shared.
  struct Seat {
    domain::Reader& reader;
    Executor& executor;
  };
  struct Options {
    std::size_t jobs_max{10'000};
  };
  struct Counters {
    std::uint64_t queries{};
    std::uint64_t refused{};  ///< the queue was full, or the readers were draining
    std::uint64_t failed{};   ///< the reader failed or the query threw
    std::size_t jobs_high{};  ///< the most queries waiting at one time
  };

  /// Requires at least one seat.
  Readers(std::vector<Seat> seats, Log& log, Options options);
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  ~Readers();

  /// `way` outlives the query's answer, or is closed by then.
  void submit(std::unique_ptr<Job> job, std::shared_ptr<WayBack> way);

  /// Refuses new queries, finishes those it has, then runs `done` on the executor of one of
  /// the seats: each loop has its answers in its mailbox by then. At most once.
  void drain(Task done);

  [[nodiscard]] Counters counters() const;

 private:
  struct Queued {
    std::unique_ptr<Job> job;
    std::shared_ptr<WayBack> way;
  };

  /// Queues the query and calls a free seat, or leaves it and says false.
  [[nodiscard]] bool accept(Queued& queued);
  /// Runs one query on a seat, and comes back while there are more.
  void serve(std::size_t seat);
  /// Whether the query ended well; if not, it has been told so.
  [[nodiscard]] bool run(domain::Reader& reader, Job& job);
  void rest(std::size_t seat);

  std::vector<Seat> seats_;
  Log& log_;
  Options options_;

  mutable std::mutex mutex_;
  std::deque<Queued> queue_;       ///< this and the rest under mutex_
  std::vector<std::size_t> free_;  ///< seats that nobody has called
  bool is_draining_{false};
  Task drained_;
  Counters counters_;
};

}  // namespace veche::commands
