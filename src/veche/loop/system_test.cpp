// Goal: the clocks move forward and the entropy is not constant. Method: look twice.

#include "veche/loop/system.hpp"

#include <array>
#include <cstddef>
#include <set>

#include <doctest/doctest.h>

#include "support/seeded_rng.hpp"
#include "support/virtual_clock.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("loop/system: SystemClock") {
  TEST_CASE("time does not run back, and the wall clock is past the year 2024") {
    SystemClock clock;
    const Instant before = clock.now();
    CHECK(clock.now() >= before);
    CHECK(clock.wall() > std::chrono::sys_days{std::chrono::year{2024} / 1 / 1});
  }
}

TEST_SUITE("loop/system: SystemRng") {
  TEST_CASE("every byte of any length is filled") {
    SystemRng rng;
    std::array<std::byte, 1'000> bytes{};
    rng.fill(bytes);
    std::set<std::byte> seen{bytes.begin(), bytes.end()};
    // All alike in a row of 100 has no chance worth naming.
    CHECK(seen.size() > 100);
    CHECK(std::set<std::byte>{bytes.end() - 100, bytes.end()}.size() > 10);
    rng.fill({});
  }
}

TEST_SUITE("support: VirtualClock and SeededRng") {
  TEST_CASE("the clock stands until moved; its wall clock may jump alone") {
    testing::VirtualClock clock;
    const Instant start = clock.now();
    const WallTime wall = clock.wall();
    clock.advance(1500ms);
    CHECK(clock.now() == start + 1500ms);
    CHECK(clock.wall() == wall + 1500ms);
    clock.set_wall(wall - 1h);
    CHECK(clock.now() == start + 1500ms);
    CHECK(clock.wall() == wall - 1h);
  }

  TEST_CASE("the same seed gives the same bytes, another seed others") {
    testing::SeededRng a{1};
    testing::SeededRng b{1};
    testing::SeededRng c{2};
    CHECK(random_id(a, 20) == random_id(b, 20));
    CHECK(random_id(a, 20) != random_id(c, 20));
    CHECK(testing::SeededRng{0}.next() == 0xe220'a839'7b1d'cdafU);
    for (int i = 0; i < 100; ++i) CHECK(a.below(7) < 7);
  }
}

}  // namespace
}  // namespace veche::loop
