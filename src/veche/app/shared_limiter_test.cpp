// Goal: loops that share a limiter share its count. Method: threads that take as much as they get.

#include "veche/app/shared_limiter.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace veche::app {
namespace {

TEST_SUITE("app/shared_limiter") {
  TEST_CASE("an address gets its burst once, over however many threads it comes") {
    using namespace std::chrono_literals;
    SharedLimiter limiter{{.interval = 1s, .burst = 100}};
    std::atomic<int> taken{};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 100; ++j) taken += limiter.take("a", Instant{} + 1h) == 0ms ? 1 : 0;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(taken == 100);
    CHECK(limiter.rate().burst == 100);
  }
}

}  // namespace
}  // namespace veche::app
