#include "veche/base/stocked_rng.hpp"

#include <algorithm>

namespace veche {

void StockedRng::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      source_.fill(stock_);
      left_ = stock_.size();
    }
    const auto taken = std::span{stock_}.first(left_).last(std::min(left_, bytes.size()));
    std::copy(taken.begin(), taken.end(), bytes.begin());
    std::fill(taken.begin(), taken.end(), std::byte{0});
    bytes = bytes.subspan(taken.size());
    left_ -= taken.size();
  }
}

}  // namespace veche
