#pragma once

/// @file
/// As much of RFC 6455, base64url and ISO 8601 as the floor needs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bare {

enum class Opcode : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };

/// One frame of a client, unmasked where it lay.
struct ClientFrame {
  Opcode opcode{};
  std::string_view payload;
  std::size_t size{};  ///< with its header
};

/// The frame at the front of `bytes`, unmasked in place. None when it is incomplete.
[[nodiscard]] std::optional<ClientFrame> take_frame(char* bytes, std::size_t size);

/// The header of an unfragmented, unmasked frame.
void append_frame_header(std::string& out, Opcode opcode, std::size_t payload_size);
void append_text_frame(std::string& out, std::string_view text);

/// The answer to an upgrade request; empty when the request has no key.
[[nodiscard]] std::string upgrade_answer(std::string_view request);

/// The claims of a token, as JSON. Nothing is checked.
[[nodiscard]] std::string claims_of(std::string_view token);

void append_number(std::string& out, std::uint64_t number);

/// `digits` lower-case hexadecimal digits, zeros first.
void append_hex(std::string& out, std::uint64_t number, int digits);

/// The time of day as messages carry it, written anew when the millisecond changes.
class TimeText {
 public:
  /// 2026-01-31T12:00:00.000Z of now.
  std::string_view now();
  /// Of the last now().
  [[nodiscard]] std::uint64_t seconds() const { return milliseconds_ / 1'000; }

 private:
  std::uint64_t milliseconds_{};
  std::string text_;
};

}  // namespace bare
