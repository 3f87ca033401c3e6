#pragma once

/// @file
/// Durations by the million, in a fixed space.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace veche::client::bench {

/// How often each duration was seen, to within 1.6 %: exact below 128 ns, then 64 steps for each
/// doubling.
///
///     histogram.record(now - sent_at);
///     histogram.percentile(99.9);
///
/// Time      About 2 ns a record; a percentile looks at every step. Memory  21 KiB.
/// Threads   One. Errors  None: durations below 0 count as 0, above max() as max().
class Histogram {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// About 18 minutes.
  [[nodiscard]] static constexpr Nanoseconds longest() {
    return Nanoseconds{(std::int64_t{1} << 40) - 1};
  }

  void record(Nanoseconds duration);
  void clear() { *this = Histogram{}; }
  /// Takes over what another has seen.
  void add(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The longest, exact; 0 when there is none.
  [[nodiscard]] Nanoseconds max() const { return max_; }
  /// A duration that at least `percent` of all do not exceed, at most 1.6 % too long and never
  /// over max(); 0 when there is none. Needs 0 <= percent <= 100.
  [[nodiscard]] Nanoseconds percentile(double percent) const;

 private:
  static constexpr unsigned step_bits = 6;
  static constexpr std::uint64_t steps = 1U << step_bits;
  static constexpr unsigned value_bits = 40;
  // Two rows of steps are exact; every further bit of the value adds one row.
  static constexpr std::size_t rows = value_bits - step_bits + 1;

  [[nodiscard]] static std::size_t place_of(std::uint64_t value);
  [[nodiscard]] static std::uint64_t highest_at(std::size_t place);

  std::array<std::uint64_t, rows * steps> counts_{};
  std::uint64_t count_{};
  Nanoseconds max_{};
};

}  // namespace veche::client::bench
