// Goal: the order in which connections are served and the ways in which they end (DESIGN 4.4 and
// 4.6). Method: a loop on a network in memory; what was written, call by call, and what the
// owners were told are read as one line.

#include "veche/loop/connection_set.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/loop_world.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::FakeClient;
using testing::LoopWorld;

TEST_SUITE("loop/connection_set: delivery tick") {
  TEST_CASE("broadcasts leave together when the tick has passed since the first") {
    LoopWorld world{{.delivery_tick = 10ms}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.send("a", "1", Priority::bulk);
    world.pass(6ms, 1ms);
    world.send("a", "2", Priority::bulk);
    world.send("b", "1", Priority::bulk);
    world.pass(3ms, 1ms);
    CHECK(world.take_writes() == "");
    world.pass(1ms, 1ms);
    CHECK(world.take_writes() == "a:12, b:1");
    world.send("b", "2", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "");
    world.pass(10ms, 1ms);
    CHECK(world.take_writes() == "b:2");
  }

  TEST_CASE("the loop sleeps until the tick, not longer") {
    LoopWorld world{{.delivery_tick = 10ms}};
    auto a = world.connect("a");
    world.send("a", "1", Priority::bulk);
    world.loop.turn(1h);
    CHECK(world.net.asked_to_wait() == 10ms);
    CHECK_FALSE(world.loop.has_work());
  }

  TEST_CASE("what does not wait takes along what does, in order") {
    LoopWorld world{{.delivery_tick = 10ms}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.send("a", "delivery", Priority::bulk);
    world.send("b", "delivery", Priority::bulk);
    world.send("a", "ack", Priority::hi);
    world.send("a", "more", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "a:deliveryackmore");
    world.pass(10ms, 1ms);
    CHECK(world.take_writes() == "b:delivery");
  }

  TEST_CASE("a crowd is still served a slice a turn, and what comes meanwhile gathers anew") {
    LoopWorld world{{.bulk_connections_a_turn = 1, .delivery_tick = 10ms}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.send("a", "1", Priority::bulk);
    world.send("b", "1", Priority::bulk);
    world.pass(10ms, 1ms);
    CHECK(world.take_writes() == "a:1");
    world.send("a", "2", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "b:1");
    world.turn();
    CHECK(world.take_writes() == "");
    world.pass(10ms, 1ms);
    CHECK(world.take_writes() == "a:2");
  }

  TEST_CASE("a slice that takes long ends before all its connections are served") {
    LoopWorld world{{.bulk_time_a_turn = 0us}};  // long from the start
    std::vector<FakeClient> clients;
    clients.reserve('u' - 'a');
    for (char name = 'a'; name < 'u'; ++name) clients.push_back(world.connect({name}));
    for (char name = 'a'; name < 'u'; ++name) world.send({name}, "1", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "a:1, b:1, c:1, d:1, e:1, f:1, g:1, h:1");
    world.turn();
    CHECK(world.take_writes() == "i:1, j:1, k:1, l:1, m:1, n:1, o:1, p:1");
    world.turn();
    CHECK(world.take_writes() == "q:1, r:1, s:1, t:1");
  }

  TEST_CASE("a closing connection does not wait for it") {
    LoopWorld world{{.delivery_tick = 10ms}};
    auto a = world.connect("a");
    world.send("a", "bye", Priority::bulk);
    world.connection("a").close_after_flush();
    world.turn();
    CHECK(world.take_writes() == "a:bye");
    CHECK(a.is_at_end());
  }

  TEST_CASE("who ends while it waits is forgotten") {
    LoopWorld world{{.delivery_tick = 10ms}};
    auto a = world.connect("a");
    world.send("a", "1", Priority::bulk);
    world.connection("a").abort();
    world.pass(20ms, 1ms);
    CHECK(world.take_writes() == "");
    CHECK(world.journal.take() == "ended closed");
  }
}

TEST_SUITE("loop/connection_set: sliding flush") {
  TEST_CASE("nothing is written before the end of the turn, then one write a connection") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.send("a", "1");
    world.send("b", "2");
    world.send("a", "3");
    CHECK(world.take_writes() == "");
    world.turn();
    CHECK(world.take_writes() == "a:13, b:2");
  }

  TEST_CASE("hi leaves before bulk, and a hi frame takes the bulk before it along, in order") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    auto c = world.connect("c");
    world.send("a", "a1", Priority::bulk);
    world.send("b", "b1", Priority::bulk);
    world.send("c", "c1", Priority::hi);
    world.send("b", "b2", Priority::hi);
    world.send("b", "b3", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "c:c1, b:b1b2b3, a:a1");
  }

  TEST_CASE("at most 32 connections of bulk a turn, oldest first; hi is not held up") {
    LoopWorld world;
    std::vector<FakeClient> clients;
    clients.reserve(75);
    for (int i = 0; i < 75; ++i) clients.push_back(world.connect(std::to_string(i)));
    const Frame frame = Frame::copy("x");
    for (int i = 0; i < 75; ++i) world.connection(std::to_string(i)).send(frame, Priority::bulk);
    const auto served = [&] {
      std::string ranges;
      for (int i = 0; i < 75; ++i) {
        ranges += clients[static_cast<std::size_t>(i)].receive().empty() ? '.' : 'x';
      }
      return ranges;
    };
    world.turn();
    CHECK(served() == std::string(32, 'x') + std::string(43, '.'));
    CHECK(world.loop.has_work());
    world.send("74", "ack");
    world.turn();
    CHECK(served() == std::string(32, '.') + std::string(32, 'x') + std::string(10, '.') + 'x');
    world.turn();
    CHECK(served() == std::string(64, '.') + std::string(10, 'x') + '.');
    CHECK_FALSE(world.loop.has_work());
  }

  TEST_CASE("frames that come while a connection waits in bulk leave with the others") {
    LoopWorld world{{.bulk_connections_a_turn = 1}};
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.send("a", "1", Priority::bulk);
    world.send("b", "1", Priority::bulk);
    world.turn();
    world.send("b", "2", Priority::bulk);
    world.send("a", "2", Priority::bulk);
    world.turn();
    CHECK(world.take_writes() == "a:1, b:12");
  }
}

TEST_SUITE("loop/connection_set: short writes") {
  TEST_CASE("the socket is watched for writing after a short write, and only then") {
    LoopWorld world;
    auto a = world.connect("a");
    const SocketId socket{4};  // after the listener
    CHECK(world.net.interest(socket) == Interest{.read = true, .write = false});
    a.set_write_sizes({2, 0});
    world.send("a", "hello");
    world.turn();
    CHECK(world.net.interest(socket) == Interest{.read = true, .write = true});
    world.send("a", " you");
    world.turn();
    world.turn();
    CHECK(world.take_writes() == "a:he, a:, a:llo you");
    CHECK(world.net.interest(socket) == Interest{.read = true, .write = false});
  }

  TEST_CASE("a blocked connection does not hold up the others, nor keep the loop awake") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    a.set_window(0);
    world.send("a", "1");
    world.send("b", "1");
    world.turn();
    CHECK(b.receive() == "1");
    CHECK_FALSE(world.loop.has_work());
    a.set_window(100);
    world.turn();
    CHECK(a.receive() == "1");
  }
}

TEST_SUITE("loop/connection_set: backpressure (hostile inputs 10, 11, 29)") {
  TEST_CASE("more than the cap behind the first frame ends a peer that does not read") {
    LoopWorld world{{.queue_bytes_max = 10}};
    auto a = world.connect("a");
    a.set_window(0);
    world.send("a", std::string(1'000, 'x'));  // one frame is always allowed
    world.turn();
    world.send("a", "0123456789");
    CHECK(world.connection("a").queued_bytes() == 10);
    world.turn();
    CHECK(world.journal.take() == "");
    world.send("a", "!");
    world.turn();
    CHECK(world.journal.take() == "ended overloaded");
    CHECK(a.is_closed());
  }

  TEST_CASE("much said in one turn is written early, not called an overload") {
    LoopWorld world{{.queue_bytes_max = 10}};
    auto a = world.connect("a");
    for (const auto* text : {"0123456789", "0123456789", "0", "1"}) world.send("a", text);
    CHECK(world.take_writes() == "a:012345678901234567890");
    world.turn();
    CHECK(world.take_writes() == "a:1");
    CHECK(world.journal.take() == "");
  }

  TEST_CASE("tiny frames are bounded by their number") {
    LoopWorld world{{.queue_frames_max = 3}};
    auto a = world.connect("a");
    a.set_window(0);
    for (int i = 0; i < 4; ++i) world.send("a", "x");
    world.turn();
    CHECK(world.journal.take() == "ended overloaded");
  }

  TEST_CASE("15 s without progress end the connection, progress starts them anew") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    a.set_window(1);
    b.set_window(0);
    world.send("a", "hello");
    world.send("b", "hello");
    world.turn();
    world.pass(14s);
    CHECK(a.receive() == "h");
    world.turn();
    world.pass(2s);
    CHECK(world.journal.take() == "ended stalled");
    CHECK(b.is_closed());
    CHECK_FALSE(a.is_closed());
    world.pass(12s);
    CHECK(world.journal.take() == "");
    world.pass(2s);
    CHECK(world.journal.take() == "ended stalled");
    CHECK(world.loop.connection_count() == 0);
  }

  TEST_CASE("a writable event without progress is not progress") {
    LoopWorld world;
    auto a = world.connect("a");
    a.set_write_sizes(std::deque<std::size_t>(1'000, 0));
    world.send("a", "hello");
    world.pass(16s);
    CHECK(world.journal.take() == "ended stalled");
  }
}

TEST_SUITE("loop/connection_set: ends") {
  TEST_CASE("a peer that closes, and one that vanishes") {
    LoopWorld world;
    auto a = world.connect("a");
    a.send("bye");
    a.finish();
    world.turn();
    world.turn();
    CHECK(world.journal.take() == "received bye, ended peer closed");
    auto b = world.connect("b");
    b.vanish();
    world.turn();
    CHECK(world.journal.take() == "ended broken");
    CHECK(world.network.open_count() == 0);
  }

  TEST_CASE("a write to a peer that vanished in the same turn breaks the connection once") {
    LoopWorld world;
    auto a = world.connect("a");
    world.send("a", "hello");
    a.vanish();
    world.turn();
    world.turn();
    CHECK(world.journal.take() == "ended broken");
  }

  TEST_CASE("closing sends what is queued, says so, and waits for the peer's end") {
    LoopWorld world;
    auto a = world.connect("a");
    world.send("a", "last");
    world.connection("a").close_after_flush();
    world.send("a", "too late");
    a.send("still talking");
    world.turn();
    CHECK(a.is_at_end());
    CHECK_FALSE(a.is_closed());
    a.send("still talking");
    world.turn();
    a.finish();
    world.turn();
    CHECK(a.is_closed());
    CHECK_FALSE(a.is_reset());
    CHECK(a.receive() == "last");
    CHECK(world.journal.take() == "ended closed");
  }

  TEST_CASE("a peer that does not end is left after the linger time") {
    LoopWorld world;
    auto a = world.connect("a");
    world.connection("a").close_after_flush();
    world.pass(1'900ms);
    CHECK_FALSE(a.is_closed());
    world.pass(200ms);
    CHECK(a.is_closed());
    CHECK(world.journal.take() == "ended closed");
  }

  TEST_CASE("a peer that sends on and on while it is left is soon no longer read") {
    LoopWorld world;
    auto talks = world.connect("talks");
    auto stops = world.connect("stops");
    world.connection("talks").close_after_flush();
    world.connection("stops").close_after_flush();
    for (int i = 0; i < 64; ++i) {
      talks.send("more");
      stops.send("more");
      world.turn();
    }
    talks.send("more");
    world.pass(2'100ms);
    CHECK(stops.is_closed());
    CHECK_FALSE(stops.is_reset());
    CHECK(talks.is_closed());
    CHECK(talks.is_reset());  // what it sent last was never read
    CHECK(world.journal.take() == "ended closed, ended closed");
  }

  TEST_CASE("a peer that has finished may still take what is queued") {
    LoopWorld world;
    auto a = world.connect("a");
    a.set_window(2);
    world.send("a", "last");
    world.connection("a").close_after_flush();
    a.finish();
    world.turn();
    world.turn();
    CHECK(a.receive() == "la");
    world.turn();
    CHECK(a.receive() == "st");
    CHECK(a.is_closed());
    CHECK(world.journal.take() == "ended closed");
  }

  TEST_CASE("a peer that has said its goodbye takes what is queued and is not waited for") {
    LoopWorld world;
    auto a = world.connect("a");
    a.set_window(2);
    world.send("a", "last");
    world.connection("a").end_after_flush();
    world.send("a", "too late");
    world.turn();
    CHECK(a.receive() == "la");
    CHECK_FALSE(a.is_closed());
    world.turn();
    CHECK(a.receive() == "st");
    CHECK(a.is_closed());
    CHECK_FALSE(a.is_reset());
    CHECK(world.journal.take() == "ended closed");
  }

  TEST_CASE("an aborted connection drops its queue and is told of its end once") {
    LoopWorld world;
    auto a = world.connect("a");
    world.send("a", "never");
    Connection& connection = world.connection("a");
    connection.abort();
    connection.abort();
    connection.close_after_flush();
    CHECK(world.journal.take() == "");
    CHECK(world.loop.has_work());
    world.turn();
    CHECK(world.journal.take() == "ended closed");
    CHECK(world.take_writes() == "");
    CHECK(a.is_closed());
  }

  TEST_CASE("a loop that ends closes its sockets and tells nobody") {
    testing::VirtualClock clock;
    testing::FakeNetwork network;
    testing::FakeNet net{network};
    auto loop = std::make_unique<Loop>(net, clock, LoopOptions{});
    testing::Journal journal{*loop};
    REQUIRE(loop->listen({"0.0.0.0", 80}, journal).has_value());
    FakeClient a = network.connect(80, "a");
    loop->turn(0ms);
    journal.connection("a").send(Frame::copy("never"), Priority::hi);
    loop.reset();
    CHECK(a.is_closed());
    CHECK(journal.take() == "");
    CHECK_FALSE(network.is_listening(80));
  }

  TEST_CASE("a connection that cannot be watched ends") {
    LoopWorld world;
    FakeClient a = world.network.connect(LoopWorld::port, "a");
    world.net.refuse_to_watch(true);
    world.turn();
    CHECK(world.journal.take() == "ended broken");
  }
}

}  // namespace
}  // namespace veche::loop
