#pragma once

/// @file
/// Windows over a chat's messages as plain arithmetic: seq has no gaps.

#include <cstddef>

#include "veche/domain/store.hpp"

namespace veche::domain {

/// Messages `first` to `last`, both included; none when last < first.
struct Span {
  Seq first{1};
  Seq last{};
  bool has_more{};  ///< further ones in the direction asked for; for `around`, in either

  bool operator==(const Span&) const = default;
};

/// What a window shows of a chat with messages 1 to `last_seq`. Any seq will do; the limit is
/// brought into 1 to 200. Without a seq of its own, `newest` looks back from the end.
[[nodiscard]] Span span_of(const Window& window, Seq last_seq);

/// Shortens the page until its texts fit, and says that there are more: always at the end that is
/// farther from where the window looks from. One message always stays.
void keep_within(Page& page, const Window& window, std::size_t bytes_max);

}  // namespace veche::domain
