#include "veche/commands/teller.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "veche/base/contract.hpp"

namespace veche::commands {

namespace {

feed::BusState state_of(const feed::Bus* bus) {
  if (bus == nullptr) return feed::BusState::none;
  return bus->is_up() ? feed::BusState::up : feed::BusState::down;
}

/// Whether both are told to the same people in the same way.
bool go_together(const domain::Fact& one, const domain::Fact& other) {
  const auto* first = std::get_if<domain::MessagePosted>(&one.what);
  const auto* second = std::get_if<domain::MessagePosted>(&other.what);
  return first != nullptr && second != nullptr && first->audience == second->audience;
}

}  // namespace

/// Shared by what all loops are told; when the last of it is told, or was destroyed because its
/// loop has ended, the teller goes on.
class Teller::Hearing {
 public:
  Hearing(Executor& executor, const std::shared_ptr<Ear>& ear) : executor_{executor}, ear_{ear} {}
  Hearing(const Hearing&) = delete;
  Hearing& operator=(const Hearing&) = delete;
  ~Hearing() {
    if (ear_.expired()) return;
    executor_.post([ear = std::move(ear_)] {
      if (const auto there = ear.lock()) there->teller.all_have_heard();
    });
  }

 private:
  Executor& executor_;
  std::weak_ptr<Ear> ear_;
};

/// What one loop is told of one call.
class Teller::Telling final : public News {
 public:
  /// There may be no `hearing`, and no `facts`; these are shared by all loops.
  Telling(std::shared_ptr<Hearing> hearing, std::shared_ptr<WayBack> way,
          std::shared_ptr<const Facts> facts, std::vector<Answer> answers)
      : hearing_{std::move(hearing)},
        way_{std::move(way)},
        facts_{std::move(facts)},
        answers_{std::move(answers)} {}

  // Facts that go together, then the answers behind them, before the next: so answers find in the
  // caches what the facts have left there.
  bool tell() override {
    while (true) {
      if (!publish_group()) return false;
      answer_group();
      if (group_end_ == fact_count()) return true;
      group_end_ = next_group_end();
    }
  }

 private:
  [[nodiscard]] std::size_t fact_count() const { return facts_ == nullptr ? 0 : facts_->size(); }

  [[nodiscard]] bool publish_group() {
    for (; published_ < group_end_; ++published_) {
      is_settled_ = false;
      if (!way_->publish((*facts_)[published_])) return false;
    }
    if (!is_settled_) is_settled_ = way_->settle();
    return is_settled_;
  }

  /// Ends where the facts no longer go together, or an answer does not wait.
  [[nodiscard]] std::size_t next_group_end() const {
    std::size_t end = group_end_ + 1;
    std::size_t next = answered_;
    for (; end < fact_count(); ++end) {
      for (; next < answers_.size() && answers_[next].facts_before == end; ++next) {
        if (!answers_[next].job->may_wait()) return end;
      }
      if (!go_together(*(*facts_)[end - 1], *(*facts_)[end])) return end;
    }
    return end;
  }

  void answer_group() {
    for (; answered_ < answers_.size(); ++answered_) {
      if (answers_[answered_].facts_before > group_end_) return;
      // An answer may be the loop's last act.
      if (way_->is_open()) way_->answer(*answers_[answered_].job);
      answers_[answered_].job.reset();
    }
  }

  std::shared_ptr<Hearing> hearing_;
  std::shared_ptr<WayBack> way_;
  std::shared_ptr<const Facts> facts_;
  std::vector<Answer> answers_;
  // Where it is.
  std::size_t group_end_{};  // facts up to there are told before the answers behind them
  std::size_t published_{};
  bool is_settled_{true};
  std::size_t answered_{};
};

Teller::Teller(Seams seams, domain::Pos head, feed::Cursor::Options options,
               UniqueFunction<void(std::size_t)> told)
    : seams_{seams},
      told_{std::move(told)},
      cursor_{head, state_of(seams.cluster.bus), options, seams.clock.now()},
      latest_{head} {
  VECHE_EXPECTS(seams_.cluster.bus == nullptr || seams_.cluster.log_tail != nullptr);
  if (seams_.cluster.bus == nullptr) return;
  seams_.cluster.bus->subscribe(this);
  seams_.executor.post([this] { arm(); });
}

Teller::~Teller() {
  if (seams_.cluster.bus != nullptr) seams_.cluster.bus->subscribe(nullptr);
}

std::shared_ptr<WayBack> Teller::attach(Executor& loop, FactSink& sink) {
  const std::lock_guard lock{mutex_};
  auto way = std::make_shared<WayBack>(loop, sink, seams_.log, loops_.size());
  loops_.push_back({way, {}});
  return way;
}

void Teller::tell(std::vector<Outcome> outcomes, Facts facts) {
  const Instant now = seams_.clock.now();
  if (seams_.cluster.bus != nullptr && !facts.empty()) seams_.cluster.bus->publish(facts);
  auto next = facts.begin();
  for (Outcome& outcome : outcomes) {
    for (const auto end = next + static_cast<std::ptrdiff_t>(outcome.facts); next != end; ++next) {
      latest_ = std::max(latest_, (*next)->pos);
      cursor_.offer(std::move(*next), now);
    }
    waiting_.push_back({std::move(outcome.job), outcome.loop});
    cursor_.tie(feed::Cursor::Ticket{++last_ticket_}, latest_);
  }
  VECHE_EXPECTS(next == facts.end());
  carry_out();
}

void Teller::hear(std::vector<domain::FactPtr> facts) {
  seams_.executor.post([this, facts = std::move(facts)] {
    receive(facts);
    carry_out();
  });
}

void Teller::bus_changed(feed::BusState state) {
  seams_.executor.post([this, state] {
    cursor_.bus_changed(state, seams_.clock.now());
    carry_out();
  });
}

void Teller::receive(const std::vector<domain::FactPtr>& facts) {
  const Instant now = seams_.clock.now();
  for (const auto& fact : facts) cursor_.offer(fact, now);
}

void Teller::read_log(domain::Pos after) {
  // A node alone has no holes: its facts come from its own commits, one after another.
  VECHE_EXPECTS(seams_.cluster.log_tail != nullptr);
  seams_.cluster.log_tail->read_after(after, [this](feed::TailRead read) {
    seams_.executor.post([this, read = std::move(read)] {
      receive(read.facts);
      cursor_.repaired(read.end, seams_.clock.now());
      carry_out();
    });
  });
}

void Teller::carry_out() {
  auto facts = std::make_shared<Facts>();
  const bool was_held_up = is_held_up_;
  const std::size_t answers = was_held_up ? 0 : stage(*facts);
  std::shared_ptr<Hearing> hearing;
  if (is_held_up_ && !was_held_up) hearing = std::make_shared<Hearing>(seams_.executor, ear_);
  post(facts->empty() ? nullptr : std::move(facts), hearing);
  arm();
  if (answers > 0) told_(answers);
}

std::size_t Teller::stage(Facts& facts) {
  std::optional<domain::Pos> read_after;
  std::size_t answers = 0;
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(is_answer_due_, false)) {
      stage_answer(0);
      ++answers;
    }
    while (!is_held_up_) {
      auto action = cursor_.next_action();
      if (!action) break;
      if (auto* deliver = std::get_if<feed::Cursor::Deliver>(&*action)) {
        has_taken_away_ = has_taken_away_ || domain::takes_away(deliver->fact->what);
        facts.push_back(std::move(deliver->fact));
      } else if (const auto* repair = std::get_if<feed::Cursor::Repair>(&*action)) {
        read_after = repair->after;
      } else if (std::exchange(has_taken_away_, false) && loops_.size() > 1) {
        is_held_up_ = true;
      } else {
        stage_answer(facts.size());
        ++answers;
      }
    }
  }
  if (read_after) read_log(*read_after);
  return answers;
}

void Teller::stage_answer(std::size_t facts_before) {
  // Tickets are released in the order in which they were tied.
  Waiting& next = waiting_.front();
  loops_[next.loop].answers.push_back({std::move(next.job), facts_before});
  waiting_.pop_front();
}

void Teller::all_have_heard() {
  is_held_up_ = false;
  is_answer_due_ = true;
  carry_out();
}

void Teller::post(const std::shared_ptr<const Facts>& facts,
                  const std::shared_ptr<Hearing>& hearing) {
  const std::lock_guard lock{mutex_};
  for (Loop& loop : loops_) {
    if (facts == nullptr && loop.answers.empty() && hearing == nullptr) continue;
    loop.way->tell(
        std::make_unique<Telling>(hearing, loop.way, facts, std::exchange(loop.answers, {})));
  }
}

void Teller::arm() {
  const Instant due = cursor_.deadline();
  if (due == timer_due_) return;
  if (timer_ != TimerId::none) seams_.executor.cancel(timer_);
  timer_due_ = due;
  timer_ = TimerId::none;
  if (due == Instant::max()) return;
  timer_ = seams_.executor.at(due, [this] {
    timer_ = TimerId::none;
    timer_due_ = Instant::max();
    cursor_.advance_to(seams_.clock.now());
    carry_out();
  });
}

}  // namespace veche::commands
