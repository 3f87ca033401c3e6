#include "veche/gateway/message_texts.hpp"

#include <algorithm>
#include <utility>

namespace veche::gateway {

void MessageTexts::keep(domain::Pos pos, std::string_view json) {
  const bool is_in_order = kept_.empty() || kept_.back().pos < pos;
  if (std::exchange(is_ended_, false) || !is_in_order) {
    text_.clear();
    kept_.clear();
  }
  if (text_.size() >= bytes_max) return;
  kept_.push_back({pos, text_.append(json).size()});
}

std::string_view MessageTexts::find(domain::Pos pos) const {
  if (kept_.empty() || pos < kept_.front().pos) return {};
  // A pos is there once at most, so it is not further on; as a rule they follow one another.
  const auto steps = static_cast<std::size_t>(pos - kept_.front().pos);
  auto found = kept_.begin() + static_cast<std::ptrdiff_t>(std::min(steps, kept_.size() - 1));
  if (found->pos != pos) {
    found = std::lower_bound(kept_.begin(), found, pos, [](const Kept& kept, domain::Pos wanted) {
      return kept.pos < wanted;
    });
  }
  if (found->pos != pos) return {};
  const std::size_t begin = found == kept_.begin() ? 0 : std::prev(found)->end;
  return std::string_view{text_}.substr(begin, found->end - begin);
}

}  // namespace veche::gateway
