// Goal: a timed task runs once, at its time, unless cancelled. Method: a wheel told the time.

#include "veche/loop/timer_tasks.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace veche::loop {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{};

TEST_SUITE("loop/timer_tasks") {
  TEST_CASE("tasks run at their times, never earlier") {
    TimerWheel wheel{start};
    TimerTasks tasks{wheel};
    std::string ran;
    tasks.at(start + 20ms, [&] { ran += 'b'; });
    tasks.at(start + 10ms, [&] { ran += 'a'; });
    wheel.advance_to(start + 9ms);
    CHECK(ran == "");
    wheel.advance_to(start + 12ms);
    CHECK(ran == "a");
    wheel.advance_to(start + 1s);
    CHECK(ran == "ab");
    CHECK(wheel.size() == 0);
  }

  TEST_CASE("a cancelled task is destroyed and does not run") {
    TimerWheel wheel{start};
    TimerTasks tasks{wheel};
    const auto token = std::make_shared<int>();
    const TimerId id = tasks.at(start + 10ms, [token] { ++*token; });
    CHECK(id != TimerId::none);
    tasks.cancel(id);
    tasks.cancel(id);
    tasks.cancel(TimerId::none);
    CHECK(token.use_count() == 1);
    wheel.advance_to(start + 1s);
    CHECK(*token == 0);
  }

  TEST_CASE("a task may cancel itself and others, and set new ones") {
    TimerWheel wheel{start};
    TimerTasks tasks{wheel};
    std::string ran;
    TimerId self{};
    const TimerId other = tasks.at(start + 100ms, [&] { ran += 'x'; });
    self = tasks.at(start + 10ms, [&] {
      ran += 'a';
      tasks.cancel(self);
      tasks.cancel(other);
      tasks.at(start + 50ms, [&] { ran += 'b'; });
    });
    wheel.advance_to(start + 1s);
    CHECK(ran == "ab");
  }

  TEST_CASE("tasks that wait at the end are destroyed") {
    TimerWheel wheel{start};
    const auto token = std::make_shared<int>();
    {
      TimerTasks tasks{wheel};
      tasks.at(start + 10ms, [token] {});
    }
    CHECK(token.use_count() == 1);
    CHECK(wheel.size() == 0);
  }
}

}  // namespace
}  // namespace veche::loop
