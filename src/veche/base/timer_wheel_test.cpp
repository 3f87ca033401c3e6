// Goal: every timer expires once, on its tick, whatever its distance and whoever disarms it.
// Method: virtual time; a property holds the wheel against a sorted list.

#include "veche/base/timer_wheel.hpp"

#include <functional>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

constexpr Instant wheel_start{};

struct Alarm final : Timer {
  ~Alarm() override { disarm(); }
  void expired(Instant now) override {
    at = now;
    ++count;
    if (then) then();
  }
  Instant at{};
  int count{};
  std::function<void()> then;
};

TEST_SUITE("base/timer_wheel: arm and expire") {
  TEST_CASE("a timer expires at its deadline or within a tick after, never before") {
    for (const auto distance : {1ms, 4ms, 255ms, 256ms, 257ms, 25'000ms, 86'400'000ms}) {
      TimerWheel wheel{wheel_start};
      Alarm alarm;
      wheel.arm(alarm, wheel_start + distance);
      wheel.advance_to(wheel_start + distance - 1ms);
      CHECK(alarm.count == 0);
      wheel.advance_to(wheel_start + distance + TimerWheel::tick);
      CHECK(alarm.count == 1);
      CHECK(wheel.deadline() == Instant::max());
    }
  }

  TEST_CASE("arming again moves the deadline; disarming forgets it") {
    TimerWheel wheel{wheel_start};
    Alarm moved;
    Alarm forgotten;
    wheel.arm(moved, wheel_start + 100ms);
    wheel.arm(moved, wheel_start + 200ms);
    wheel.arm(forgotten, wheel_start + 100ms);
    forgotten.disarm();
    wheel.advance_to(wheel_start + 150ms);
    CHECK(moved.count == 0);
    wheel.advance_to(wheel_start + 1s);
    CHECK(moved.count == 1);
    CHECK(forgotten.count == 0);
  }

  TEST_CASE("an expiring timer may free another of the same tick, and arm itself again") {
    TimerWheel wheel{wheel_start};
    auto first = std::make_unique<Alarm>();
    auto second = std::make_unique<Alarm>();
    Alarm again;
    first->then = [&] { second.reset(); };
    second->then = [&] { first.reset(); };
    again.then = [&] {
      if (again.count < 3) wheel.arm(again, wheel_start);
    };
    wheel.arm(*first, wheel_start + 10ms);
    wheel.arm(*second, wheel_start + 10ms);
    wheel.arm(again, wheel_start + 10ms);
    wheel.advance_to(wheel_start + 1s);
    CHECK((first == nullptr) != (second == nullptr));
    CHECK(again.count == 3);
    CHECK(wheel.size() == 0);
  }

  TEST_CASE("deadline() is never late") {
    TimerWheel wheel{wheel_start};
    Alarm alarm;
    wheel.arm(alarm, wheel_start + 45s);
    Instant now = wheel_start;
    int wakes = 0;
    while (alarm.count == 0) {
      now = wheel.deadline();
      wheel.advance_to(now);
      ++wakes;
    }
    CHECK(alarm.at >= wheel_start + 45s);
    CHECK(alarm.at < wheel_start + 45s + TimerWheel::tick);
    CHECK(wakes <= 4);
  }
}

TEST_SUITE("base/timer_wheel: property") {
  TEST_CASE("the wheel agrees with a list") {
    CHECK(rc::check(
        [](const std::vector<std::uint32_t>& distances, std::vector<std::uint16_t> steps) {
          TimerWheel wheel{wheel_start};
          std::vector<std::unique_ptr<Alarm>> alarms;
          for (const auto distance : distances) {
            alarms.push_back(std::make_unique<Alarm>());
            wheel.arm(*alarms.back(), wheel_start + Milliseconds{distance % 3'000'000});
          }
          Instant now = wheel_start;
          steps.resize(200, 20'000);
          for (const auto step : steps) {
            now += Milliseconds{step};
            wheel.advance_to(now);
            for (std::size_t i = 0; i < alarms.size(); ++i) {
              const Instant due = wheel_start + Milliseconds{distances[i] % 3'000'000};
              RC_ASSERT(alarms[i]->count <= 1);
              if (now < due) RC_ASSERT(alarms[i]->count == 0);
              if (now >= due + TimerWheel::tick) RC_ASSERT(alarms[i]->count == 1);
            }
          }
        }));
  }
}

}  // namespace
}  // namespace veche
