// Goal: no peer fills the log. Method: a clock as a number.

#include "veche/base/event_limiter.hpp"

#include <doctest/doctest.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("base/event_limiter") {
  TEST_CASE("ten a second of each kind, then a count of the rest") {
    EventLimiter limiter;
    Instant now{};
    int written = 0;
    for (int i = 0; i < 25; ++i) written += limiter.admit("joined", now).is_written ? 1 : 0;
    CHECK(written == 10);
    CHECK(limiter.admit("sent", now).is_written);
    now += 1s;
    const auto next = limiter.admit("joined", now);
    CHECK(next.is_written);
    CHECK(next.more == 15);
    CHECK(limiter.admit("joined", now).more == 0);
  }

  TEST_CASE("those that a caller has left out are counted with the line that it gives") {
    LineRate rate;
    Instant now{};
    CHECK(rate.admit(now, 5).is_written);
    now += 1s;
    const auto next = rate.admit(now, 3);
    CHECK(next.is_written);
    CHECK(next.more == 4);
    now += 1s;
    CHECK(rate.admit(now).more == 2);
  }
}

}  // namespace
}  // namespace veche
