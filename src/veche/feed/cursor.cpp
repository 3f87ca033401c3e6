#include "veche/feed/cursor.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::feed {

Cursor::Cursor(domain::Pos position, BusState bus, Options options, Instant now)
    : options_{options},
      bus_{bus},
      position_{position},
      backoff_{options.hole_wait},
      hole_not_before_{now} {
  VECHE_EXPECTS(position >= 0);
  VECHE_EXPECTS(options.hole_wait > Milliseconds{0});
  VECHE_EXPECTS(options.tail_interval >= options.hole_wait);
  VECHE_EXPECTS(options.held_max > 0);
  if (bus_ != BusState::none) tail_due_ = now + options_.tail_interval;
}

void Cursor::offer(domain::FactPtr fact, Instant now) {
  VECHE_EXPECTS(fact != nullptr);
  if (fact->pos <= position_) {
    ++counters_.duplicates;
  } else if (fact->pos == position_ + 1) {
    deliver(std::move(fact));
  } else {
    hold(std::move(fact), now);
  }
  settle(now);
}

void Cursor::tie(Ticket ticket, domain::Pos pos) {
  VECHE_EXPECTS(tied_.empty() || tied_.back().pos <= pos);
  tied_.push_back({ticket, pos});
  release();
}

void Cursor::bus_changed(BusState state, Instant now) {
  VECHE_EXPECTS(state != BusState::none && bus_ != BusState::none);
  const bool came_up = state == BusState::up && bus_ == BusState::down;
  bus_ = state;
  // What was hinted at while the bus was away will not be hinted at again.
  if (came_up) tail_due_ = now;
  settle(now);
}

void Cursor::repaired(TailEnd end, Instant now) {
  VECHE_EXPECTS(is_repairing_);
  is_repairing_ = false;
  const bool made_progress = position_ > repair_from_;
  // The tail's read brings nothing on a quiet day; only a hole that stays is a sign of trouble.
  const bool is_in_vain = end == TailEnd::failed || (repair_is_for_hole_ && !made_progress);
  backoff_ = is_in_vain ? std::min(backoff_ * 2, options_.tail_interval) : options_.hole_wait;
  hole_not_before_ = is_in_vain ? now + backoff_ : now;
  if (end == TailEnd::part && made_progress) {
    tail_due_ = now;
  } else {
    tail_due_ = bus_ == BusState::none ? Instant::max() : now + options_.tail_interval;
  }
  settle(now);
}

void Cursor::advance_to(Instant now) { settle(now); }

Instant Cursor::deadline() const {
  // While the log is being read, its end is the next thing to happen.
  return is_repairing_ ? Instant::max() : std::min(hole_due(), tail_due_);
}

std::optional<Cursor::Action> Cursor::next_action() {
  if (actions_.empty()) return std::nullopt;
  auto action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

void Cursor::deliver(domain::FactPtr fact) {
  position_ = fact->pos;
  ++counters_.delivered;
  actions_.emplace_back(Deliver{std::move(fact)});
  release();
}

void Cursor::hold(domain::FactPtr fact, Instant now) {
  const domain::Pos pos = fact->pos;
  const auto next = held_.lower_bound(pos);
  if (next != held_.end() && next->first == pos) {
    ++counters_.duplicates;
    return;
  }
  const Instant hole_known = next == held_.end() ? now : next->second.hole_known;
  held_.emplace_hint(next, pos, Held{std::move(fact), hole_known});
  if (held_.size() <= options_.held_max) return;
  const auto furthest = std::prev(held_.end());
  dropped_to_ = std::max(dropped_to_, furthest->first);
  held_.erase(furthest);
  ++counters_.overflows;
}

void Cursor::release() {
  while (!tied_.empty() && tied_.front().pos <= position_) {
    actions_.emplace_back(Release{tied_.front().ticket});
    tied_.pop_front();
  }
}

void Cursor::settle(Instant now) {
  while (!held_.empty() && held_.begin()->first == position_ + 1) {
    auto fact = std::move(held_.begin()->second.fact);
    held_.erase(held_.begin());
    deliver(std::move(fact));
  }
  // Instant::max() means that nothing is due, whatever the time.
  const Instant due = deadline();
  if (due == Instant::max() || now < due) return;
  is_repairing_ = true;
  repair_from_ = position_;
  repair_is_for_hole_ = has_hole();
  ++counters_.repairs;
  actions_.emplace_back(Repair{position_});
}

bool Cursor::has_hole() const { return !held_.empty() || dropped_to_ > position_; }

Instant Cursor::hole_due() const {
  if (dropped_to_ > position_) return hole_not_before_;
  if (held_.empty()) return Instant::max();
  const Instant known = held_.begin()->second.hole_known;
  const Instant due = bus_ == BusState::up ? known + options_.hole_wait : known;
  return std::max(due, hole_not_before_);
}

}  // namespace veche::feed
