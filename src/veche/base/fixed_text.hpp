#pragma once

/// @file
/// A text whose length never changes, in place: dates and ids on their way into an answer.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace veche {

/// `length` bytes, read as a text wherever one is asked for.
///
///     const FixedText<24> date = iso8601(now);
///     json.plain(date);
template <std::size_t length>
struct FixedText {
  std::array<char, length> bytes{};

  // NOLINTBEGIN(google-explicit-constructor): it is a text
  operator std::string_view() const { return {bytes.data(), length}; }
  operator std::string() const { return {bytes.data(), length}; }
  // NOLINTEND(google-explicit-constructor)

  friend bool operator==(const FixedText& one, std::string_view other) {
    return std::string_view{one} == other;
  }
};

}  // namespace veche
