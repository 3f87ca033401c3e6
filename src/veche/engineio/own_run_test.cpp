// Goal: texts to one session alone leave together, and never out of order. Method: as session_test.

#include <string>

#include <doctest/doctest.h>

#include "veche/engineio/session.hpp"

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using testing::World;

struct Polled : World {
  explicit Polled(Options options = {}) : World{std::move(options)} { handshake(); }
};

struct Connected : World {
  Connected() { open_websocket(); }
};

void add(Socket& to, std::string_view text) {
  TextRun* const run = to.own_run(text.size());
  REQUIRE(run != nullptr);
  text.copy(run->add(text.size()), text.size());
}

TEST_SUITE("engineio/session: texts to one session alone") {
  TEST_CASE("those of one turn leave in one piece") {
    Connected world;
    const std::size_t before = world.ports["ws"]->writes;
    add(*world.last, "a");
    add(*world.last, "b");
    CHECK(world.transcript.take() == "");
    CHECK(world.turn() == "ws write 4a, ws write 4b");
    CHECK(world.ports["ws"]->writes == before + 1);
    CHECK(world.turn() == "");
  }

  TEST_CASE("they leave before what is sent after them, to this session or to another") {
    Connected world;
    Socket& first = *world.last;
    add(first, "a");
    first.send(Outgoing::text("b"), Priority::bulk);
    add(first, "c");
    CHECK(world.transcript.take() == "ws write 4a, ws write 4b");
    world.connect("other", "EIO=4&transport=websocket");
    static_cast<void>(world.transcript.take());
    add(first, "d");
    add(*world.last, "e");
    add(first, "f");
    CHECK(world.transcript.take() == "ws write 4d, other write 4e");
    CHECK(world.turn() == "ws write 4f");
  }

  TEST_CASE("a long run leaves before it is longer") {
    Connected world;
    const std::size_t before = world.ports["ws"]->writes;
    for (int i = 0; i < 40; ++i) add(*world.last, std::string(1'000, 'x'));
    CHECK(world.last->queued_bytes() < 16 * 1'024);
    world.turn();
    CHECK(world.ports["ws"]->writes == before + 3);
  }

  TEST_CASE("a run that nothing was added to is nothing") {
    Connected world;
    CHECK(world.last->own_run(100) != nullptr);
    CHECK(world.turn() == "");
    CHECK(world.send(Outgoing::text("a")) == "ws write 4a");
  }

  TEST_CASE("they count as queued") {
    Connected world;
    add(*world.last, "abc");
    world.ports["ws"]->queued = 7;
    CHECK(world.last->queued_bytes() == 7 + 2 + 4);
    Polled polled;
    add(*polled.last, "abc");
    CHECK(polled.last->queued_bytes() == 2 + 4);
  }

  TEST_CASE("over polling a GET brings them, before an upgrade and after") {
    Polled world;
    world.get();
    add(*world.last, "a");
    add(*world.last, "b");
    CHECK(world.turn() ==
          "GET 200 4a\x1e"
          "4b");
    world.connect("ws", world.query("websocket"));
    world.receive("ws", "2probe");
    static_cast<void>(world.transcript.take());
    add(*world.last, "c");
    CHECK(world.receive("ws", "5") == "ws write 4c");
    add(*world.last, "d");
    CHECK(world.turn() == "ws write 4d");
  }

  TEST_CASE("over polling they may be too much, and then there is no next") {
    Polled world{{.queue_bytes_max = 1'000}};
    Socket& slow = *world.last;
    world.handshake();
    add(slow, std::string(6'000, 'x'));
    slow.send(Outgoing::text("behind the first"), Priority::hi);
    add(slow, std::string(6'000, 'x'));
    add(*world.last, "sends what the other was told");
    CHECK(slow.own_run(1) == nullptr);
    CHECK(world.turn() == "closed transport close");
  }

  TEST_CASE("what is said before the end is sent, unless it is to be dropped; nothing follows") {
    Connected world;
    add(*world.last, "bye");
    CHECK(world.close(Closing::flush) == "ws write 4bye, ws close flushed, closed forced close");
    Connected broken;
    add(*broken.last, "bye");
    CHECK(broken.lose("ws") == "closed transport close");
    CHECK(broken.turn() == "");
    Connected ending;
    ending.last->close(Closing::flush);
    CHECK(ending.last->own_run(1) == nullptr);
  }

  TEST_CASE("who hears of an end may say something to another") {
    Connected world;
    Socket& first = *world.last;
    world.connect("other", "EIO=4&transport=websocket");
    world.on_closed = [&](Socket&, std::string_view) { add(first, "gone"); };
    CHECK(world.lose("other") == "closed transport close, ws write 4gone");
  }
}

}  // namespace
}  // namespace veche::engineio
