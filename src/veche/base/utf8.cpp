#include "veche/base/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include <simdjson.h>

#include "veche/base/byte_block.hpp"

namespace veche {

namespace {

bool is_ascii(std::string_view bytes) {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  std::uint64_t word = 0;
  if (bytes.size() < sizeof word) {
    if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
    return (word & high_bits) == 0;
  }
  std::uint64_t all = 0;
  const char* const last = bytes.data() + bytes.size() - sizeof word;
  for (const char* at = bytes.data(); at < last; at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    all |= word;
  }
  std::memcpy(&word, last, sizeof word);  // overlaps the one before
  return ((all | word) & high_bits) == 0;
}

using Block = SignedByteBlock;

bool is_ascii_block(const char* from) {
  return holds_nowhere(block_at<Block>(from) < 1);  // U+0000, and what has a high bit
}

}  // namespace

bool is_ascii_text(std::string_view bytes) {
  if (bytes.size() < sizeof(Block)) {
    std::array<char, sizeof(Block)> padded;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    padded.fill(' ');
    if (!bytes.empty()) std::memcpy(padded.data(), bytes.data(), bytes.size());
    return is_ascii_block(padded.data());
  }
  const char* const last = bytes.data() + bytes.size() - sizeof(Block);
  for (const char* at = bytes.data(); at < last; at += sizeof(Block)) {
    if (!is_ascii_block(at)) return false;
  }
  return is_ascii_block(last);  // overlaps the one before
}

bool is_utf8(std::string_view bytes) {
  constexpr std::size_t short_max = 256;  // so far a look is cheaper than what simdjson sets up
  return (bytes.size() <= short_max && is_ascii(bytes)) || simdjson::validate_utf8(bytes);
}

std::size_t count_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char byte : utf8) count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace veche
