#pragma once

/// @file
/// The first look at the bytes of a request: where its head and its chunk headers end, and
/// whether every byte stands where RFC 9112 allows it (sections 2.2, 3, 5 and 7.1).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "veche/http/limits.hpp"

namespace veche::http {

/// What came of looking at some bytes.
struct Scanned {
  enum class Status : std::uint8_t { need_more, done, refused };

  Status status{Status::need_more};
  std::size_t consumed{};
  Refused refused{};  ///< with Status::refused
};

/// Finds the end of a request's head, the empty line included.
///
///     HeadScan scan{limits};
///     auto seen = scan.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest");
///     // seen.status == done, seen.consumed == 27
///
/// One empty line in front of the request is passed over. Lines end with CRLF and nothing else;
/// folded lines, white space before a colon and control bytes are refused where they stand.
///
/// Time      Each byte is looked at once, however they are cut.
/// Memory    None but the object. Threads  Any one. Errors  Outcome values.
/// Lifetime  One head; take a new one for the next.
class HeadScan {
 public:
  explicit HeadScan(const Limits& limits) : limits_{limits} {}

  /// Needs that no earlier call was done or refused.
  [[nodiscard]] Scanned feed(std::string_view bytes);

  /// How many fields have begun.
  [[nodiscard]] std::size_t field_count() const { return fields_; }

 private:
  enum class State : std::uint8_t {
    start,
    leading_line_feed,
    method,
    target,
    version,
    request_line_feed,
    field,
    name,
    value,
    field_line_feed,
    last_line_feed,
    done,
  };

  /// How many bytes from here on lead nowhere else. Most of a head is passed over so.
  [[nodiscard]] std::size_t pass_over(std::string_view bytes);
  void step(char c);
  void step_start(char c);
  void step_request_line(char c);
  void step_method(char c);
  void step_field(char c);
  void step_name(char c);
  void expect_line_feed(char c, State next);
  void refuse(int status, std::string_view text) { refused_ = {status, text}; }

  Limits limits_;
  std::size_t seen_{};
  std::size_t line_bytes_{};
  std::size_t fields_{};
  Refused refused_{};
  State state_{State::start};
  bool has_leading_line_{};
};

/// Finds the end of one chunk header: the line end of the data before it, 1 to 16 hexadecimal
/// digits, CRLF, and for a size of zero the empty line that ends the body. Neither extensions
/// nor trailers pass.
class ChunkScan {
 public:
  enum class Position : std::uint8_t { first, after_data };

  static constexpr std::size_t bytes_max = 2 + 16 + 4;

  explicit ChunkScan(Position position)
      : state_{position == Position::first ? State::first_digit : State::data_return} {}

  /// Needs that no earlier call was done or refused.
  [[nodiscard]] Scanned feed(std::string_view bytes);

 private:
  enum class State : std::uint8_t {
    data_return,
    data_line_feed,
    first_digit,
    digits,
    size_line_feed,
    last_return,
    last_line_feed,
    done,
    malformed,
  };

  [[nodiscard]] State after(char c);
  [[nodiscard]] State after_digit(char c);

  State state_;
  std::uint8_t digits_{};
  bool is_last_{true};
};

}  // namespace veche::http
