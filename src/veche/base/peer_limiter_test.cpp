// Goal: peers do not spend each other's tokens, and the table keeps its limit.
// Method: time is a number; takes are counted.

#include "veche/base/peer_limiter.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{.interval = 6s, .burst = 2};
constexpr Instant start = Instant{} + 1h;

TEST_SUITE("base/peer_limiter (CONTRACT section 6, limits)") {
  TEST_CASE("each peer has its own tokens") {
    PeerLimiter limiter{rate};
    CHECK(limiter.take("a", start) == 0ms);
    CHECK(limiter.take("a", start) == 0ms);
    CHECK(limiter.take("a", start) == 6s);
    CHECK(limiter.take("b", start) == 0ms);
    CHECK(limiter.take("a", start + 6s) == 0ms);
  }

  TEST_CASE("peers that are owed nothing are forgotten when room is needed") {
    PeerLimiter limiter{rate, 2};
    CHECK(limiter.take("a", start) == 0ms);
    CHECK(limiter.take("b", start) == 0ms);
    CHECK(limiter.take("c", start + 12s) == 0ms);
    CHECK(limiter.size() == 1);
  }

  TEST_CASE("without room the unknown share one bucket") {
    PeerLimiter limiter{rate, 2};
    for (int i = 0; i < 4; ++i) CHECK(limiter.take(std::to_string(i), start) == 0ms);
    CHECK(limiter.size() == 2);
    CHECK(limiter.take("another", start) == 6s);
    CHECK(limiter.take("0", start) == 0ms);
  }
}

}  // namespace
}  // namespace veche
