#pragma once

/// @file
/// The way from the writer and the readers back to a loop that may have ended meanwhile.

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/result.hpp"
#include "veche/commands/fact_sink.hpp"
#include "veche/commands/guard.hpp"
#include "veche/domain/commands.hpp"

namespace veche::commands {

/// What a job fails with that will not run: there is no room for it, or its queue ends.
inline const Error unavailable{Errc::unavailable, {}};

/// One loop's address, shared by all who owe it an answer.
///
///     way->hand_back(std::move(job));     // answered and destroyed on the loop
///     way->close();                       // by the loop, before it ends
///
/// Threads   post(), hand_back() and index() from any; the rest on the loop. Errors  What is
///           posted after close() is destroyed at once, unanswered. An answer that throws is
///           logged. Lifetime  Shared; executor and sink must live until close(), the log
///           longer than any task.
class WayBack : public std::enable_shared_from_this<WayBack> {
 public:
  WayBack(Executor& loop, FactSink& sink, Log& log, std::size_t index);

  /// Which of the teller's loops this is.
  [[nodiscard]] std::size_t index() const { return index_; }

  /// Runs `task` on the loop, or destroys it when the loop has closed the way.
  void post(Task task);

  /// Answers `job` on the loop and destroys it there.
  template <typename Access>
  void hand_back(std::unique_ptr<domain::Job<Access>> job) {
    post([way = shared_from_this(), job = std::move(job)] {
      if (way->is_open()) way->answer(*job);
    });
  }

  template <typename Access>
  void answer(domain::Job<Access>& job) {
    static_cast<void>(guarded(log_, "an answer", [&job] { job.answer(); }));
  }
  void publish(const domain::FactPtr& fact);
  /// After publish(), before anything else.
  void settle();

  /// Nothing is published, answered or posted from now on.
  void close();
  [[nodiscard]] bool is_open() const { return sink_ != nullptr; }

 private:
  std::size_t index_;
  Log& log_;
  FactSink* sink_;  ///< the loop's own; none once closed

  std::mutex mutex_;
  Executor* loop_;  ///< under mutex_; none once closed
};

}  // namespace veche::commands
