#pragma once

/// @file
/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing over U+10FFFF.

#include <cstddef>
#include <string_view>

namespace veche {

/// Nothing but U+0001 to U+007F, as most texts are. Time  Sixteen bytes at a time.
[[nodiscard]] bool is_ascii_text(std::string_view bytes);

[[nodiscard]] bool is_utf8(std::string_view bytes);

/// Needs valid UTF-8; for anything else the count is meaningless.
[[nodiscard]] std::size_t count_code_points(std::string_view utf8);

}  // namespace veche
