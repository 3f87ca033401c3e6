#pragma once

/// @file
/// Agreeing on permessage-deflate in the opening handshake (RFC 7692 sections 5 and 7.1, over
/// the header field of RFC 6455 section 9.1).

#include <cstdint>
#include <optional>
#include <string>

#include "veche/http/message.hpp"

namespace veche::websocket {

/// The least and the most bits of a window. 8 is in the RFC too, but zlib cannot compress so.
inline constexpr std::uint8_t window_bits_min = 9;
inline constexpr std::uint8_t window_bits_max = 15;

/// What the two sides have agreed on: no context is taken over on either side, ever, so that
/// nothing has to be kept for a connection.
struct DeflateTerms {
  std::uint8_t window_bits{window_bits_max};  ///< of what this side sends
  bool has_named_window{};                    ///< the client asked, so the answer says it

  bool operator==(const DeflateTerms&) const = default;
};

/// The first offer of permessage-deflate that can be taken, with a window of at most
/// `window_bits` (9 to 15) and of at most what the client asks for:
///
///     if (const auto terms = agree_on_deflate(request.headers, 12)) {
///       accepted.headers.add("Sec-WebSocket-Extensions", to_string(*terms));
///     }
///
/// None when there is none: nothing is then said, and the connection goes on without. An offer is
/// passed over that has an unknown or a repeated parameter, a value where none belongs, a window
/// outside of 8 to 15, or server_max_window_bits=8; from the first syntax error on everything is.
///
/// Time      Linear in the header fields, whatever stands in them.
[[nodiscard]] std::optional<DeflateTerms> agree_on_deflate(const http::Headers& request,
                                                           std::uint8_t window_bits);

/// The value of the answer's Sec-WebSocket-Extensions.
[[nodiscard]] std::string to_string(const DeflateTerms& terms);

}  // namespace veche::websocket
