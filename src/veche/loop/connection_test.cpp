// Goal: what an owner may do with its connection, at any moment. Method: a loop on a network in
// memory; the owner acts inside its own callbacks too.

#include "veche/loop/connection.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/loop_world.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::FakeClient;
using testing::Journal;
using testing::LoopWorld;

TEST_SUITE("loop/connection: memory") {
  TEST_CASE("an idle connection is 120 bytes and a queued frame 24") {
    CHECK(sizeof(Connection) <= 120);
    CHECK(sizeof(FrameChunk) == 112);
  }
}

TEST_SUITE("loop/connection: reading") {
  TEST_CASE("bytes come in the order and pieces in which the network gives them") {
    LoopWorld world;
    auto a = world.connect("a");
    a.set_read_size(2);
    a.send("hello");
    for (int i = 0; i < 4; ++i) world.turn();
    CHECK(world.journal.take() == "received he, received ll, received o");
  }

  TEST_CASE("bytes may be changed in place and are followed by 64 readable ones") {
    LoopWorld world;
    auto a = world.connect("a");
    a.send(std::string(100'000, 'x'));
    std::size_t largest = 0;
    unsigned sum = 0;
    world.journal.on_received = [&](Connection&, std::string_view bytes) {
      largest = std::max(largest, bytes.size());
      for (int i = 0; i < 64; ++i) sum += static_cast<unsigned char>(bytes.data()[bytes.size()]);
    };
    world.turn();
    CHECK(largest == 65'536);
    CHECK(sum == 0);
  }

  TEST_CASE("a paused connection is not read, and costs nothing until the peer sends") {
    LoopWorld world;
    auto a = world.connect("a");
    const SocketId socket{4};  // after the listener
    world.connection("a").pause_reading();
    CHECK(world.net.interest(socket) == Interest{.read = true, .write = false});
    a.send("hello");
    world.turn();
    CHECK(world.net.interest(socket) == Interest{.read = false, .write = false});
    world.turn();
    CHECK(world.journal.take() == "");
    world.connection("a").resume_reading();
    world.turn();
    CHECK(world.journal.take() == "received hello");
  }

  TEST_CASE("a peer that finishes is noticed when reading goes on, one that breaks at once") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.connection("a").pause_reading();
    world.connection("b").pause_reading();
    a.finish();
    b.vanish();
    world.turn();
    CHECK(world.journal.take() == "ended broken");
    world.connection("a").resume_reading();
    world.turn();
    CHECK(world.journal.take() == "ended peer closed");
  }

  TEST_CASE("a connection paused by another of the same turn keeps its bytes for later") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.journal.on_received = [&](Connection&, std::string_view) {
      world.connection("b").pause_reading();
    };
    a.send("1");
    b.send("2");
    world.turn();
    CHECK(world.journal.take() == "received 1");
    world.connection("b").resume_reading();
    world.turn();
    CHECK(world.journal.take() == "received 2");
  }
}

TEST_SUITE("loop/connection: inside its own callbacks") {
  TEST_CASE("an answer leaves in the turn of its question") {
    LoopWorld world;
    auto a = world.connect("a");
    world.journal.on_received = [](Connection& connection, std::string_view bytes) {
      connection.send(Frame::copy(bytes), Priority::hi);
    };
    a.send("echo");
    world.turn();
    CHECK(a.receive() == "echo");
  }

  TEST_CASE("it may end itself, and lives to the end of the turn") {
    LoopWorld world;
    auto a = world.connect("a");
    bool was_open = true;
    world.journal.on_received = [&](Connection& connection, std::string_view) {
      connection.abort();
      was_open = connection.is_open();
      connection.send(Frame::copy("ignored"), Priority::hi);
      connection.pause_reading();
      connection.resume_reading();
      connection.notify_drained();
    };
    a.send("die");
    world.turn();
    CHECK_FALSE(was_open);
    CHECK(world.journal.take() == "received die, ended closed");
    CHECK(world.loop.connection_count() == 0);
  }

  TEST_CASE("it may end another whose event is still to come in this turn") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.journal.on_received = [&](Connection&, std::string_view) {
      world.connection("b").abort();
    };
    a.send("1");
    b.send("2");
    world.turn();
    CHECK(world.journal.take() == "received 1, ended closed");
  }

  TEST_CASE("what one says at its end reaches the others without waiting") {
    LoopWorld world;
    auto a = world.connect("a");
    auto b = world.connect("b");
    world.journal.on_ended = [&](Connection&) { world.send("b", "a has gone"); };
    a.finish();
    world.turn();
    CHECK(world.loop.has_work());
    world.turn();
    CHECK(b.receive() == "a has gone");
  }

  TEST_CASE("a socket number used again at once belongs to the new connection alone") {
    LoopWorld world;
    auto a = world.connect("a");
    world.send("a", "never");
    world.journal.on_received = [&](Connection& connection, std::string_view bytes) {
      if (bytes == "die") connection.abort();
    };
    a.send("die");
    world.turn();
    auto b = world.connect("b");
    b.send("hi");
    world.turn();
    CHECK(world.journal.take() == "received die, ended closed, received hi");
    CHECK(b.receive() == "");
  }
}

TEST_SUITE("loop/connection: drained") {
  TEST_CASE("it is told once, when the last byte has been handed over") {
    LoopWorld world;
    auto a = world.connect("a");
    a.set_write_sizes({2});
    world.send("a", "hello");
    world.connection("a").notify_drained();
    world.turn();
    CHECK(world.journal.take() == "");
    world.turn();
    CHECK(world.journal.take() == "drained");
    world.send("a", "again");
    world.turn();
    CHECK(world.journal.take() == "");
  }

  TEST_CASE("asked with nothing queued it is told at the end of the turn") {
    LoopWorld world;
    auto a = world.connect("a");
    world.connection("a").notify_drained();
    CHECK(world.journal.take() == "");
    world.turn();
    CHECK(world.journal.take() == "drained");
  }

  TEST_CASE("an owner that always has more sends a piece a turn") {
    LoopWorld world;
    auto a = world.connect("a");
    world.journal.on_drained = [](Connection& connection) {
      connection.send(Frame::copy("x"), Priority::bulk);
      connection.notify_drained();
    };
    world.connection("a").notify_drained();
    for (int i = 0; i < 4; ++i) world.turn();
    CHECK(world.take_writes() == "a:x, a:x, a:x");
  }

  TEST_CASE("an owner that only asks again does not hold the turn") {
    LoopWorld world;
    auto a = world.connect("a");
    world.journal.on_drained = [](Connection& connection) { connection.notify_drained(); };
    world.connection("a").notify_drained();
    world.turn();
    world.turn();
    CHECK(world.journal.take() == "drained, drained");
  }
}

TEST_SUITE("loop/connection: hand-over") {
  TEST_CASE("a released socket goes on in another loop, without a byte lost or an end told") {
    LoopWorld world;
    testing::FakeNet other_net{world.network};
    Loop other{other_net, world.clock, {}};
    Journal journal{other};
    auto a = world.connect("a");
    world.journal.on_received = [&](Connection& connection, std::string_view) {
      const SocketId socket = connection.release();
      other.post([&, socket] { journal.accepted({socket, "a"}); });
    };
    a.send("one");
    world.turn();
    a.send("two");
    world.turn();
    CHECK(world.journal.take() == "received one");
    CHECK(world.loop.connection_count() == 0);
    CHECK(other_net.is_woken());
    other.turn(0ms);
    other.turn(0ms);
    CHECK(journal.take() == "received two");
    CHECK(other.connection_count() == 1);
    journal.connection("a").send(Frame::copy("answer"), Priority::hi);
    other.turn(0ms);
    CHECK(a.receive() == "answer");
  }

  TEST_CASE("a new owner is told, the one before is not") {
    LoopWorld world;
    Journal second{world.loop};
    auto a = world.connect("a");
    world.connection("a").set_events(second);
    a.send("hi");
    world.turn();
    a.vanish();
    world.turn();
    CHECK(world.journal.take() == "");
    CHECK(second.take() == "received hi, ended broken");
  }
}

}  // namespace
}  // namespace veche::loop
