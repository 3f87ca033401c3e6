#pragma once

/// @file
/// The head of a server's HTTP/1.1 answer.

#include <optional>
#include <string_view>

namespace veche::client {

inline constexpr std::string_view end_of_head = "\r\n\r\n";

/// The value of the first field of that name in a head, without the blanks around it; names are
/// compared without regard to case. None when there is no such field.
///
///     head_field("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "content-length")   // "2"
[[nodiscard]] std::optional<std::string_view> head_field(std::string_view head,
                                                         std::string_view name);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace veche::client
