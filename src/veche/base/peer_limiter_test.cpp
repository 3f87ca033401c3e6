// Goal: peers do not spend each other's tokens, and the table keeps its limit.
// Method: time is a number; takes are counted.

#include "veche/base/peer_limiter.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

constexpr Rate peer_rate{.interval = 6s, .burst = 2};
constexpr Instant first_asked = Instant{} + 1h;

TEST_SUITE("base/peer_limiter (CONTRACT section 6, limits)") {
  TEST_CASE("each peer has its own tokens") {
    PeerLimiter limiter{peer_rate};
    CHECK(limiter.take("a", first_asked) == 0ms);
    CHECK(limiter.take("a", first_asked) == 0ms);
    CHECK(limiter.take("a", first_asked) == 6s);
    CHECK(limiter.take("b", first_asked) == 0ms);
    CHECK(limiter.take("a", first_asked + 6s) == 0ms);
  }

  TEST_CASE("peers that are owed nothing are forgotten when room is needed") {
    PeerLimiter limiter{peer_rate, 2};
    CHECK(limiter.take("a", first_asked) == 0ms);
    CHECK(limiter.take("b", first_asked) == 0ms);
    CHECK(limiter.take("c", first_asked + 12s) == 0ms);
    CHECK(limiter.size() == 1);
  }

  TEST_CASE("without room the unknown share one bucket") {
    PeerLimiter limiter{peer_rate, 2};
    for (int i = 0; i < 4; ++i) CHECK(limiter.take(std::to_string(i), first_asked) == 0ms);
    CHECK(limiter.size() == 2);
    CHECK(limiter.take("another", first_asked) == 6s);
    CHECK(limiter.take("0", first_asked) == 0ms);
  }
}

}  // namespace
}  // namespace veche
