#include "veche/commands/writer.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/commands/guard.hpp"

namespace veche::commands {

namespace {

const Error unavailable{Errc::unavailable, {}};

}  // namespace

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
  for (Queued& queued : backlog_) {
    queued.job->fail(unavailable);
    queued.way->hand_back(std::move(queued.job));
  }
}

void Writer::submit(domain::Writes writes, std::unique_ptr<Job> job, WayBack& way) {
  VECHE_EXPECTS(job != nullptr);
  Queued queued{std::move(job), &way, writes};
  if (accept(queued)) return;
  queued.job->fail(unavailable);
  way.hand_back(std::move(queued.job));
}

bool Writer::accept(Queued& queued) {
  {
    const std::lock_guard lock{mutex_};
    if (is_draining_ || unanswered_ >= options_.jobs_max) {
      ++counters_.refused;
      return false;
    }
    queue_.push_back(std::move(queued));
    counters_.jobs_high = std::max(counters_.jobs_high, ++unanswered_);
    if (std::exchange(is_scheduled_, true)) return true;
  }
  seams_.executor.post([this] { run_batch(); });
  return true;
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
    outcomes.reserve(batch.size());
    seams_.ledger.begin(seams_.clock.wall());
    for (Queued& queued : batch) outcomes.push_back(run(std::move(queued)));
    commit(outcomes);
    teller_.tell(std::move(outcomes));
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

Outcome Writer::run(Queued queued) {
  seams_.ledger.enter(queued.writes);
  auto outcome = domain::Ledger::Outcome::undo;
  const bool has_ended = guarded(seams_.log, "a command", [&] {
    if (queued.job->run(seams_.ledger.transaction())) outcome = domain::Ledger::Outcome::keep;
  });
  if (!has_ended) {
    queued.job->fail({Errc::internal, {}});
    const std::lock_guard lock{mutex_};
    ++counters_.thrown;
  }
  auto facts = seams_.ledger.leave(outcome);
  return {std::move(queued.job), queued.way->index(), std::move(facts)};
}

void Writer::commit(std::vector<Outcome>& outcomes) {
  const Instant begun = seams_.clock.now();
  const auto committed = seams_.ledger.commit();
  const auto took = seams_.clock.now() - begun;
  if (!committed) {
    seams_.log.event("commit failed", committed.error().text);
    for (Outcome& outcome : outcomes) {
      outcome.job->fail(unavailable);
      outcome.facts.clear();
    }
  }
  const std::lock_guard lock{mutex_};
  ++counters_.batches;
  counters_.commands += outcomes.size();
  counters_.failed_commits += committed ? 0 : 1;
  counters_.commit_time += took;
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
