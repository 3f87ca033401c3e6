#pragma once

/// @file
/// How much of a request is read at most, and what a peer hears that goes beyond or is wrong.

#include <cstddef>
#include <string_view>

namespace veche::http {

struct Limits {
  std::size_t header_bytes{16'384};       ///< request line and fields, with their line ends
  std::size_t request_line_bytes{8'192};  ///< without its line end
  std::size_t field_count{100};
  std::size_t body_bytes{1'000'000};  ///< after the chunks are taken apart
};

/// Why a request is not served by the parser. The connection is of no use after it: answer,
/// then close. The text is English, static, and holds nothing that the peer has sent.
struct Refused {
  int status{};
  std::string_view text{};

  bool operator==(const Refused&) const = default;
};

/// For whoever holds the timer.
inline constexpr Refused request_timeout{408, "The request took too long"};

}  // namespace veche::http
