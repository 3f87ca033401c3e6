// Goal: what a turn does, in which order, and when it waits. Method: a loop on a network in
// memory, which writes down how long it was asked to wait; time is moved by hand.

#include "veche/loop/loop.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/loop_world.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::FakeClient;
using testing::LoopWorld;

TEST_SUITE("loop/loop: a turn (DESIGN 4.4)") {
  TEST_CASE("events, tasks, timers, flush, drained and ended, hooks: in this order") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.network.on_write([&](const testing::FakeWrite&) { world.journal.write("write"); });
    world.loop.add_hook(TurnPoint::end, [&] { world.journal.write("hook 1"); });
    world.loop.add_hook(TurnPoint::end, [&] { world.journal.write("hook 2"); });
    world.loop.at(world.clock.now() + 10ms, [&] { world.journal.write("timer"); });
    world.loop.post([&] { world.journal.write("task"); });
    world.journal.on_received = [](Connection& connection, std::string_view) {
      connection.send(Frame::copy("x"), Priority::hi);
      connection.notify_drained();
    };
    a.send("hi");
    b.finish();
    world.clock.advance(20ms);
    world.turn();
    CHECK(world.journal.take() ==
          "received hi, task, timer, write, drained, ended peer closed, hook 1, hook 2");
  }

  TEST_CASE("a connection that ended may be looked at until the hooks have run") {
    LoopWorld world;
    auto a = world.connect("a");
    Connection* gone = nullptr;
    std::string address;
    world.journal.on_ended = [&](Connection& connection) { gone = &connection; };
    world.loop.add_hook(TurnPoint::end, [&] {
      if (gone != nullptr) address = std::exchange(gone, nullptr)->address();
    });
    a.vanish();
    world.turn();
    CHECK(address == "a");
  }

  TEST_CASE("the time is read once a turn, after the wait") {
    LoopWorld world;
    const Instant before = world.clock.now();
    world.clock.advance(5s);
    CHECK(world.loop.now() == before);
    world.turn();
    CHECK(world.loop.now() == before + 5s);
  }
}

TEST_SUITE("loop/loop: waiting") {
  TEST_CASE("it waits as long as it may when nothing is due") {
    LoopWorld world;
    world.loop.turn(1234ms);
    CHECK(world.net.asked_to_wait() == 1234ms);
  }

  TEST_CASE("it waits for the next timer, not past it by more than a tick, and never negatively") {
    LoopWorld world;
    world.loop.at(world.clock.now() + 60ms, [] {});
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 60ms);
    world.clock.advance(59'500us);
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 1ms);
    world.loop.at(world.clock.now() + 100ms, [] {});
    world.clock.advance(1s);
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 0ms);
    world.loop.turn(-5ms);
    CHECK(world.net.asked_to_wait() == -5ms);
  }

  TEST_CASE("it does not wait while tasks, frames or ends are left over") {
    LoopWorld world{{.bulk_connections_a_turn = 1, .tasks_a_turn = 1}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    const auto waited = [&] {
      world.loop.turn(1h);
      return world.net.asked_to_wait();
    };
    CHECK(waited() == 1h);
    world.loop.post([] {});
    world.loop.post([] {});
    CHECK(waited() == 0ms);
    CHECK(waited() == 0ms);
    CHECK(waited() == 1h);
    world.send("a", "x", Priority::bulk);
    world.send("b", "x", Priority::bulk);
    CHECK(waited() == 0ms);
    CHECK(waited() == 0ms);
    CHECK(waited() == 1h);
    world.connection("a").abort();
    CHECK(waited() == 0ms);
    CHECK(waited() == 1h);
  }
}

TEST_SUITE("loop/loop: Executor") {
  TEST_CASE("tasks run in order, never inside post(), and a bounded number a turn") {
    LoopWorld world{{.tasks_a_turn = 2}};
    std::string ran;
    for (const char c : {'a', 'b', 'c'}) world.loop.post([&ran, c] { ran += c; });
    CHECK(ran == "");
    CHECK(world.loop.posts_waiting() == 3);
    world.turn();
    CHECK(ran == "ab");
    world.turn();
    CHECK(ran == "abc");
  }

  TEST_CASE("a post of its own thread wakes nobody, and is not slept through") {
    LoopWorld world;
    world.turn();
    int ran = 0;
    world.loop.post([&] {
      ++ran;
      world.loop.post([&ran] { ++ran; });
    });
    CHECK_FALSE(world.net.is_woken());
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 0ms);
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 0ms);
    CHECK(ran == 2);
  }

  TEST_CASE("a post of another thread wakes it") {
    LoopWorld world;
    world.turn();
    std::thread{[&] { world.loop.post([] {}); }}.join();
    CHECK(world.net.is_woken());
  }

  TEST_CASE("many posts wake the loop once") {
    LoopWorld world;
    CHECK_FALSE(world.net.is_woken());
    world.loop.post([] {});
    CHECK(world.net.is_woken());
  }

  TEST_CASE("last tasks run when there is nothing else to do, and are not slept through") {
    LoopWorld world{{.last_wait = 100us}};
    auto a = world.connect("a");
    std::string line;
    const auto write = [&](char what) { return [&line, what] { line += what; }; };
    world.journal.on_received = [&](Connection&, std::string_view) {
      world.loop.post_last(write('1'));
      world.loop.post_last(write('2'));
    };
    a.send("x");
    world.turn();
    CHECK(line == "");
    CHECK(world.loop.has_work());
    world.loop.post(write('t'));
    world.turn();
    CHECK(line == "t");
    world.turn();
    CHECK(line == "t12");
    CHECK_FALSE(world.loop.has_work());
  }

  TEST_CASE("last tasks wait so long while there is something to do, and no longer") {
    LoopWorld world{{.last_wait = 100us}};
    std::string line;
    world.loop.post([&] { world.loop.post_last([&] { line += 'l'; }); });
    world.turn();
    for (int i = 0; i < 3; ++i) {
      world.loop.post([] {});
      world.clock.advance(33us);
      world.turn();
      CHECK(line == "");
    }
    world.loop.post([] {});
    world.clock.advance(1us);
    world.turn();
    CHECK(line == "l");
    // One that posts another waits as long again.
    world.loop.post(
        [&] { world.loop.post_last([&] { world.loop.post_last([&] { line += 'm'; }); }); });
    world.turn();
    world.turn();
    CHECK(line == "l");
    world.turn();
    CHECK(line == "lm");
  }

  TEST_CASE("frames that are left over are something to do") {
    LoopWorld world{{.bulk_connections_a_turn = 1, .last_wait = 100us}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    bool has_run = false;
    world.send("a", "x", Priority::bulk);
    world.send("b", "x", Priority::bulk);
    world.loop.post_last([&] { has_run = true; });
    world.turn();
    CHECK_FALSE(has_run);
    world.turn();
    CHECK_FALSE(has_run);
    world.turn();
    CHECK(has_run);
  }

  TEST_CASE("a timed task runs at most 1 ms late, unless cancelled") {
    LoopWorld world;
    std::string ran;
    const Instant start = world.clock.now();
    world.loop.at(start + 30ms, [&] { ran += 'a'; });
    const TimerId id = world.loop.at(start + 30ms, [&] { ran += 'b'; });
    world.loop.cancel(id);
    world.pass(29ms, 1ms);
    CHECK(ran == "");
    world.pass(1ms, 1ms);
    CHECK(ran == "a");
  }

  TEST_CASE("tasks that the loop never ran are destroyed with it, and may still use it") {
    testing::VirtualClock clock;
    testing::FakeNetwork network;
    testing::FakeNet net{network};
    const auto token = std::make_shared<int>();
    {
      Loop loop{net, clock, {}};
      struct PostsAtItsEnd {
        explicit PostsAtItsEnd(Loop& to) : loop{to} {}
        PostsAtItsEnd(const PostsAtItsEnd&) = delete;
        PostsAtItsEnd& operator=(const PostsAtItsEnd&) = delete;
        ~PostsAtItsEnd() {
          loop.post([] {});
        }
        Loop& loop;
      };
      loop.post([p = std::make_unique<PostsAtItsEnd>(loop), token] {});
      loop.at(clock.now() + 1s, [p = std::make_unique<PostsAtItsEnd>(loop), token] {});
      loop.add_hook(TurnPoint::end, [p = std::make_unique<PostsAtItsEnd>(loop), token] {});
    }
    CHECK(token.use_count() == 1);
  }
}

TEST_SUITE("loop/loop: listening") {
  TEST_CASE("a port that is taken is an error with its reason") {
    LoopWorld world;
    const auto again = world.loop.listen({"0.0.0.0", LoopWorld::port}, world.journal);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == Errc::io);
    CHECK(again.error().text == "Address already in use");
  }

  TEST_CASE("any port is given when none is asked for") {
    LoopWorld world;
    const auto port = world.loop.listen({"0.0.0.0", 0}, world.journal);
    REQUIRE(port.has_value());
    FakeClient a = world.network.connect(*port, "a");
    world.turn();
    CHECK(world.loop.connection_count() == 1);
  }

  TEST_CASE("a listener that cannot be watched is an error and is closed") {
    LoopWorld world;
    world.net.refuse_to_watch(true);
    CHECK(world.loop.listen({"0.0.0.0", 81}, world.journal).error().code == Errc::io);
    CHECK_FALSE(world.network.is_listening(81));
  }

  TEST_CASE("it may stop listening while it accepts; connections stay, waiting ones are refused") {
    LoopWorld world;
    class Once final : public Acceptor {
     public:
      explicit Once(LoopWorld& to) : world{to} {}
      void accepted(Accepted accepted) override {
        world.journal.accepted(std::move(accepted));
        world.loop.stop_listening();
      }
      LoopWorld& world;
    } once{world};
    REQUIRE(world.loop.listen({"0.0.0.0", 81}, once).has_value());
    FakeClient a = world.network.connect(81, "a");
    FakeClient b = world.network.connect(81, "b");
    world.turn();
    CHECK_FALSE(a.is_closed());
    CHECK(b.is_closed());
    CHECK_FALSE(world.network.is_listening(LoopWorld::port));
    a.send("still here");
    world.turn();
    CHECK(world.journal.take() == "received still here");
  }

  TEST_CASE("a crowd is accepted in bounded steps, and none is forgotten") {
    LoopWorld world;
    for (int i = 0; i < 300; ++i) {
      static_cast<void>(world.network.connect(LoopWorld::port, std::to_string(i)));
    }
    world.turn();
    CHECK(world.loop.connection_count() == 256);
    world.turn();
    CHECK(world.loop.connection_count() == 300);
  }

  TEST_CASE("more ready sockets than a wait tells are all served in turn") {
    LoopWorld world;
    std::vector<FakeClient> clients;
    for (int i = 0; i < 600; ++i) {
      clients.push_back(world.network.connect(LoopWorld::port, std::to_string(i)));
    }
    for (int i = 0; i < 3; ++i) world.turn();
    for (FakeClient& client : clients) {
      client.set_read_size(1);
      client.send("xxxx");
    }
    int served = 0;
    world.journal.on_received = [&](Connection&, std::string_view) { ++served; };
    world.turn();
    CHECK(served == 512);
    world.turn();
    CHECK(served == 1'024);
    CHECK(world.loop.connection_count() == 600);
  }
}

TEST_SUITE("loop/loop: run and stop") {
  TEST_CASE("stop() ends run(), before or during it") {
    LoopWorld world;
    int turns = 0;
    world.loop.add_hook(TurnPoint::end, [&] {
      if (++turns == 3) world.loop.stop();
    });
    world.loop.run();
    CHECK(turns == 3);
    world.loop.run();
    CHECK(turns == 3);
  }
}

}  // namespace
}  // namespace veche::loop
