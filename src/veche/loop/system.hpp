#pragma once

/// @file
/// The operating system's clocks and entropy.

#include <cstddef>
#include <span>

#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"

namespace veche::loop {

/// std::chrono's steady and system clocks. Any thread.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] WallTime wall() const override;
};

/// The kernel's generator, fit for keys. Any thread; one may be shared. A call costs about half a
/// microsecond. Aborts when the kernel has none to give, which Linux does not do once it has
/// started.
class SystemRng final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace veche::loop
