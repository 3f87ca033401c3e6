#pragma once

/// @file
/// One count of peers for every loop of the process.

#include <cstddef>
#include <mutex>

#include "veche/base/peer_limiter.hpp"

namespace veche::app {

/// A PeerLimiter that loops share.
///
///     SharedLimiter sign_ins{api::sign_in_rate};
///     options.auth.sign_ins = &sign_ins;
///
/// Time      An uncontended lock beside the limiter's own. Memory  As PeerLimiter. Threads  Any.
class SharedLimiter final : public PeerLimits {
 public:
  explicit SharedLimiter(Rate rate, std::size_t peers_max = 10'000) : limiter_{rate, peers_max} {}

  [[nodiscard]] Milliseconds take(std::string_view peer, Instant now) override {
    const std::lock_guard lock{mutex_};
    return limiter_.take(peer, now);
  }
  [[nodiscard]] const Rate& rate() const override { return limiter_.rate(); }

 private:
  std::mutex mutex_;
  PeerLimiter limiter_;
};

}  // namespace veche::app
