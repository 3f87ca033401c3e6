#pragma once

/// @file
/// How much somebody has seen of what each node said.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace veche::socketio {

/// A position for each node that has said something: 0 for all others. As text, "00-1a.01-3f", it
/// is the offset that clients of a MemoryRecovery are told.
///
/// What a node says comes in order everywhere, so a position stands for all before it, too.
///
/// Time      Linear in the nodes, which are few. Memory  A few words a node. Threads  A value.
class Positions {
 public:
  /// The longest text that is read.
  static constexpr std::size_t text_bytes_max = 8'192;

  Positions() = default;

  /// None for what text() does not write.
  [[nodiscard]] static std::optional<Positions> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::uint64_t of(std::string_view uid) const;
  /// Never goes back. Needs a uid without "." and "-", and not empty.
  void advance(std::string_view uid, std::uint64_t position);
  /// Whether this is nowhere behind `other`.
  [[nodiscard]] bool covers(const Positions& other) const;

  bool operator==(const Positions&) const = default;

 private:
  std::vector<std::pair<std::string, std::uint64_t>> by_uid_;  // sorted, none of them 0
};

}  // namespace veche::socketio
