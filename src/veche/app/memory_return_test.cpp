// Goal: memory goes back when a crowd has gone, and at no other time. Method: a wheel and a clock
// of our own, and a number of connections that the test says.

#include "veche/app/memory_return.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/virtual_clock.hpp"

namespace veche::app {
namespace {

TEST_SUITE("app/memory_return") {
  TEST_CASE(
      "once half have gone, a thousand at least, and no more are going; not again until the next "
      "crowd") {
    testing::VirtualClock clock;
    TimerWheel wheel{clock.now()};
    std::size_t connections = 0;
    int returns = 0;
    const MemoryReturn back{{wheel, clock, [&] { return connections; }, [&] { ++returns; }}};
    std::string told;
    const auto look = [&](std::size_t count) {
      connections = count;
      clock.advance(MemoryReturn::period);
      wheel.advance_to(clock.now());
      told += std::to_string(count) + ":" + std::to_string(std::exchange(returns, 0)) + " ";
    };
    for (const std::size_t count : {0U, 999U, 0U, 0U, 5'000U, 4'000U, 2'501U, 2'501U}) look(count);
    for (const std::size_t count : {2'500U, 2'500U, 2'500U, 10'000U, 5'000U, 0U, 0U, 0U}) {
      look(count);
    }
    CHECK(told ==
          "0:0 999:0 0:0 0:0 5000:0 4000:0 2501:0 2501:0 "
          "2500:0 2500:1 2500:0 10000:0 5000:0 0:0 0:1 0:0 ");
  }
}

}  // namespace
}  // namespace veche::app
