#pragma once

/// @file
/// The way from the writer and the readers back to a loop that may have ended meanwhile.

#include <cstddef>
#include <deque>
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

/// Facts and answers that a loop is told together.
class News {
 public:
  News() = default;
  News(const News&) = delete;
  News& operator=(const News&) = delete;
  virtual ~News() = default;

  /// Tells what is left, or as much of it as one turn should take, and whether that was all. On the
  /// loop; each call gets some of it done.
  [[nodiscard]] virtual bool tell() = 0;
};

/// One loop's address, shared by all who owe it an answer.
///
///     way->hand_back(std::move(job));     // answered and destroyed on the loop
///     way->tell(std::move(news));         // told on the loop, in one turn or in several
///     way->close();                       // by the loop, before it ends
///
/// News are told in the order in which they came, each to its end before the next; what is handed
/// back does not wait for them.
///
/// Memory    At most waiting_max news that wait for others; when one more comes, the oldest are
///           told to their ends at once.
/// Threads   post(), hand_back(), tell() and index() from any; the rest on the loop. Errors  What
///           is posted after close() is destroyed at once, unanswered. An answer that throws is
///           logged. Lifetime  Shared; executor and sink must live until close(), the log
///           longer than any task.
class WayBack : public std::enable_shared_from_this<WayBack> {
 public:
  static constexpr std::size_t waiting_max = 64;

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
  /// Each as its sink's; a sink that throws has done it, and so has one that is closed.
  [[nodiscard]] bool publish(const domain::FactPtr& fact);
  /// After publish(), before anything else.
  [[nodiscard]] bool settle();

  void tell(std::unique_ptr<News> news);
  /// News that wait are told now, and none waits from now on.
  void hurry();

  /// Nothing is published, answered or posted from now on; news that wait are dropped.
  void close();
  [[nodiscard]] bool is_open() const { return sink_ != nullptr; }

 private:
  void receive(std::unique_ptr<News> news);
  void go_on();
  void go_on_later();
  void finish_first();

  std::size_t index_;
  Log& log_;
  FactSink* sink_;  ///< the loop's own; none once closed
  // The loop's own too.
  std::deque<std::unique_ptr<News>> waiting_;  // the first of them has begun
  std::size_t waiting_max_{waiting_max};
  bool goes_on_{};  // a task for it is posted

  std::mutex mutex_;
  Executor* loop_;  ///< under mutex_; none once closed
};

}  // namespace veche::commands
