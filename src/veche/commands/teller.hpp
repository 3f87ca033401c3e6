#pragma once

/// @file
/// Tells the loops what has been committed: facts to their sinks, answers to those who asked.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/commands/fact_sink.hpp"
#include "veche/commands/way_back.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/facts.hpp"
#include "veche/feed/bus.hpp"
#include "veche/feed/cursor.hpp"
#include "veche/feed/log_tail.hpp"

namespace veche::commands {

/// One command after its commit: how much it wrote down, and who waits for its answer.
struct Outcome {
  std::unique_ptr<domain::Job<domain::Transaction>> job;
  std::size_t loop{};   ///< WayBack::index()
  std::size_t facts{};  ///< how many of the batch's facts are its own
};

/// How the nodes of one store hear of one another; a node alone has neither.
struct Cluster {
  feed::Bus* bus{};
  feed::LogTail* log_tail{};
};

/// Drives a node's Cursor and carries out what it says.
///
///     auto way = teller.attach(loop, sink);
///     teller.tell(std::move(outcomes), std::move(facts));    // after the commit
///
/// A loop gets one task for all that one call, hint or read makes due, and none when nothing
/// of it is the loop's: every fact, and behind its facts, in command order, the answer to each
/// command that came from it; one that may wait comes behind the messages to the same people that
/// follow. An answer behind a fact that takes something away, and all that follows, waits until
/// every loop has heard that fact or has ended.
///
/// Facts that go to very many are told over several turns of a loop, and all that is to be told
/// there waits for them: see WayBack.
///
/// Time      O(facts + answers + loops) a call, one allocation a loop. Memory  Outcomes wait
///           while their pos is behind a hole: the writer bounds them, see `told`.
/// Threads   attach() from any; the rest on `executor`. Errors  A sink or an answer that
///           throws is logged, the others are served.
/// Lifetime  Bus and log tail must outlive it; it must outlive the last task of `executor`.
class Teller final : private feed::Bus::Listener {
 public:
  struct Seams {
    Executor& executor;
    const Clock& clock;
    Log& log;
    Cluster cluster{};
  };

  /// `told` hears how many outcomes have left for their loops, after each call that let any.
  /// With a bus there must be a log tail.
  Teller(Seams seams, domain::Pos head, feed::Cursor::Options options,
         UniqueFunction<void(std::size_t)> told);
  ~Teller() override;

  /// From now on `sink` hears every fact on `loop`. The loop calls close() before it ends.
  [[nodiscard]] std::shared_ptr<WayBack> attach(Executor& loop, FactSink& sink);

  using Facts = std::vector<domain::FactPtr>;

  /// Requires outcomes in commit order, later than those told before, and their facts in that
  /// order.
  void tell(std::vector<Outcome> outcomes, Facts facts);

 private:
  struct Answer {
    std::unique_ptr<domain::Job<domain::Transaction>> job;
    std::size_t facts_before{};
  };
  struct Waiting {
    std::unique_ptr<domain::Job<domain::Transaction>> job;
    std::size_t loop{};
  };
  struct Loop {
    std::shared_ptr<WayBack> way;
    std::vector<Answer> answers;  ///< staged for the next task
  };
  class Telling;
  class Hearing;
  /// Where a Hearing finds the teller, if that is still there.
  struct Ear {
    Teller& teller;
  };

  void hear(std::vector<domain::FactPtr> facts) override;
  void bus_changed(feed::BusState state) override;

  void receive(const std::vector<domain::FactPtr>& facts);
  void read_log(domain::Pos after);
  void carry_out();
  /// Stages what the cursor asks for; gives the number of answers.
  std::size_t stage(Facts& facts);
  /// With a `hearing` every loop is told something, which holds it until it is told to its end.
  void post(const std::shared_ptr<const Facts>& facts, const std::shared_ptr<Hearing>& hearing);
  void stage_answer(std::size_t facts_before);
  void all_have_heard();
  void arm();

  Seams seams_;
  UniqueFunction<void(std::size_t)> told_;
  feed::Cursor cursor_;
  domain::Pos latest_;  ///< the newest pos of this node's own
  std::deque<Waiting> waiting_;
  std::uint64_t last_ticket_{};
  bool has_taken_away_{};  ///< a fact since the last answer has
  bool is_held_up_{};      ///< until all loops have heard
  bool is_answer_due_{};   ///< they have: the answer that was held up comes next
  TimerId timer_{TimerId::none};
  Instant timer_due_{Instant::max()};

  std::mutex mutex_;
  std::vector<Loop> loops_;  ///< under mutex_; grows only
  std::shared_ptr<Ear> ear_{std::make_shared<Ear>(Ear{*this})};
};

}  // namespace veche::commands
