#include "veche/commands/writer.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/commands/guard.hpp"

namespace veche::commands {

Writer::Writer(Seams seams, Options options)
    : seams_{seams},
      options_{options},
      teller_{{seams.executor, seams.clock, seams.log, seams.cluster},
              seams.ledger.head(),
              options.cursor,
              [this](std::size_t count) { told(count); }} {
  VECHE_EXPECTS(options_.jobs_max > 0);
  VECHE_EXPECTS(options_.batch_max > 0);
}

Writer::~Writer() {
  backlog_.insert(backlog_.end(), std::make_move_iterator(queue_.begin()),
                  std::make_move_iterator(queue_.end()));
  for (Queued& queued : backlog_) refuse(queued.command, *queued.way);
}

void Writer::refuse(Command& command, WayBack& way) {
  command.job->fail(unavailable);
  way.hand_back(std::move(command.job));
}

void Writer::submit(std::span<Command> commands, WayBack& way) {
  for (std::size_t i = accept(commands, way); i < commands.size(); ++i) refuse(commands[i], way);
}

std::size_t Writer::accept(std::span<Command> commands, WayBack& way) {
  std::size_t count = 0;
  {
    const std::lock_guard lock{mutex_};
    if (!is_draining_) count = std::min(commands.size(), options_.jobs_max - unanswered_);
    for (std::size_t i = 0; i < count; ++i) queue_.push_back({std::move(commands[i]), &way});
    counters_.refused += commands.size() - count;
    unanswered_ += count;
    counters_.jobs_high = std::max(counters_.jobs_high, unanswered_);
    if (count == 0 || std::exchange(is_scheduled_, true)) return count;
  }
  seams_.executor.post([this] { run_batch(); });
  return count;
}

void Writer::drain(Task done) {
  {
    const std::lock_guard lock{mutex_};
    VECHE_EXPECTS(!is_draining_);
    is_draining_ = true;
    drained_ = std::move(done);
  }
  seams_.executor.post([this] { finish_drain(); });
}

Writer::Counters Writer::counters() const {
  const std::lock_guard lock{mutex_};
  return counters_;
}

void Writer::run_batch() {
  auto batch = take();
  if (!batch.empty()) {
    std::vector<Outcome> outcomes;
    Teller::Facts facts;
    outcomes.reserve(batch.size());
    facts.reserve(batch.size());
    seams_.ledger.begin(seams_.clock.wall());
    for (Queued& queued : batch) outcomes.push_back(run(std::move(queued), facts));
    if (!commit(outcomes)) facts.clear();
    teller_.tell(std::move(outcomes), std::move(facts));
  }
  schedule_next();
}

std::vector<Writer::Queued> Writer::take() {
  std::vector<Queued> batch;
  while (batch.size() < options_.batch_max) {
    if (backlog_.empty()) {
      const std::lock_guard lock{mutex_};
      backlog_.swap(queue_);
    }
    if (backlog_.empty()) break;
    batch.push_back(std::move(backlog_.front()));
    backlog_.pop_front();
  }
  return batch;
}

Outcome Writer::run(Queued queued, Teller::Facts& facts) {
  auto& job = queued.command.job;
  seams_.ledger.enter(queued.command.writes);
  auto outcome = domain::Ledger::Outcome::undo;
  const bool has_ended = guarded(seams_.log, "a command", [&] {
    if (job->run(seams_.ledger.transaction())) outcome = domain::Ledger::Outcome::keep;
  });
  if (!has_ended) {
    job->fail({Errc::internal, {}});
    const std::lock_guard lock{mutex_};
    ++counters_.thrown;
  }
  return {std::move(job), queued.way->index(), seams_.ledger.leave(outcome, facts)};
}

bool Writer::commit(std::vector<Outcome>& outcomes) {
  const Instant begun = seams_.clock.now();
  const auto committed = seams_.ledger.commit();
  const auto took = seams_.clock.now() - begun;
  if (!committed) {
    seams_.log.event("commit failed", committed.error().text);
    for (Outcome& outcome : outcomes) {
      outcome.job->fail(unavailable);
      outcome.facts = 0;
    }
  }
  const std::lock_guard lock{mutex_};
  ++counters_.batches;
  counters_.commands += outcomes.size();
  counters_.failed_commits += committed ? 0 : 1;
  counters_.commit_time += took;
  return committed.has_value();
}

void Writer::told(std::size_t count) {
  {
    const std::lock_guard lock{mutex_};
    unanswered_ -= count;
  }
  finish_drain();
}

void Writer::finish_drain() {
  Task done;
  {
    const std::lock_guard lock{mutex_};
    if (is_draining_ && unanswered_ == 0) done = std::move(drained_);
  }
  if (done) done();
}

void Writer::schedule_next() {
  {
    const std::lock_guard lock{mutex_};
    if (backlog_.empty() && queue_.empty()) {
      is_scheduled_ = false;
      return;
    }
  }
  // A task of its own, so that hints and timers are served between batches.
  seams_.executor.post([this] { run_batch(); });
}

}  // namespace veche::commands
