#include "veche/base/peer_limiter.hpp"

namespace veche {

Milliseconds PeerLimiter::take(std::string_view peer, Instant now) {
  if (buckets_.size() >= peers_max_) sweep(now);
  const std::string key{peer};
  if (const auto known = buckets_.find(key); known != buckets_.end()) {
    return known->second.take(rate_, now);
  }
  if (buckets_.size() >= peers_max_) return shared_.take(rate_, now);
  return buckets_[key].take(rate_, now);
}

void PeerLimiter::sweep(Instant now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + rate_.interval;
  std::erase_if(buckets_, [now](const auto& entry) { return entry.second.is_full(now); });
}

}  // namespace veche
