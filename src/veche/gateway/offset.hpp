#pragma once

/// @file
/// A place in what a client was told, as clients keep it.

#include <optional>
#include <string>
#include <string_view>

#include "veche/domain/model.hpp"

namespace veche::gateway {

/// The last event that a client got: the fact's pos, and which of its events.
///
///     append_offset(text, "k3Jb", {41, 0});     // "k3Jb.41"; "k3Jb.41.1" for its second event
///     parse_offset("k3Jb.41", "k3Jb");          // {41, 0}
struct Offset {
  domain::Pos pos{};
  int step{};

  auto operator<=>(const Offset&) const = default;  // NOLINT(modernize-use-nullptr): no pointer
};

/// A step beyond those of any fact.
inline constexpr int last_step = 9;
inline constexpr std::size_t offset_bytes_max = 128;

/// Needs a pos of at least 0 and a step from 0 to last_step.
void append_offset(std::string& text, std::string_view epoch, Offset offset);
/// The same without the epoch and its dot: "41", "41.1".
void append_place(std::string& text, Offset offset);

/// None when the text is no offset of that epoch, exactly as append_offset() writes it.
[[nodiscard]] std::optional<Offset> parse_offset(std::string_view text, std::string_view epoch);

}  // namespace veche::gateway
