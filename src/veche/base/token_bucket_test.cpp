// Goal: a burst passes at once, then the rate holds, and waiting as long as told is enough.
// Method: time is a number; each take is compared with what the arithmetic says.

#include "veche/base/token_bucket.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{.interval = 100ms, .burst = 3};

TEST_SUITE("base/token_bucket") {
  TEST_CASE("a burst passes, what follows waits for its token") {
    TokenBucket bucket;
    const Instant start = Instant{} + 1h;
    for (int i = 0; i < 3; ++i) CHECK(bucket.take(rate, start) == 0ms);
    CHECK(bucket.take(rate, start) == 100ms);
    CHECK(bucket.take(rate, start + 40ms) == 60ms);
    CHECK(bucket.take(rate, start + 100ms) == 0ms);
    CHECK(bucket.take(rate, start + 100ms) == 100ms);
  }

  TEST_CASE("a bucket left alone is full again, and no fuller") {
    TokenBucket bucket;
    const Instant start = Instant{} + 1h;
    for (int i = 0; i < 3; ++i) CHECK(bucket.take(rate, start) == 0ms);
    CHECK_FALSE(bucket.is_full(start + 299ms));
    CHECK(bucket.is_full(start + 300ms));
    for (int i = 0; i < 3; ++i) CHECK(bucket.take(rate, start + 1h) == 0ms);
    CHECK(bucket.take(rate, start + 1h) == 100ms);
  }

  TEST_CASE("whoever waits as long as told gets a token") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& steps) {
      TokenBucket bucket;
      Instant now = Instant{} + 1h;
      for (const auto step : steps) {
        now += Milliseconds{step};
        const auto wait = bucket.take(rate, now);
        if (wait == 0ms) continue;
        RC_ASSERT(bucket.take(rate, now + wait - 1ms) > 0ms);
        now += wait;
        RC_ASSERT(bucket.take(rate, now) == 0ms);
      }
    }));
  }
}

}  // namespace
}  // namespace veche
