#pragma once

/// @file
/// Reading JSON: the one door through which it comes in. RFC 8259, over simdjson.

#include <cstddef>
#include <memory>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/json/value.hpp"

namespace veche::json {

/// Turns a text into a document that Values look at. Made once a loop and used for every text.
///
///     Parser parser{1'000'000};
///     auto body = parser.parse_copy(request.body);
///     if (!body) return bad_request(body.error().text);
///
/// Stricter than JavaScript in one thing: an integer over 2^64 - 1 or a number over 1.8e308 is
/// refused, not rounded or made infinite, and so is an escaped surrogate without its other
/// half. Laxer than veche's own rules in two: U+0000 may stand in a string, and a key may be
/// given twice. Whoever reads a field decides (Value::lookup, Value::has_duplicate_keys).
///
/// Time      Linear in the text, whatever it holds.
/// Memory    About 14 bytes for each byte of the longest text, up to text_bytes_kept; what a
///           longer text needed is given back by the next parse.
/// Threads   One at a time.
/// Errors    As values; nothing here throws.
/// Lifetime  A parse ends the life of every Value of the parse before.
class Parser {
 public:
  /// Arrays and objects, one in another; the innermost of so many must be empty.
  static constexpr std::size_t depth_max = 128;
  /// The longest text any Parser may be made for.
  static constexpr std::size_t bytes_max_limit = 32'000'000;
  /// How many bytes parse() may touch after a text.
  static constexpr std::size_t padding = 64;
  /// See Memory.
  static constexpr std::size_t text_bytes_kept = 262'144;

  /// Texts of up to `bytes_max` bytes are read; 1 to bytes_max_limit.
  explicit Parser(std::size_t bytes_max);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Reads `text`, after which at least `padding` more bytes must be readable, whatever they
  /// hold. The text is copied out of and may change afterwards.
  /// Errc::too_large    longer than bytes_max; nothing was read
  /// Errc::bad_request  not JSON, not UTF-8, a BOM, more than one value, too deep, a number out
  ///                    of range; `text` of the error says which
  /// Errc::overloaded   there was no memory for it
  [[nodiscard]] Result<Value> parse(std::string_view text);

  /// The same for a text that nothing readable need follow. Costs a copy.
  [[nodiscard]] Result<Value> parse_copy(std::string_view text);

 private:
  struct Buffers;
  enum class Padding : bool { present, missing };

  [[nodiscard]] Result<Value> read(std::string_view text, Padding padding_state);
  [[nodiscard]] bool make_room(std::size_t bytes);

  std::size_t bytes_max_;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace veche::json
