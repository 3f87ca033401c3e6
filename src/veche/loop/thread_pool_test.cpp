// Goal: work runs away from the caller, on a bounded queue. Method: tasks that wait for the test.

#include "veche/loop/thread_pool.hpp"

#include <future>
#include <memory>
#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <sched.h>

namespace veche::loop {
namespace {

TEST_SUITE("loop/thread_pool") {
  TEST_CASE("as many tasks run at once as there are threads") {
    ThreadPool pool{"test", 3};
    // Each waits for the others, so all three have to run together.
    std::vector<std::promise<void>> arrived(3);
    std::promise<void> all;
    const std::shared_future<void> everyone = all.get_future().share();
    for (auto& promise : arrived) {
      REQUIRE(pool.run([&promise, everyone] {
        promise.set_value();
        everyone.wait();
      }));
    }
    for (auto& promise : arrived) promise.get_future().wait();
    all.set_value();
  }

  TEST_CASE("its threads let others go first") {
    ThreadPool pool{"test", 1};
    std::promise<int> policy;
    REQUIRE(pool.run([&] { policy.set_value(sched_getscheduler(0)); }));
    CHECK(policy.get_future().get() == SCHED_IDLE);
    CHECK(sched_getscheduler(0) != SCHED_IDLE);
  }

  TEST_CASE("a full queue refuses, and takes work again when there is room") {
    std::promise<void> go_on;
    const std::shared_future<void> gate = go_on.get_future().share();
    ThreadPool pool{"test", 1, 2};
    std::promise<void> running;
    REQUIRE(pool.run([&] {
      running.set_value();
      gate.wait();
    }));
    running.get_future().wait();
    std::promise<void> second;
    CHECK(pool.run([] {}));
    CHECK_FALSE(pool.is_full());
    CHECK(pool.run([&] { second.set_value(); }));
    CHECK(pool.is_full());
    CHECK_FALSE(pool.run([] {}));
    go_on.set_value();
    second.get_future().wait();
    std::promise<void> third;
    CHECK(pool.run([&] { third.set_value(); }));
    third.get_future().wait();
  }

  TEST_CASE("at its end it waits for what runs and destroys what waits") {
    const auto token = std::make_shared<int>();
    std::promise<void> go_on;
    std::promise<void> running;
    bool finished = false;
    {
      std::optional<ThreadPool> pool;
      pool.emplace("test", 1);
      REQUIRE(pool->run([&] {
        running.set_value();
        go_on.get_future().wait();
        finished = true;
      }));
      REQUIRE(pool->run([token] { *token = 1; }));
      running.get_future().wait();
      auto ended = std::async(std::launch::async, [&] { pool.reset(); });
      go_on.set_value();
      ended.wait();
    }
    CHECK(finished);
    CHECK(token.use_count() == 1);
  }
}

}  // namespace
}  // namespace veche::loop
