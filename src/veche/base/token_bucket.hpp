#pragma once

/// @file
/// How often something may be done, with room for a burst.

#include <algorithm>

#include "veche/base/time.hpp"

namespace veche {

/// One token every `interval`, at most `burst` saved up. Needs interval > 0 and burst > 0.
struct Rate {
  Milliseconds interval{};
  int burst{1};
};

/// The tokens of one peer; full at first.
///
///     if (auto wait = bucket.take({.interval = 333ms, .burst = 30}, now); wait > 0ms)
///     refuse(wait);
///
/// Time      Told; constant. Memory  8 bytes. Threads  One. Errors  None.
class TokenBucket {
 public:
  /// Takes a token and says 0, or takes none and says how long it is until there is one.
  [[nodiscard]] Milliseconds take(const Rate& rate, Instant now) {
    const Instant filled = std::max(full_at_, now) + rate.interval;
    const Instant allowed = filled - rate.interval * rate.burst;
    if (allowed > now) return std::chrono::ceil<Milliseconds>(allowed - now);
    full_at_ = filled;
    return Milliseconds{0};
  }

  /// Whether nothing is missing, so that a new bucket would say the same.
  [[nodiscard]] bool is_full(Instant now) const { return full_at_ <= now; }

 private:
  Instant full_at_{};  ///< when nothing is missing any more
};

}  // namespace veche
