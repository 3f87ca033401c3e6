#include "veche/websocket/mask.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace veche::websocket {
namespace {

template <typename Word>
void mask_word(char* at, Word word_key) {
  Word word{};
  std::memcpy(&word, at, sizeof word);
  word ^= word_key;
  std::memcpy(at, &word, sizeof word);
}

}  // namespace

void apply_mask(std::span<char> bytes, MaskingKey& key) {
  static_assert(std::endian::native == std::endian::little);
  const auto key_word = std::bit_cast<std::uint32_t>(key);
  const std::uint64_t two_keys = std::uint64_t{key_word} << 32 | key_word;

  char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; left -= 32, at += 32) {
    mask_word(at, two_keys);
    mask_word(at + 8, two_keys);
    mask_word(at + 16, two_keys);
    mask_word(at + 24, two_keys);
  }
  for (; left >= 8; left -= 8, at += 8) mask_word(at, two_keys);
  if (left >= 4) {
    mask_word(at, key_word);
    left -= 4;
    at += 4;
  }
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ key[i]);

  // What comes next begins with the byte of the key that is due.
  key = std::bit_cast<MaskingKey>(std::rotr(key_word, static_cast<int>(bytes.size() % 4 * 8)));
}

}  // namespace veche::websocket
