#include "veche/base/event_limiter.hpp"

namespace veche {

LineRate::Verdict EventLimiter::admit(std::string_view kind, Instant now, std::uint64_t count) {
  auto found = kinds_.find(kind);
  if (found == kinds_.end()) found = kinds_.emplace(std::string{kind}, LineRate{}).first;
  return found->second.admit(now, count);
}

}  // namespace veche
