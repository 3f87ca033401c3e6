// Goal: work runs away from the caller, on a bounded queue. Method: tasks that wait for the test.

#include "veche/loop/thread_pool.hpp"

#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace veche::loop {
namespace {

constexpr Milliseconds forever = std::chrono::hours{1};

TEST_SUITE("loop/thread_pool") {
  TEST_CASE("as many tasks run at once as there are threads") {
    ThreadPool pool{"test", 3, 64, forever};
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

  TEST_CASE("its threads take what others leave") {
    ThreadPool pool{"test", 1, 1, forever};
    std::promise<int> policy;
    REQUIRE(pool.run([&] { policy.set_value(sched_getscheduler(0)); }));
    CHECK(policy.get_future().get() == SCHED_IDLE);
  }

  TEST_CASE("while they get nowhere another goes on, which has a share of its own") {
    const int niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
    std::promise<int> holder;
    std::promise<void> go_on;
    ThreadPool pool{"test", 1, 64, Milliseconds{1}};
    REQUIRE(pool.run([&] {
      holder.set_value(sched_getscheduler(0));
      go_on.get_future().wait();
    }));
    // On a busy machine it may be the one that stands in.
    const int held = holder.get_future().get();
    for (int i = 0; i < 3; ++i) {
      std::promise<int> policy;
      int nicer = 0;
      REQUIRE(pool.run([&] {
        nicer = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
        policy.set_value(sched_getscheduler(0));
      }));
      auto other = policy.get_future();
      REQUIRE(other.wait_for(std::chrono::minutes{1}) == std::future_status::ready);
      CHECK(other.get() == (held == SCHED_IDLE ? SCHED_OTHER : SCHED_IDLE));
      if (held == SCHED_IDLE) CHECK(nicer > niceness);
    }
    go_on.set_value();
  }

  TEST_CASE("a full queue refuses, and takes work again when there is room") {
    std::promise<void> go_on;
    const std::shared_future<void> gate = go_on.get_future().share();
    ThreadPool pool{"test", 1, 2, forever};
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
      pool.emplace("test", 1, 64, forever);
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
