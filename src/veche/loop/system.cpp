#include "veche/loop/system.hpp"

#include <cerrno>

#include <sys/random.h>

#include "veche/base/contract.hpp"

namespace veche::loop {

WallTime SystemClock::wall() const {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

void SystemRng::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
    VECHE_EXPECTS(count > 0 || errno == EINTR);
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace veche::loop
