// Goal: the upgrade from polling to WebSocket, and every way in which it may fail.

#include "veche/engineio/probe.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using testing::World;

/// A polling session that a WebSocket "ws" has begun to probe.
struct Probed : World {
  explicit Probed(Options options = {}) : World{std::move(options)} {
    handshake();
    connect("ws", query("websocket"));
  }
};

}  // namespace

TEST_SUITE("engineio/probe: Upgrade") {
  TEST_CASE("probe, answer, upgrade") {
    World world;
    world.handshake();
    CHECK(world.connect("ws", world.query("websocket")) == "");
    CHECK(world.receive("ws", "2probe") == "ws write 3probe");
    CHECK(world.last->transport() == Transport::polling);
    CHECK(world.receive("ws", "5") == "");
    CHECK(world.last->transport() == Transport::websocket);
    CHECK(world.receive("ws", "4hello") == "received hello");
    CHECK(world.send(Outgoing::text("hi")) == "ws write 4hi");
  }

  TEST_CASE("the layer above is told of it once, behind what was queued, and may answer or close") {
    Probed world;
    world.on_upgraded = [&world](Socket& socket, std::string_view) {
      world.transcript.add("upgraded to " + std::string{to_string(socket.transport())});
      socket.send(Outgoing::text("welcome"), Priority::hi);
      socket.close(Closing::flush);
    };
    world.send(Outgoing::text("queued"));
    CHECK(world.receive("ws", "2probe") == "ws write 3probe");
    CHECK(world.receive("ws", "5") ==
          "ws write 4queued, upgraded to websocket, ws write 4welcome, ws close flushed, "
          "closed forced close");
  }

  TEST_CASE("one that fails, and a session over WebSocket alone, are not told of") {
    Probed world;
    world.on_upgraded = [&world](Socket&, std::string_view) { world.transcript.add("upgraded"); };
    world.receive("ws", "2probe");
    CHECK(world.receive("ws", "4x") == "ws close");
    CHECK(world.open_websocket().find("upgraded") == std::string::npos);
  }

  TEST_CASE("a GET that waits is released at once, later ones every 100 ms") {
    Probed world;
    CHECK(world.get() == "");
    CHECK(world.receive("ws", "2probe") == "ws write 3probe, GET 200 6");
    CHECK(world.get() == "");
    CHECK(world.pass(96ms) == "");
    CHECK(world.pass(4ms) == "GET 200 6");
    CHECK(world.get() == "");
    CHECK(world.pass(100ms) == "GET 200 6");
    CHECK(world.receive("ws", "5") == "");
    CHECK(world.pass(1s) == "");
  }

  TEST_CASE("while it is probed, messages still go by GET") {
    Probed world;
    world.receive("ws", "2probe");
    world.get();
    CHECK(world.send(Outgoing::text("a")) == "GET 200 4a");
  }

  TEST_CASE("what waited for a GET is flushed to the WebSocket, in order") {
    Probed world;
    world.receive("ws", "2probe");
    CHECK(world.send(Outgoing::text("a")) == "");
    CHECK(world.send(Outgoing::with_binary("51-", {"xy"})) == "");
    CHECK(world.receive("ws", "5") == "ws write 4a, ws write 451-, ws binary xy");
    CHECK(world.last->queued_bytes() == 0);
  }

  TEST_CASE("a GET that still waits at the upgrade is released") {
    Probed world;
    world.receive("ws", "2probe");
    world.get();
    CHECK(world.receive("ws", "5") == "GET 200 6");
  }

  TEST_CASE("after the upgrade polling requests are refused, and the session lives") {
    Probed world;
    world.receive("ws", "2probe");
    world.receive("ws", "5");
    const std::string refused = R"( 400 {"code":3,"message":"Bad request"})";
    CHECK(world.get() == "GET" + refused);
    CHECK(world.post("4a") == "POST" + refused);
    CHECK(world.receive("ws", "4a") == "received a");
  }

  TEST_CASE("reading that is paused stays paused over the upgrade") {
    Probed world;
    world.last->pause_reading();
    CHECK(world.post("4a") == "received a");
    world.receive("ws", "2probe");
    CHECK(world.receive("ws", "5") == "ws pause, POST 200 ok");
    world.last->resume_reading();
    CHECK(world.turn() == "ws resume");
  }
}

TEST_SUITE("engineio/probe: upgrades that fail leave the old transport unharmed") {
  TEST_CASE("anything but a probe first closes only this WebSocket") {
    for (const char* text : {"5", "4hi", "2", "2probes", "3probe", "1", "", "x"}) {
      CAPTURE(text);
      Probed world;
      CHECK(world.receive("ws", text) == "ws close");
      CHECK(world.post("4a") == "received a, POST 200 ok");
    }
  }

  TEST_CASE("a binary probe is none") {
    Probed world;
    CHECK(world.receive("ws", "2probe", true) == "ws close");
  }

  TEST_CASE("anything but an upgrade packet after the probe does too") {
    for (const char* text : {"2probe", "4hi", "55", "6", ""}) {
      CAPTURE(text);
      Probed world;
      world.receive("ws", "2probe");
      CHECK(world.receive("ws", text) == "ws close");
      world.get();
      CHECK(world.pass(1s) == "");
      CHECK(world.send(Outgoing::text("a")) == "GET 200 4a");
    }
  }

  TEST_CASE("silence is cut off after upgrade_timeout") {
    Probed world;
    CHECK(world.pass(9'996ms) == "");
    CHECK(world.pass(4ms) == "ws close");
    CHECK(world.post("4a") == "received a, POST 200 ok");
    CHECK(world.connect("again", world.query("websocket")) == "");
    world.receive("again", "2probe");
    CHECK(world.pass(10s) == "again close");
  }

  TEST_CASE("a probe does not prolong upgrade_timeout") {
    Probed world{{.upgrade_timeout = 240ms}};
    world.receive("ws", "2probe");
    CHECK(world.pass(236ms) == "");
    CHECK(world.pass(4ms) == "ws close");
  }

  TEST_CASE("a WebSocket that vanishes makes room for another") {
    Probed world;
    CHECK(world.lose("ws") == "");
    CHECK(world.connect("again", world.query("websocket")) == "");
    CHECK(world.receive("again", "2probe") == "again write 3probe");
  }

  TEST_CASE("a second one is closed while one runs, and after one") {
    Probed world;
    CHECK(world.connect("second", world.query("websocket")) == "second close flushed");
    CHECK(world.receive("ws", "2probe") == "ws write 3probe");
    CHECK(world.connect("third", world.query("websocket")) == "third close flushed");
    world.receive("ws", "5");
    CHECK(world.connect("fourth", world.query("websocket")) == "fourth close flushed");
    CHECK(world.receive("ws", "4a") == "received a");
  }

  TEST_CASE("a session that ends takes the probing WebSocket along") {
    Probed world;
    CHECK(world.post("1") == "ws close, POST 200 ok, closed transport close");
    Probed other;
    other.receive("ws", "2probe");
    CHECK(other.close(Closing::flush) == "ws close, closed forced close");
  }

  TEST_CASE("a session that was closed or never was cannot be upgraded") {
    World world;
    world.handshake();
    world.post("1");
    CHECK(world.connect("ws", world.query("websocket")) == "ws refused 400 Session ID unknown");
    CHECK(world.connect("ws", "EIO=4&transport=websocket&sid=nobody") ==
          "ws refused 400 Session ID unknown");
  }
}

}  // namespace veche::engineio
