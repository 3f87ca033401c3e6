#include "veche/base/encoding.hpp"

#include <array>
#include <cstdint>

#include <sodium.h>

namespace veche {
namespace {

int sodium_variant(Base64 variant) {
  return variant == Base64::url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                                : sodium_base64_VARIANT_ORIGINAL;
}

const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// What each character stands for; `foreign` for what is none of the alphabet.
using Alphabet = std::array<std::uint8_t, 256>;
constexpr std::uint8_t foreign = 0xFF;

constexpr Alphabet alphabet_of(std::string_view characters) {
  Alphabet alphabet{};
  for (auto& value : alphabet) value = foreign;
  std::uint8_t value = 0;
  for (const char character : characters) alphabet[static_cast<unsigned char>(character)] = value++;
  return alphabet;
}

constexpr Alphabet standard_alphabet =
    alphabet_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr Alphabet url_alphabet =
    alphabet_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/// Takes the padding off, or gives none when it is not what the length asks for.
std::optional<std::string_view> without_padding(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  return text;
}

/// The bytes of `digits`, four digits at a time and then the rest.
/// libsodium's decoder is not used: up to 1.0.18 it takes any byte over 0x7F for a digit.
std::optional<std::string> decode_digits(std::string_view digits, const Alphabet& alphabet) {
  if (digits.size() % 4 == 1) return std::nullopt;
  std::string bytes(digits.size() * 3 / 4, '\0');
  std::uint32_t bits = 0;
  int count = 0;
  std::uint8_t seen = 0;
  auto out = bytes.begin();
  for (const char digit : digits) {
    const std::uint8_t value = alphabet[static_cast<unsigned char>(digit)];
    seen |= value;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      *out++ = static_cast<char>(bits >> count);
    }
  }
  const std::uint32_t spare = bits & ((1U << count) - 1);
  if ((seen & 0x80) != 0 || spare != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string base64_encode(std::string_view bytes, Base64 variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_variant(variant)), '\0');
  sodium_bin2base64(text.data(), text.size(), unsigned_bytes(bytes), bytes.size(),
                    sodium_variant(variant));
  text.pop_back();  // libsodium ends it with a zero
  return text;
}

std::optional<std::string> base64_decode(std::string_view text, Base64 variant) {
  if (variant == Base64::url) return decode_digits(text, url_alphabet);
  const auto digits = without_padding(text);
  if (!digits) return std::nullopt;
  return decode_digits(*digits, standard_alphabet);
}

std::string hex_encode(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), unsigned_bytes(bytes), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace veche
