#pragma once

/// @file
/// Sixteen bytes looked at together, for texts of which most need no second look.

#include <array>
#include <cstdint>
#include <cstring>

namespace veche {

/// Compared like numbers, byte by byte: `block < 1` is zero in each byte where that does not hold.
using ByteBlock [[gnu::vector_size(16)]] = unsigned char;
using SignedByteBlock [[gnu::vector_size(16)]] = signed char;

template <typename Block>
[[nodiscard]] inline Block block_at(const char* from) {
  Block bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled at once
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

/// Whether the comparison holds for none of the bytes.
template <typename Comparison>
[[nodiscard]] inline bool holds_nowhere(const Comparison& comparison) {
  std::array<std::uint64_t, 2> halves{};
  static_assert(sizeof comparison == sizeof halves);
  std::memcpy(halves.data(), &comparison, sizeof comparison);
  return (halves[0] | halves[1]) == 0;
}

}  // namespace veche
