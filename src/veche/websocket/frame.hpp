#pragma once

/// @file
/// WebSocket frames on their way out, and the numbers of RFC 6455 (sections 5.2, 7.4 and 11.8).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veche/base/frame.hpp"

namespace veche::websocket {

/// The numbers are the wire's.
enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// Whether a frame ends its message.
enum class Fin : bool { more, last };

/// Close codes that this side sends (RFC 6455 section 7.4.1 and its IANA registry).
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t invalid_payload = 1007;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t too_big = 1009;
inline constexpr std::uint16_t service_restart = 1012;
inline constexpr std::uint16_t try_again_later = 1013;
}  // namespace close_code

/// Whether a peer may put `code` into a close frame: 1000-1003, 1007-1014 and 3000-4999.
[[nodiscard]] bool is_valid_close_code(std::uint16_t code);

/// In the first byte of a message: it is compressed (RFC 7692 section 6).
inline constexpr std::uint8_t rsv1_bit = 0x40;

/// The longest header of an unmasked frame, and the longest payload of a control frame.
inline constexpr std::size_t header_size_max = 10;
inline constexpr std::size_t control_payload_max = 125;

/// How many bytes write_header() writes for a payload of that size: 2, 4 or 10.
[[nodiscard]] std::size_t header_size(std::uint64_t payload_size);

/// Writes the header of an unmasked frame and says how long it is. Needs room for
/// header_size(payload_size) bytes at `out`, and a payload under 2^63 bytes.
std::size_t write_header(char* out, Opcode opcode, Fin fin, std::uint64_t payload_size);

/// A whole frame, header and payload in one block, unmasked as a server sends it:
///
///     connection.send(make_frame(Opcode::text, "hello"), Priority::bulk);
///
/// Needs a payload of at most 125 bytes for pings and pongs; valid UTF-8 for text.
[[nodiscard]] Frame make_frame(Opcode opcode, std::string_view payload);

/// A close frame; without a code an empty one, which the peer reports as 1005. Needs a valid
/// code, and a reason in valid UTF-8 of at most 123 bytes, empty when there is no code.
[[nodiscard]] Frame make_close_frame(std::optional<std::uint16_t> code,
                                     std::string_view reason = {});

}  // namespace veche::websocket
