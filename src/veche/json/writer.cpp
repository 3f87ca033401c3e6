#include "veche/json/writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "veche/base/byte_block.hpp"
#include "veche/base/contract.hpp"
#include "veche/base/digits.hpp"

namespace veche::json {
namespace {

constexpr std::uint64_t every_byte(std::uint64_t byte) { return byte * 0x0101'0101'0101'0101; }

constexpr bool needs_escape(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

/// The high bit of each byte that needs an escape, and perhaps of some after the first such
/// byte; so the lowest bit set is exact. 0 when all eight are clean.
std::uint64_t marks(std::uint64_t word) {
  // A byte below n borrows when n is subtracted; one of 0x80 and more is not below.
  const auto below = [](std::uint64_t w, std::uint64_t n) { return (w - every_byte(n)) & ~w; };
  const std::uint64_t control = below(word, 0x20);
  const std::uint64_t quote = below(word ^ every_byte('"'), 1);
  const std::uint64_t backslash = below(word ^ every_byte('\\'), 1);
  return (control | quote | backslash) & every_byte(0x80);
}

/// Copies eight bytes and says how many at their start stay as they are.
std::size_t copy_word(char* to, const char* from) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  std::memcpy(to, &word, sizeof word);
  return static_cast<std::size_t>(std::countr_zero(marks(word))) / 8;
}

using Block = ByteBlock;

/// Not zero where a byte needs an escape.
auto dirt(Block bytes) { return (bytes < 0x20) | (bytes == '"') | (bytes == '\\'); }

/// Copies a text of a block at least, and says whether all of it stays as it is; but after the
/// first few blocks that do not, the rest is not copied.
bool copy_blocks(char* to, std::string_view text) {
  constexpr std::size_t stride = 4 * sizeof(Block);
  const char* const from = text.data();
  const std::size_t last = text.size() - sizeof(Block);
  const auto copy = [&](std::size_t at) {
    const Block bytes = block_at<Block>(from + at);
    std::memcpy(to + at, &bytes, sizeof bytes);
    return dirt(bytes);
  };
  auto dirty = copy(last);  // overlaps the one before
  for (std::size_t at = 0; at < last;) {
    for (const std::size_t end = std::min(last, at + stride); at < end; at += sizeof(Block))
      dirty |= copy(at);
    if (!holds_nowhere(dirty)) return false;
  }
  return holds_nowhere(dirty);
}

/// As copy_clean(), for less than a word.
std::size_t copy_short(char* to, std::string_view text) {
  if (text.size() >= 4) {
    // Two halves of a word that overlap.
    std::array<std::uint32_t, 2> halves{};
    std::memcpy(&halves[0], text.data(), sizeof halves[0]);
    std::memcpy(&halves[1], text.data() + text.size() - sizeof halves[1], sizeof halves[1]);
    if (marks(std::uint64_t{halves[1]} << 32 | halves[0]) == 0) {
      std::memcpy(to, &halves[0], sizeof halves[0]);
      std::memcpy(to + text.size() - sizeof halves[1], &halves[1], sizeof halves[1]);
      return text.size();
    }
  }
  std::size_t at = 0;
  for (; at < text.size() && !needs_escape(static_cast<unsigned char>(text[at])); ++at) {
    to[at] = text[at];
  }
  return at;
}

/// Copies the start of `text` that stays as it is and says how long it is. `to` has room for
/// all of `text`; what lies there behind the copy is undefined.
inline std::size_t copy_clean(char* to, std::string_view text) {
  if (text.size() >= sizeof(Block) && copy_blocks(to, text)) return text.size();
  std::size_t at = 0;
  if (text.size() >= 8) {
    for (; at + 8 <= text.size(); at += 8) {
      if (const std::size_t clean = copy_word(to + at, text.data() + at); clean < 8) {
        return at + clean;
      }
    }
    // The last word overlaps the one before, whose bytes are known to be clean.
    at = text.size() - 8;
    return at + copy_word(to + at, text.data() + at);
  }
  return copy_short(to, text);
}

template <typename T>
void append_integer(std::string& out, T number) {
  std::array<char, 20> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

/// The shortest digits of a finite, positive number: 0.d1d2d3... times 10^point.
struct Decimal {
  std::array<char, 20> digits{};
  int count{};
  int point{};
};

Decimal shortest(double number) {
  std::array<char, 32> text{};
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific)
          .ptr;
  Decimal decimal;
  const char* at = text.data();
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[static_cast<std::size_t>(decimal.count++)] = *at;
  }
  const char* exponent = at + 1;
  if (*exponent == '+') ++exponent;
  std::from_chars(exponent, end, decimal.point);
  decimal.point += 1;
  return decimal;
}

/// From here on plain digits may be an integer that Parser refuses.
constexpr double plain_end = 0x1p63;

/// ECMA-262, Number::toString: where the point goes, and when there is an exponent.
void append_positive(std::string& out, double number) {
  const Decimal decimal = shortest(number);
  const auto count = static_cast<std::size_t>(decimal.count);
  const std::string_view digits{decimal.digits.data(), count};
  if (number >= plain_end || decimal.point < -5) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits.substr(1));
    out += decimal.point > 0 ? "e+" : "e-";
    append_integer(out, std::abs(decimal.point - 1));
  } else if (decimal.point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-decimal.point), '0').append(digits);
  } else if (const auto point = static_cast<std::size_t>(decimal.point); point >= count) {
    out.append(digits).append(point - count, '0');
  } else {
    out.append(digits.substr(0, point)).append(".").append(digits.substr(point));
  }
}

}  // namespace

bool is_plain(std::string_view utf8) {
  std::uint64_t word = every_byte(' ');
  if (utf8.size() < sizeof word) {
    if (!utf8.empty()) std::memcpy(&word, utf8.data(), utf8.size());
    return marks(word) == 0;
  }
  if (utf8.size() <= sizeof(Block)) {
    // Two words that overlap.
    std::array<std::uint64_t, 2> words{};
    std::memcpy(&words[0], utf8.data(), sizeof word);
    std::memcpy(&words[1], utf8.data() + utf8.size() - sizeof word, sizeof word);
    return holds_nowhere(dirt(block_at<Block>(reinterpret_cast<const char*>(words.data()))));
  }
  const char* const last = utf8.data() + utf8.size() - sizeof(Block);
  auto dirty = dirt(block_at<Block>(last));  // overlaps the one before
  for (const char* at = utf8.data(); at < last; at += sizeof(Block))
    dirty |= dirt(block_at<Block>(at));
  return holds_nowhere(dirty);
}

void append_string(std::string& out, std::string_view utf8) {
  if (!is_plain(utf8)) {
    Writer{out}.string(utf8);
    return;
  }
  out.push_back('"');
  out.append(utf8).push_back('"');
}

void Writer::grow(std::size_t bytes) {
  constexpr std::size_t allocated_min = 128;
  constexpr std::size_t taken_max = 512;  // of what is allocated already
  std::size_t used = out_.size();
  std::size_t more = allocated_min;
  if (at_ == nullptr) {
    more = std::max(more, std::min(taken_max, out_.capacity() - used));
  } else {
    used = static_cast<std::size_t>(at_ - out_.data());
    more = std::max(more, used);
  }
  out_.resize(used + std::max(more, bytes));
  at_ = out_.data() + used;
  end_ = out_.data() + out_.size();
}

void Writer::finish() {
  out_.resize(static_cast<std::size_t>(at_ - out_.data()));
  at_ = end_ = nullptr;
}

Writer& Writer::escaped_key(std::string_view name) {
  ++depth_;  // the value that the name belongs to is still to come
  string(name);
  --depth_;
  *room(1) = ':';
  ++at_;
  needs_comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view utf8) {
  char* at = separate(room(utf8.size() + 3));
  *at++ = '"';
  const std::size_t clean = copy_clean(at, utf8);
  at_ = at + clean;
  if (clean < utf8.size()) put_text(utf8.substr(clean));
  at = room(1);
  *at = '"';
  return written(at + 1);
}

Writer& Writer::string(std::string_view utf8, std::string_view rest) {
  char* at = separate(room(utf8.size() + rest.size() + 3));
  *at++ = '"';
  const std::size_t clean = copy_clean(at, utf8);
  at_ = at + clean;
  if (clean < utf8.size()) put_text(utf8.substr(clean));
  put_text(rest);
  at = room(1);
  *at = '"';
  return written(at + 1);
}

// Room is made for a short part at a time, so that a text of nothing but escapes takes linear time
// too.
void Writer::put_text(std::string_view text) {
  constexpr std::size_t part_bytes = 64;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, part_bytes);
    const std::size_t clean = copy_clean(room(part.size()), part);
    at_ += clean;
    text.remove_prefix(clean);
    if (clean == part.size()) continue;
    put_escape(text.front());
    text.remove_prefix(1);
  }
}

void Writer::put_escape(char character) {
  constexpr char digits[] = "0123456789abcdef";
  char* const at = room(6);
  at[0] = '\\';
  at_ = at + 2;
  switch (character) {
    case '"': at[1] = '"'; return;
    case '\\': at[1] = '\\'; return;
    case '\b': at[1] = 'b'; return;
    case '\f': at[1] = 'f'; return;
    case '\n': at[1] = 'n'; return;
    case '\r': at[1] = 'r'; return;
    case '\t': at[1] = 't'; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(character);
  at[1] = 'u';
  at[2] = at[3] = '0';
  at[4] = digits[byte >> 4];
  at[5] = digits[byte & 0xF];
  at_ = at + 6;
}

Writer& Writer::number(double number) {
  if (!std::isfinite(number)) return null();
  if (number == 0) return raw("0");
  std::string text{number < 0 ? "-" : ""};
  append_positive(text, std::abs(number));
  return raw(text);
}

Writer& Writer::signed_number(std::int64_t number) {
  if (number >= 0) return unsigned_number(static_cast<std::uint64_t>(number));
  const Digits digits{-static_cast<std::uint64_t>(number)};
  char* const at = separate(room(digits.text().size() + 2));
  *at = '-';
  return written(put(at + 1, digits.text()));
}

Writer& Writer::unsigned_number(std::uint64_t number) { return raw(Digits{number}.text()); }

Writer& Writer::value(Value value) {
  switch (value.type()) {
    case Type::null: return null();
    case Type::boolean: return boolean(*value.as_bool());
    case Type::string: return string(*value.as_string());
    case Type::number: return copy_number(value);
    case Type::array:
      begin_array();
      for (const Value item : value.items()) this->value(item);
      return end_array();
    case Type::object:
      begin_object();
      for (const Member member : value.members()) key(member.key).value(member.value);
      return end_object();
  }
  return null();
}

Writer& Writer::copy_number(Value value) {
  if (const auto integer = value.as_int()) return signed_number(*integer);
  if (const auto integer = value.as_uint()) return unsigned_number(*integer);
  return number(*value.as_double());
}

}  // namespace veche::json
