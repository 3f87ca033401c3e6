#pragma once

/// @file
/// Hashing of names, so that a map of strings is searched by a string_view.

#include <cstddef>
#include <functional>
#include <string_view>

namespace veche::socketio {

/// As the hash of std::unordered_map<std::string, T, TextHash, std::equal_to<>>.
struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's word
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

}  // namespace veche::socketio
