#include "veche/domain/window.hpp"

#include <algorithm>

namespace veche::domain {
namespace {

constexpr std::int64_t limit_max = 200;

Span back_from(Seq last, std::int64_t limit) {
  const auto first = std::max<Seq>(1, last - limit + 1);
  return {first, last, first > 1};
}

Span around(Seq seq, std::int64_t limit, Seq last_seq) {
  const auto middle = std::clamp<Seq>(seq, std::min<Seq>(1, last_seq), last_seq);
  const auto last = std::min(std::max<Seq>(1, middle - limit / 2) + limit - 1, last_seq);
  const auto first = std::max<Seq>(1, last - limit + 1);
  return {first, last, first > 1 || last < last_seq};
}

}  // namespace

Span span_of(const Window& window, Seq last_seq) {
  const auto limit = std::clamp<std::int64_t>(window.limit, 1, limit_max);
  const auto seq = std::clamp<Seq>(window.seq, 0, last_seq + 1);
  switch (window.from) {
    case Window::From::newest: return back_from(last_seq, limit);
    case Window::From::before: return back_from(std::max<Seq>(seq - 1, 0), limit);
    case Window::From::after: {
      const auto last = std::min(seq + limit, last_seq);
      return {seq + 1, last, last < last_seq};
    }
    case Window::From::around: return around(seq, limit, last_seq);
  }
  return {};
}

void keep_within(Page& page, const Window& window, std::size_t bytes_max) {
  auto& messages = page.messages;
  const bool is_backward =
      window.from == Window::From::newest || window.from == Window::From::before;
  std::size_t bytes = 0;
  std::size_t kept = 0;
  while (kept < messages.size()) {
    const auto next = is_backward ? messages.size() - 1 - kept : kept;
    bytes += messages[next].text.size();
    if (kept > 0 && bytes > bytes_max) break;
    ++kept;
  }
  if (kept == messages.size()) return;
  page.has_more = true;
  const auto surplus = static_cast<std::ptrdiff_t>(messages.size() - kept);
  if (is_backward) {
    messages.erase(messages.begin(), messages.begin() + surplus);
  } else {
    messages.erase(messages.end() - surplus, messages.end());
  }
}

}  // namespace veche::domain
