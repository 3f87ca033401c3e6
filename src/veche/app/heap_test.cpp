// Goal: what a thread has freed goes back to the system when that is asked for. Method: the
// resident pages of the process, before and after.

#include "veche/app/heap.hpp"

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

namespace veche::app {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST_SUITE("app/heap: decision 8") {
  TEST_CASE("what was freed is given back") {
    give_back_heap();
    const std::size_t before = resident_bytes();
    {
      std::vector<std::string> blocks;
      for (std::size_t i = 0; i < 64 * 1024; ++i) blocks.emplace_back(1'000, 'x');
      CHECK(resident_bytes() > before + 50 * mebibyte);
    }
    give_back_heap();
#ifdef VECHE_MIMALLOC
    CHECK(resident_bytes() < before + 8 * mebibyte);
#endif
  }
}

}  // namespace
}  // namespace veche::app
