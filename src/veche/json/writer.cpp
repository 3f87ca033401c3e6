#include "veche/json/writer.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "veche/base/contract.hpp"

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

using Block [[gnu::vector_size(16)]] = unsigned char;

/// Copies a block of sixteen bytes and says whether all of it stays as it is.
bool copy_block(char* to, const char* from) {
  Block bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled at once
  std::memcpy(&bytes, from, sizeof bytes);
  std::memcpy(to, &bytes, sizeof bytes);
  const auto dirty = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), &dirty, sizeof dirty);
  return (halves[0] | halves[1]) == 0;
}

/// Copies the start of `text` that stays as it is and says how long it is. `to` has room for
/// all of `text`; what lies there behind the copy is undefined.
std::size_t copy_clean(char* to, std::string_view text) {
  std::size_t at = 0;
  while (at + sizeof(Block) <= text.size() && copy_block(to + at, text.data() + at))
    at += sizeof(Block);
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
  for (; at < text.size() && !needs_escape(static_cast<unsigned char>(text[at])); ++at) {
    to[at] = text[at];
  }
  return at;
}

void append_escape(std::string& out, char character) {
  constexpr char digits[] = "0123456789abcdef";
  switch (character) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(character);
  out += "\\u00";
  out += digits[byte >> 4];
  out += digits[byte & 0xF];
}

/// Makes `out` longer by `bytes` and says where they begin.
char* extend(std::string& out, std::size_t bytes) {
  const std::size_t before = out.size();
  out.resize(before + bytes);
  return out.data() + before;
}

/// What stands between the quotes. Room is made for a short part at a time, so that a text of
/// nothing but escapes takes linear time too.
void append_escaped(std::string& out, std::string_view text) {
  constexpr std::size_t part_bytes = 64;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, part_bytes);
    const std::size_t before = out.size();
    const std::size_t clean = copy_clean(extend(out, part.size()), part);
    out.resize(before + clean);
    text.remove_prefix(clean);
    if (clean == part.size()) continue;
    append_escape(out, text.front());
    text.remove_prefix(1);
  }
}

/// Of `,"name":`, with or without the comma.
std::size_t name_size(std::string_view name, bool with_comma) {
  return name.size() + (with_comma ? 4 : 3);
}

/// Writes that, and says where it ends.
char* put_name(char* at, std::string_view name, bool with_comma) {
  if (with_comma) *at++ = ',';
  *at++ = '"';
  std::memcpy(at, name.data(), name.size());
  at += name.size();
  *at++ = '"';
  *at++ = ':';
  return at;
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

Writer& Writer::begin(char bracket) {
  if (needs_comma_) out_.push_back(',');
  out_.push_back(bracket);
  needs_comma_ = false;
  ++depth_;
  return *this;
}

Writer& Writer::end(char bracket) {
  VECHE_EXPECTS(depth_ > 0);
  out_.push_back(bracket);
  needs_comma_ = true;
  --depth_;
  return *this;
}

Writer& Writer::key(Name name) {
  const std::string_view text = name.text();
  if (!name.is_clean()) {
    string(text);
    out_.push_back(':');
  } else {
    put_name(extend(out_, name_size(text, needs_comma_)), text, needs_comma_);
  }
  needs_comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view utf8) {
  separate();
  quote_at(extend(out_, utf8.size() + 2), utf8);
  return *this;
}

// One step makes the room for all of it; the rest is copying.
Writer& Writer::text_member(Name name, std::string_view text) {
  if (!name.is_clean()) return key(name).string(text);
  char* const at = extend(out_, name_size(name.text(), needs_comma_) + text.size() + 2);
  quote_at(put_name(at, name.text(), needs_comma_), text);
  needs_comma_ = true;
  return *this;
}

void Writer::quote_at(char* at, std::string_view text) {
  *at++ = '"';
  if (copy_clean(at, text) == text.size()) {
    at[text.size()] = '"';
    return;
  }
  out_.resize(static_cast<std::size_t>(at - out_.data()));
  append_escaped(out_, text);
  out_.push_back('"');
}

Writer& Writer::number(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  if (number == 0) {
    out_.push_back('0');
    return *this;
  }
  if (number < 0) out_.push_back('-');
  append_positive(out_, std::abs(number));
  return *this;
}

Writer& Writer::signed_number(std::int64_t number) {
  separate();
  append_integer(out_, number);
  return *this;
}

Writer& Writer::unsigned_number(std::uint64_t number) {
  separate();
  append_integer(out_, number);
  return *this;
}

Writer& Writer::boolean(bool value) { return raw(value ? "true" : "false"); }

Writer& Writer::null() { return raw("null"); }

Writer& Writer::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

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
