#pragma once

/// @file
/// Base64 and hex, strict: RFC 4648 without white space, and one text for one value.

#include <optional>
#include <string>
#include <string_view>

namespace veche {

enum class Base64 : bool {
  standard,  ///< + and /, padded
  url,       ///< - and _, not padded
};

[[nodiscard]] std::string base64_encode(std::string_view bytes, Base64 variant);

/// None for a foreign character, missing or surplus padding, or spare bits that are not 0.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text, Base64 variant);

/// Lower-case, two digits a byte.
[[nodiscard]] std::string hex_encode(std::string_view bytes);

}  // namespace veche
