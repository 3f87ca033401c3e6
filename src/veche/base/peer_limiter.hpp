#pragma once

/// @file
/// How often a peer may do something: an address, a user.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "veche/base/token_bucket.hpp"

namespace veche {

/// How often peers may do something, counted for all that share it.
///
/// Threads   As the implementation says; one that several loops share is safe from any.
class PeerLimits {
 public:
  PeerLimits() = default;
  PeerLimits(const PeerLimits&) = delete;
  PeerLimits& operator=(const PeerLimits&) = delete;
  virtual ~PeerLimits() = default;

  /// 0 when `peer` may go on, else how long it is to wait.
  [[nodiscard]] virtual Milliseconds take(std::string_view peer, Instant now) = 0;
  [[nodiscard]] virtual const Rate& rate() const = 0;
};

/// A bucket for each peer that has taken a token lately.
///
///     if (const auto wait = limiter.take(request.address, now); wait > 0ms) refuse(wait);
///
/// Time      A hash; once the table is full, also a pass over it, at most once in
///           Rate::interval. Memory  At most `peers_max` peers; when all of them are
///           still owed tokens, those unknown share one bucket. Threads  One loop. Errors  None.
class PeerLimiter final : public PeerLimits {
 public:
  explicit PeerLimiter(Rate rate, std::size_t peers_max = 10'000)
      : rate_{rate}, peers_max_{peers_max} {}

  [[nodiscard]] Milliseconds take(std::string_view peer, Instant now) override;
  [[nodiscard]] const Rate& rate() const override { return rate_; }
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  void sweep(Instant now);

  Rate rate_;
  std::size_t peers_max_;
  std::unordered_map<std::string, TokenBucket> buckets_;
  TokenBucket shared_;  // of those for whom there is no room
  Instant next_sweep_{};
};

}  // namespace veche
