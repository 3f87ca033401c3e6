// Goal: events are due evenly, whoever is late, and none is forgotten.

#include "veche/client/bench/schedule.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::client::bench {
namespace {

using namespace std::chrono_literals;

const Instant schedule_start{std::chrono::hours{1}};

/// Whose events become due by then: "0 1 0".
std::string due(Schedule& schedule, Instant now) {
  std::string all;
  schedule.advance(
      now, [&](std::uint32_t sender) { all += (all.empty() ? "" : " ") + std::to_string(sender); });
  return all;
}

TEST_SUITE("client/bench/schedule") {
  TEST_CASE("events are due one after the other, and senders take turns") {
    Schedule schedule{1'000, 3};
    schedule.start(schedule_start);
    CHECK(schedule.next() == schedule_start);
    CHECK(due(schedule, schedule_start) == "0");
    CHECK(schedule.next() == schedule_start + 1ms);
    CHECK(due(schedule, schedule_start + 999us) == "");
    CHECK(due(schedule, schedule_start + 4ms) == "1 2 0 1");
    CHECK(schedule.offered() == 5);
  }

  TEST_CASE("who is late takes what became due meanwhile, with the time at which it did") {
    Schedule schedule{1'000, 2};
    schedule.start(schedule_start);
    due(schedule, schedule_start + 10ms);
    CHECK(schedule.waiting() == 11);
    CHECK(schedule.take(1) == schedule_start + 1ms);
    CHECK(schedule.take(1) == schedule_start + 3ms);
    CHECK(schedule.take(0) == schedule_start);
    CHECK(schedule.waiting() == 8);
    for (int i = 0; i < 3; ++i) static_cast<void>(schedule.take(1));
    CHECK_FALSE(schedule.has_due(1));
    CHECK(schedule.has_due(0));
  }

  TEST_CASE("after the end nothing becomes due, and what is due can still be taken") {
    Schedule schedule{1'000, 1};
    schedule.start(schedule_start);
    due(schedule, schedule_start);
    schedule.stop();
    CHECK(due(schedule, schedule_start + 1s) == "");
    CHECK(schedule.next() == Instant::max());
    CHECK(schedule.take(0) == schedule_start);
    CHECK(schedule.waiting() == 0);
  }

  TEST_CASE("whatever the turns, as many are due as the rate says") {
    CHECK(rc::check([] {
      const auto rate = *rc::gen::inRange(1, 100'000);
      const auto senders = static_cast<std::uint32_t>(*rc::gen::inRange(1, 50));
      Schedule schedule{static_cast<double>(rate), senders};
      schedule.start(schedule_start);
      Instant now = schedule_start;
      for (int turn = 0; turn < 5; ++turn) {
        now += std::chrono::microseconds{*rc::gen::inRange(0, 20'000)};
        schedule.advance(now, [](std::uint32_t) {});
      }
      const double seconds = std::chrono::duration<double>{now - schedule_start}.count();
      const double counted = static_cast<double>(schedule.offered());
      RC_ASSERT(counted >= seconds * rate);
      RC_ASSERT(counted <= seconds * rate + 1.001);
    }));
  }
}

}  // namespace
}  // namespace veche::client::bench
