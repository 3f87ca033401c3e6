#include "veche/domain/window.hpp"

#include <algorithm>

namespace veche::domain {
namespace {

constexpr std::int64_t window_limit_max = 200;

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

/// The message of a page, first to last, that matters most to who asked.
Seq looks_from(const Window& window, Seq first, Seq last) {
  switch (window.from) {
    case Window::From::after: return first;
    case Window::From::around: return std::clamp(window.seq, first, last);
    case Window::From::newest:
    case Window::From::before:
    case Window::From::skip: break;
  }
  return last;
}

}  // namespace

Span span_of(const Window& window, Seq last_seq) {
  const auto limit = std::clamp<std::int64_t>(window.limit, 1, window_limit_max);
  const auto seq = std::clamp<Seq>(window.seq, 0, last_seq + 1);
  switch (window.from) {
    case Window::From::newest: return back_from(last_seq, limit);
    case Window::From::before: return back_from(std::max<Seq>(seq - 1, 0), limit);
    case Window::From::after: {
      const auto last = std::min(seq + limit, last_seq);
      return {seq + 1, last, last < last_seq};
    }
    case Window::From::around: return around(seq, limit, last_seq);
    case Window::From::skip: return back_from(std::max<Seq>(last_seq - seq, 0), limit);
  }
  return {};
}

void keep_within(Page& page, const Window& window, std::size_t bytes_max) {
  auto& messages = page.messages;
  std::size_t bytes = 0;
  for (const auto& message : messages) bytes += message.text.size();
  if (bytes <= bytes_max || messages.size() < 2) return;
  const auto middle = looks_from(window, messages.front().seq, messages.back().seq);
  auto first = messages.begin();
  auto last = messages.end() - 1;
  while (bytes > bytes_max && first != last) {
    const bool is_first_farther = middle - first->seq > last->seq - middle;
    const auto farther = is_first_farther ? first++ : last--;
    bytes -= farther->text.size();
  }
  page.has_more = true;
  messages.erase(last + 1, messages.end());
  messages.erase(messages.begin(), first);
}

}  // namespace veche::domain
