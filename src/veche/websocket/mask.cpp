#include "veche/websocket/mask.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace veche::websocket {
namespace {

void mask_word(char* at, std::uint64_t word_key) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  word ^= word_key;
  std::memcpy(at, &word, sizeof word);
}

}  // namespace

void apply_mask(std::span<char> bytes, MaskingKey& key) {
  std::uint64_t word_key = 0;
  std::memcpy(&word_key, key.data(), key.size());
  std::memcpy(reinterpret_cast<char*>(&word_key) + key.size(), key.data(), key.size());

  char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; left -= 32, at += 32) {
    mask_word(at, word_key);
    mask_word(at + 8, word_key);
    mask_word(at + 16, word_key);
    mask_word(at + 24, word_key);
  }
  for (; left >= 8; left -= 8, at += 8) mask_word(at, word_key);
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ key[i % 4]);

  std::rotate(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(bytes.size() % 4), key.end());
}

}  // namespace veche::websocket
