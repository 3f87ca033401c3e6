#pragma once

/// @file
/// What the rules ask of texts that people type: length, blankness, letters of either case.

#include <cstddef>
#include <string>
#include <string_view>

namespace veche::domain {

/// Valid UTF-8 without U+0000, which not every store can hold.
[[nodiscard]] bool is_storable(std::string_view text);

/// `min` to `max` code points of storable text.
[[nodiscard]] bool has_length(std::string_view text, std::size_t min, std::size_t max);

/// Without the white space at both ends: what JavaScript's trim() takes away. Needs valid UTF-8.
[[nodiscard]] std::string_view trim(std::string_view utf8);

/// Nothing but white space. Needs valid UTF-8.
[[nodiscard]] bool is_blank(std::string_view utf8);

/// The text with its capitals made small, to compare regardless of case. The rule is small and
/// fixed, so that a stored key never changes its meaning: ASCII, Latin-1 (A to Þ), Latin
/// Extended-A, Greek (Α to Ϋ) and Cyrillic (Ѐ to Я, Ѡ to Ҁ, Ҋ to Ӿ, Ԁ to Ԯ); all else
/// stays. Bytes that are no UTF-8 stay too.
[[nodiscard]] std::string fold_case(std::string_view text);

/// What a search for users looks through: the folded name and handle, a line each.
[[nodiscard]] std::string search_key(std::string_view name, std::string_view handle);

}  // namespace veche::domain
