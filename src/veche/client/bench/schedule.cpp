#include "veche/client/bench/schedule.hpp"

#include "veche/base/contract.hpp"

namespace veche::client::bench {

Schedule::Schedule(double rate, std::uint32_t senders) : period_ns_{1e9 / rate}, taken_(senders) {
  VECHE_EXPECTS(rate > 0 && senders > 0);
}

Instant Schedule::take(std::uint32_t sender) {
  VECHE_EXPECTS(has_due(sender));
  const Instant due = due_at(index(sender));
  ++taken_[sender];
  ++taken_count_;
  return due;
}

Instant Schedule::due_at(std::uint64_t index) const {
  // From the start, not from the event before: no error adds up.
  const std::chrono::nanoseconds after{
      static_cast<std::int64_t>(static_cast<double>(index) * period_ns_)};
  return start_ + after;
}

}  // namespace veche::client::bench
