#include "support/seeded_rng.hpp"

#include "veche/base/contract.hpp"

namespace veche::testing {

std::uint64_t SeededRng::next() {
  state_ += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return z ^ (z >> 31U);
}

std::uint64_t SeededRng::below(std::uint64_t end) {
  VECHE_EXPECTS(end > 0);
  return next() % end;
}

void SeededRng::fill(std::span<std::byte> bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i, bits >>= 8U) {
    if (i % sizeof(bits) == 0) bits = next();
    bytes[i] = static_cast<std::byte>(bits & 0xffU);
  }
}

}  // namespace veche::testing
