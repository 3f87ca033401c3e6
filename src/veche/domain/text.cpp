#include "veche/domain/text.hpp"

#include "veche/base/utf8.hpp"

namespace veche::domain {
namespace {

struct CodePoint {
  char32_t value{};
  std::size_t bytes{};
};

/// The code point that starts at the first byte of valid, non-empty UTF-8.
CodePoint first_of(std::string_view utf8) {
  const auto byte = [utf8](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(utf8[i]));
  };
  const auto tail = [byte](std::size_t i) { return byte(i) & 0x3FU; };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1FU) << 6U | tail(1), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0FU) << 12U | tail(1) << 6U | tail(2), 3};
  return {(byte(0) & 0x07U) << 18U | tail(1) << 12U | tail(2) << 6U | tail(3), 4};
}

bool is_white_space(char32_t c) {
  if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool is_between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// The step from a capital of two bytes to its small letter, 0 for all else.
char32_t step_to_small(char32_t c) {
  // Blocks in which the small letters stand in one row after the capitals.
  if (is_between(c, 0xC0, 0xDE)) return c == 0xD7 ? 0 : 32;
  if (is_between(c, 0x391, 0x3AB)) return c == 0x3A2 ? 0 : 32;
  if (is_between(c, 0x400, 0x40F)) return 80;
  if (is_between(c, 0x410, 0x42F)) return 32;
  // Blocks of pairs, the capital first: on even numbers here,
  const bool has_even_capitals = is_between(c, 0x100, 0x12F) || is_between(c, 0x132, 0x137) ||
                                 is_between(c, 0x14A, 0x177) || is_between(c, 0x460, 0x481) ||
                                 is_between(c, 0x48A, 0x4BF) || is_between(c, 0x4D0, 0x52F);
  if (has_even_capitals) return c % 2 == 0 ? 1 : 0;
  // on odd numbers here.
  const bool has_odd_capitals =
      is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E) || is_between(c, 0x4C1, 0x4CE);
  return has_odd_capitals && c % 2 == 1 ? 1 : 0;
}

}  // namespace

bool is_storable(std::string_view text) {
  return is_ascii_text(text) || (text.find('\0') == std::string_view::npos && is_utf8(text));
}

bool has_length(std::string_view text, std::size_t min, std::size_t max) {
  constexpr std::size_t bytes_max = 4;
  if (text.size() > max * bytes_max || !is_storable(text)) return false;
  // So many bytes are so many code points at most, and a quarter of them at least.
  if (text.size() >= min * bytes_max && text.size() <= max) return true;
  const auto length = count_code_points(text);
  return length >= min && length <= max;
}

std::string_view trim(std::string_view utf8) {
  while (!utf8.empty()) {
    const auto first = first_of(utf8);
    if (!is_white_space(first.value)) break;
    utf8.remove_prefix(first.bytes);
  }
  std::size_t end = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto code_point = first_of(utf8.substr(at));
    at += code_point.bytes;
    if (!is_white_space(code_point.value)) end = at;
  }
  return utf8.substr(0, end);
}

bool is_blank(std::string_view utf8) {
  while (!utf8.empty()) {
    const auto first = first_of(utf8);
    if (!is_white_space(first.value)) return false;
    utf8.remove_prefix(first.bytes);
  }
  return true;
}

std::string fold_case(std::string_view text) {
  std::string folded{text};
  const bool has_two_byte_letters = is_utf8(text);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const auto byte = static_cast<unsigned char>(folded[i]);
    if (byte >= 'A' && byte <= 'Z') {
      folded[i] = static_cast<char>(byte + 32);
    } else if (has_two_byte_letters && byte >= 0xC0 && byte < 0xE0) {
      const auto capital = first_of(std::string_view{folded}.substr(i)).value;
      const auto small = capital + step_to_small(capital);
      folded[i] = static_cast<char>(0xC0U | small >> 6U);
      folded[i + 1] = static_cast<char>(0x80U | (small & 0x3FU));
    }
  }
  return folded;
}

std::string search_key(std::string_view name, std::string_view handle) {
  return fold_case(name).append("\n").append(fold_case(handle));
}

}  // namespace veche::domain
