#pragma once

/// @file
/// Writing JSON: appended to a string, compact, in one pass. RFC 8259.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "veche/json/value.hpp"

namespace veche::json {

/// The name of a member. A literal is known to need no escape when it is compiled; any other text
/// is looked at when it is written.
class Name {
 public:
  template <std::size_t size>
  consteval Name(const char (&literal)[size])  // NOLINT(google-explicit-constructor): reads as text
      : text_{literal, size - 1}, is_clean_{true} {
    for (const char character : text_) {
      const auto byte = static_cast<unsigned char>(character);
      if (byte < 0x20 || byte == '"' || byte == '\\') throw "needs an escape";
    }
  }
  template <typename Text>
  requires std::is_convertible_v<const Text&, std::string_view> Name(const Text& text)
      : text_{text} {}  // NOLINT(google-explicit-constructor): as above

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] bool is_clean() const { return is_clean_; }

 private:
  std::string_view text_;
  bool is_clean_{};
};

/// Appends one JSON value, piece by piece; commas and colons come by themselves.
///
///     std::string out = "42";
///     Writer json{out};
///     json.begin_array().string("typing").begin_object();
///     json.member("chatId", id).member("isTyping", true).end_object().end_array();
///
/// Time      Linear in what is written; the only allocations are those of the string.
/// Memory    Owns nothing. There is no limit here: what is written is veche's own, or was
///           limited when it came in.
/// Threads   One at a time.
/// Errors    None. Strings must be valid UTF-8, and begin and end must match: both are the
///           caller's contract; of the second only an end too many is noticed.
/// Lifetime  The string outlives the Writer and is changed by nobody else meanwhile.
class Writer {
 public:
  explicit Writer(std::string& out) : out_{out} {}

  Writer& begin_object() { return begin('{'); }
  Writer& end_object() { return end('}'); }
  Writer& begin_array() { return begin('['); }
  Writer& end_array() { return end(']'); }

  /// The name of the member whose value is written next.
  Writer& key(Name name);

  /// `"`, `\` and control characters are escaped, everything else stays as it is.
  Writer& string(std::string_view utf8);

  /// Any integer type but bool and char.
  template <typename T>
  Writer& number(T number) {
    static_assert(std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>);
    if constexpr (std::is_signed_v<T>) {
      return signed_number(number);
    } else {
      return unsigned_number(number);
    }
  }

  /// The shortest text that reads back as the same double, laid out as JavaScript does: "1" for
  /// 1.0, "1e-7", "0" for -0; but with an exponent from 2^63 on (JavaScript: 1e21), because a
  /// Parser would refuse the digits alone. NaN and the infinities become null.
  Writer& number(double number);

  Writer& boolean(bool value);
  Writer& null();

  /// One value that is JSON already, taken as it is.
  Writer& raw(std::string_view json);

  /// One value that was read, with all it holds.
  Writer& value(Value value);

  /// key() and the value in one. `T` is bool, a number, anything a string_view can be made of,
  /// nullptr, a Value, or an optional of these; an empty optional becomes null.
  template <typename T>
  Writer& member(Name name, const T& value) {
    if constexpr (is_text<T>) {
      return text_member(name, value);
    } else {
      key(name);
      return any(value);
    }
  }

 private:
  template <typename T>
  static constexpr bool is_text =
      std::is_convertible_v<const T&, std::string_view> && !std::is_same_v<T, std::nullptr_t>;

  Writer& text_member(Name name, std::string_view text);
  /// Writes `text` and its quotes at `at`, the end of what is written, behind which there is room
  /// for so much; falls back to escaping when that is not enough.
  void quote_at(char* at, std::string_view text);
  Writer& begin(char bracket);
  Writer& end(char bracket);
  Writer& signed_number(std::int64_t number);
  Writer& unsigned_number(std::uint64_t number);
  Writer& copy_number(Value value);
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }

  template <typename T>
  Writer& any(const T& item) {
    if constexpr (std::is_same_v<T, bool>) {
      return boolean(item);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return number(item);
    } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
      return null();
    } else if constexpr (is_text<T>) {
      return string(item);
    } else if constexpr (std::is_same_v<T, Value>) {
      return value(item);
    } else {
      return item ? any(*item) : null();
    }
  }

  std::string& out_;
  std::size_t depth_{};
  bool needs_comma_{};
};

}  // namespace veche::json
