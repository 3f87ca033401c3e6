#include "veche/api/address_limiter.hpp"

namespace veche::api {

Milliseconds AddressLimiter::take(std::string_view address, Instant now) {
  if (buckets_.size() >= addresses_max_) sweep(now);
  const std::string key{address};
  if (const auto known = buckets_.find(key); known != buckets_.end()) {
    return known->second.take(rate_, now);
  }
  if (buckets_.size() >= addresses_max_) return shared_.take(rate_, now);
  return buckets_[key].take(rate_, now);
}

void AddressLimiter::sweep(Instant now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + rate_.interval;
  std::erase_if(buckets_, [now](const auto& entry) { return entry.second.is_full(now); });
}

}  // namespace veche::api
