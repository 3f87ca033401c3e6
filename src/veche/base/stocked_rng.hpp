#pragma once

/// @file
/// Entropy that is drawn in stocks, where asking for it costs a system call.

#include <array>
#include <cstddef>
#include <span>

#include "veche/base/rng.hpp"

namespace veche {

/// Hands out the bytes of another generator, each once, and asks it for many at a time.
///
///     StockedRng rng{system};
///     const std::string id = random_id(rng, 20);
///
/// Memory    stock_bytes; what was handed out is wiped. Threads   One at a time. Errors  As
///           `source`. Lifetime  `source` outlives it.
class StockedRng final : public Rng {
 public:
  static constexpr std::size_t stock_bytes = 1'024;

  explicit StockedRng(Rng& source) : source_{source} {}
  void fill(std::span<std::byte> bytes) override;

 private:
  Rng& source_;
  std::array<std::byte, stock_bytes> stock_{};
  std::size_t left_{};  // at the front of `stock_`
};

}  // namespace veche
