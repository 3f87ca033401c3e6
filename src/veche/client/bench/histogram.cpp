#include "veche/client/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "veche/base/contract.hpp"

namespace veche::client::bench {

std::size_t Histogram::place_of(std::uint64_t value) {
  if (value < 2 * steps) return static_cast<std::size_t>(value);
  // The highest step_bits + 1 bits decide; the first of them is always set.
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - step_bits - 1;
  return static_cast<std::size_t>(shift * steps + (value >> shift));
}

std::uint64_t Histogram::highest_at(std::size_t place) {
  if (place < 2 * steps) return place;
  const std::uint64_t shift = place / steps - 1;
  const std::uint64_t top = place % steps + steps;
  return ((top + 1) << shift) - 1;
}

void Histogram::record(Nanoseconds duration) {
  const Nanoseconds kept = std::clamp(duration, Nanoseconds{0}, longest());
  ++counts_[place_of(static_cast<std::uint64_t>(kept.count()))];
  ++count_;
  max_ = std::max(max_, kept);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t place = 0; place < counts_.size(); ++place) {
    counts_[place] += other.counts_[place];
  }
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

Histogram::Nanoseconds Histogram::percentile(double percent) const {
  VECHE_EXPECTS(percent >= 0 && percent <= 100);
  const double share = percent / 100 * static_cast<double>(count_);
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share)));
  std::uint64_t seen = 0;
  for (std::size_t place = 0; place < counts_.size(); ++place) {
    seen += counts_[place];
    if (seen >= wanted) {
      return std::min(max_, Nanoseconds{static_cast<std::int64_t>(highest_at(place))});
    }
  }
  return max_;
}

}  // namespace veche::client::bench
