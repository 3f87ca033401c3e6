#pragma once

/// @file
/// Writing JSON: appended to a string, compact, in one pass. RFC 8259.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "veche/base/contract.hpp"
#include "veche/base/fixed_text.hpp"
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

/// Whether a string needs no escape: as JSON it is itself between quotes.
[[nodiscard]] bool is_plain(std::string_view utf8);

/// Appends one string, as Writer::string() does, to a text that is no value of its own.
void append_string(std::string& out, std::string_view utf8);

enum class Over : bool { all };

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
/// Lifetime  The string outlives the Writer and is changed by nobody else meanwhile. It is whole
///           whenever a value is: inside of an object or an array there may be anything behind
///           what was written, which a Writer that ends there leaves behind.
class Writer {
 public:
  explicit Writer(std::string& out) : out_{out} {}
  /// Writes over what `out` holds: one value, which it is then. For a string that is used again and
  /// again, since making one longer costs a fill.
  Writer(std::string& out, Over /*over*/)
      : out_{out}, at_{out.data()}, end_{out.data() + out.size()} {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() = default;

  Writer& begin_object() { return begin('{'); }
  Writer& end_object() { return end('}'); }
  Writer& begin_array() { return begin('['); }
  Writer& end_array() { return end(']'); }

  /// The name of the member whose value is written next.
  [[gnu::always_inline]] Writer& key(Name name) {  // the copy of a literal is a move or two
    if (!name.is_clean()) return escaped_key(name.text());
    const std::string_view text = name.text();
    char* at = separate(room(text.size() + 4));
    *at++ = '"';
    std::memcpy(at, text.data(), text.size());
    at += text.size();
    *at++ = '"';
    *at++ = ':';
    at_ = at;
    needs_comma_ = false;
    return *this;
  }

  /// `"`, `\` and control characters are escaped, everything else stays as it is.
  Writer& string(std::string_view utf8);
  /// One string, of two parts.
  Writer& string(std::string_view utf8, std::string_view rest);

  /// The same for a text that needs no escape: an id in hex, a date, a word of ours.
  Writer& plain(std::string_view ascii) {
    char* at = separate(room(ascii.size() + 3));
    *at++ = '"';
    at = put(at, ascii);
    *at++ = '"';
    return written(at);
  }
  template <std::size_t length>
  Writer& plain(const FixedText<length>& ascii) {
    char* at = separate(room(length + 3));
    *at++ = '"';
    std::memcpy(at, ascii.bytes.data(), length);
    at[length] = '"';
    return written(at + length + 1);
  }

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

  Writer& boolean(bool value) {
    char* const at = separate(room(6));
    const std::string_view start = value ? "true" : "fals";
    std::memcpy(at, start.data(), 4);
    at[4] = 'e';
    return written(at + (value ? 4 : 5));
  }
  Writer& null() { return raw("null"); }

  /// One value that is JSON already, taken as it is.
  Writer& raw(std::string_view json) { return written(put(separate(room(json.size() + 1)), json)); }

  /// One value that was read, with all it holds.
  Writer& value(Value value);

  /// key() and the value in one. `T` is bool, a number, anything a string_view can be made of,
  /// nullptr, a Value, or an optional of these; an empty optional becomes null.
  template <typename T>
  [[gnu::always_inline]] Writer& member(Name name, const T& value) {
    key(name);
    return any(value);
  }

 private:
  template <typename T>
  static constexpr bool is_text =
      std::is_convertible_v<const T&, std::string_view> && !std::is_same_v<T, std::nullptr_t>;

  // The string is made longer than what is in it while a value is being written, and cut when it
  // is whole: so a piece costs a look at the room and a copy.

  /// Where to write the next `bytes` bytes.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    return at_;
  }
  void grow(std::size_t bytes);
  /// Writes the comma that is due at `at`, and says where it goes on.
  [[nodiscard]] char* separate(char* at) const {
    *at = ',';
    return at + (needs_comma_ ? 1 : 0);
  }
  /// A value ends at `at`.
  Writer& written(char* at) {
    at_ = at;
    needs_comma_ = true;
    if (depth_ == 0) finish();
    return *this;
  }
  void finish();
  Writer& begin(char bracket) {
    char* const at = separate(room(2));
    *at = bracket;
    at_ = at + 1;
    needs_comma_ = false;
    ++depth_;
    return *this;
  }
  Writer& end(char bracket) {
    VECHE_EXPECTS(depth_ > 0);
    --depth_;
    char* const at = room(1);
    *at = bracket;
    return written(at + 1);
  }
  /// Copies a text to `at`, where there is room for it, and says where it ends.
  static char* put(char* at, std::string_view text) {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }
  Writer& escaped_key(std::string_view name);
  /// Writes what stands between the quotes.
  void put_text(std::string_view text);
  void put_escape(char character);
  Writer& signed_number(std::int64_t number);
  Writer& unsigned_number(std::uint64_t number);
  Writer& copy_number(Value value);

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
  char* at_{};   // inside of a value: where out_ is written next
  char* end_{};  // and where it ends; both null between values
  std::size_t depth_{};
  bool needs_comma_{};
};

}  // namespace veche::json
