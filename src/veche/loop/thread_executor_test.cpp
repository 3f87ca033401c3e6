// Goal: one thread runs everything posted, in order, and stops when told. Method: real threads;
// every wait is for an event of the executor itself.

#include "veche/loop/thread_executor.hpp"

#include <array>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <pthread.h>

#include "veche/loop/system.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("loop/thread_executor") {
  TEST_CASE("tasks run in the order of their posts on a thread with the given name") {
    SystemClock clock;
    ThreadExecutor executor{"veche-writer", clock};
    std::vector<int> ran;
    std::promise<std::string> name;
    for (int i = 0; i < 100; ++i) executor.post([&ran, i] { ran.push_back(i); });
    executor.start();
    executor.post([&] {
      std::array<char, 16> text{};
      pthread_getname_np(pthread_self(), text.data(), text.size());
      name.set_value(text.data());
    });
    CHECK(name.get_future().get() == "veche-writer");
    REQUIRE(ran.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(ran[static_cast<std::size_t>(i)] == i);
  }

  TEST_CASE("timed tasks run at their time, set before it starts or by its tasks") {
    SystemClock clock;
    ThreadExecutor executor{"test", clock};
    std::promise<void> done;
    std::string ran;
    const Instant start = clock.now();
    executor.at(start + 5ms, [&] {
      ran += 'a';
      const TimerId never = executor.at(clock.now() + 5ms, [&] { ran += 'x'; });
      executor.cancel(never);
      executor.at(clock.now() + 10ms, [&] {
        ran += 'b';
        done.set_value();
      });
    });
    executor.start();
    done.get_future().wait();
    executor.stop();
    CHECK(ran == "ab");
    CHECK(clock.now() - start >= 15ms);
  }

  TEST_CASE("stop() waits for the task that runs and for no other") {
    SystemClock clock;
    ThreadExecutor executor{"test", clock};
    std::promise<void> running;
    std::promise<void> go_on;
    bool finished = false;
    bool ran_after = false;
    executor.post([&] {
      running.set_value();
      go_on.get_future().wait();
      finished = true;
    });
    executor.start();
    running.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { executor.stop(); });
    executor.post([&] { ran_after = true; });
    // Whether stop() has been reached does not matter: the task below may run only if it has not.
    CHECK(stopped.wait_for(20ms) == std::future_status::timeout);
    go_on.set_value();
    stopped.wait();
    CHECK(finished);
    CHECK_FALSE(ran_after);
    executor.stop();
  }

  TEST_CASE("one that never started, and tasks that never ran, are simply destroyed") {
    SystemClock clock;
    const auto token = std::make_shared<int>();
    {
      ThreadExecutor executor{"test", clock};
      executor.post([token] {});
      executor.at(clock.now() + 1h, [token] {});
    }
    CHECK(token.use_count() == 1);
  }
}

}  // namespace
}  // namespace veche::loop
