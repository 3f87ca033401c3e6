#include "veche/base/event_limiter.hpp"

namespace veche {

EventLimiter::Verdict EventLimiter::admit(std::string_view kind, Instant now) {
  auto found = windows_.find(kind);
  if (found == windows_.end()) found = windows_.emplace(std::string{kind}, Window{now}).first;
  Window& window = found->second;
  Verdict verdict;
  if (now - window.start >= std::chrono::seconds{1}) {
    verdict.more = window.left_out;
    window = Window{now};
  }
  verdict.is_written = window.written < lines_a_second;
  if (verdict.is_written) {
    ++window.written;
  } else {
    ++window.left_out;
  }
  return verdict;
}

}  // namespace veche
