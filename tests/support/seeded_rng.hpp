#pragma once

/// @file
/// Chance that can be repeated.

#include <cstddef>
#include <cstdint>
#include <span>

#include "veche/base/rng.hpp"

namespace veche::testing {

/// The same bytes for the same seed, on every machine (the SplitMix64 sequence). Not for keys.
/// Threads: one.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed) : state_{seed} {}

  void fill(std::span<std::byte> bytes) override;

  [[nodiscard]] std::uint64_t next();
  /// A number from 0 to `end` - 1, evenly but for a bias of at most end / 2^64. Needs end > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t end);

 private:
  std::uint64_t state_;
};

}  // namespace veche::testing
