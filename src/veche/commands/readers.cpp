#include "veche/commands/readers.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/commands/guard.hpp"

namespace veche::commands {

Readers::Readers(std::vector<Seat> seats, Log& log, Options options)
    : seats_{std::move(seats)}, log_{log}, options_{options} {
  VECHE_EXPECTS(!seats_.empty());
  VECHE_EXPECTS(options_.jobs_max > 0);
  for (std::size_t seat = seats_.size(); seat-- > 0;) free_.push_back(seat);
}

Readers::~Readers() {
  for (Queued& queued : queue_) {
    queued.job->fail(unavailable);
    queued.way->hand_back(std::move(queued.job));
  }
}

void Readers::submit(std::unique_ptr<Job> job, std::shared_ptr<WayBack> way) {
  VECHE_EXPECTS(job != nullptr);
  Queued queued{std::move(job), std::move(way)};
  if (accept(queued)) return;
  queued.job->fail(unavailable);
  queued.way->hand_back(std::move(queued.job));
}

bool Readers::accept(Queued& queued) {
  std::size_t seat = 0;
  {
    const std::lock_guard lock{mutex_};
    if (is_draining_ || queue_.size() >= options_.jobs_max) {
      ++counters_.refused;
      return false;
    }
    queue_.push_back(std::move(queued));
    counters_.jobs_high = std::max(counters_.jobs_high, queue_.size());
    // With nobody free, whoever is free next looks into the queue.
    if (free_.empty()) return true;
    seat = free_.back();
    free_.pop_back();
  }
  seats_[seat].executor.post([this, seat] { serve(seat); });
  return true;
}

void Readers::drain(Task done) {
  std::size_t seat = 0;
  {
    const std::lock_guard lock{mutex_};
    VECHE_EXPECTS(!is_draining_);
    is_draining_ = true;
    drained_ = std::move(done);
    // Otherwise the last seat to come to rest says so.
    if (free_.size() < seats_.size()) return;
    seat = free_.back();
    free_.pop_back();
  }
  seats_[seat].executor.post([this, seat] { rest(seat); });
}

Readers::Counters Readers::counters() const {
  const std::lock_guard lock{mutex_};
  return counters_;
}

void Readers::serve(std::size_t seat) {
  Queued next;
  {
    const std::lock_guard lock{mutex_};
    if (!queue_.empty()) {
      next = std::move(queue_.front());
      queue_.pop_front();
    }
  }
  if (next.job == nullptr) return rest(seat);
  const bool is_well = run(seats_[seat].reader, *next.job);
  next.way->hand_back(std::move(next.job));
  {
    const std::lock_guard lock{mutex_};
    ++counters_.queries;
    counters_.failed += is_well ? 0 : 1;
  }
  seats_[seat].executor.post([this, seat] { serve(seat); });
}

bool Readers::run(domain::Reader& reader, Job& job) {
  reader.begin();
  const bool has_ended = guarded(log_, "a query", [&] { static_cast<void>(job.run(reader)); });
  const bool has_failed = reader.failed();
  reader.end();
  if (!has_ended) {
    job.fail({Errc::internal, {}});
  } else if (has_failed) {
    job.fail(unavailable);
  }
  return has_ended && !has_failed;
}

void Readers::rest(std::size_t seat) {
  Task done;
  {
    const std::lock_guard lock{mutex_};
    if (!queue_.empty()) {
      // Somebody submitted since the queue was found empty, and found nobody free.
      seats_[seat].executor.post([this, seat] { serve(seat); });
      return;
    }
    free_.push_back(seat);
    if (is_draining_ && free_.size() == seats_.size()) done = std::move(drained_);
  }
  if (done) done();
}

}  // namespace veche::commands
