#pragma once

/// @file
/// What a benchmark's message says of itself, so that whoever gets it can judge it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veche::client::bench {

/// Which message of a run this is.
struct Stamp {
  std::uint32_t run{};       ///< one number for each run, so that runs do not take over messages
  std::uint32_t chat{};      ///< the chat it was sent to
  std::uint32_t sender{};    ///< the sender's ordinal in its chat
  std::uint32_t sequence{};  ///< 0, 1, 2, ... of that sender

  bool operator==(const Stamp&) const = default;
};

/// The shortest text that a stamp fits into, and the longest that may be asked for.
inline constexpr std::size_t stamp_bytes_min = 44;
inline constexpr std::size_t stamp_bytes_max = 8'000;

/// A text of `size` letters: the stamp, letters that depend on it, and a checksum over all.
/// Needs no escape in JSON. Needs stamp_bytes_min <= size <= stamp_bytes_max.
///
///     append_stamped(text, {.run = 1, .chat = 0, .sender = 2, .sequence = 9}, 64);
///     read_stamp(text)->sequence == 9
void append_stamped(std::string& out, const Stamp& stamp, std::size_t size);

/// The stamp of a text. None when it was not made by append_stamped() or was changed: a changed
/// text passes with a chance of 2^-32. A few nanoseconds for 64 bytes.
[[nodiscard]] std::optional<Stamp> read_stamp(std::string_view text);

}  // namespace veche::client::bench
