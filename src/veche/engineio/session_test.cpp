// Goal: the life of a session over both transports: heartbeat, messages, close, backpressure.
// Method: a world without sockets; time is a number; each call's whole effect is one line.

#include "veche/engineio/session.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using testing::World;

const Options fast{.ping_interval = 300ms, .ping_timeout = 200ms};

struct Polled : World {
  explicit Polled(Options options = {}) : World{std::move(options)} { handshake(); }
};

struct Connected : World {
  explicit Connected(Options options = {}) : World{std::move(options)} { open_websocket(); }
};

TEST_SUITE("engineio/session: Heartbeat") {
  TEST_CASE("the server pings after ping_interval, not a tick earlier") {
    Connected world{fast};
    CHECK(world.pass(296ms) == "");
    CHECK(world.pass(4ms) == "ws write 2");
    CHECK(world.pass(196ms) == "");
    CHECK(world.pass(4ms) == "ws close, closed ping timeout");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("a pong starts the next interval") {
    Connected world{fast};
    world.pass(300ms);
    world.pass(100ms);
    CHECK(world.receive("ws", "3") == "");
    CHECK(world.pass(296ms) == "");
    CHECK(world.pass(4ms) == "ws write 2");
  }

  TEST_CASE("a GET that comes with the deadline finds no session, told or not") {
    Polled world{fast};
    world.get();
    CHECK(world.pass(300ms) == "GET 200 2");
    world.now += 200ms;  // the wheel has not been told
    CHECK(world.get() ==
          R"(GET 400 {"code":1,"message":"Session ID unknown"}, closed ping timeout)");
  }

  TEST_CASE("other traffic is no pong") {
    Connected world{fast};
    world.pass(300ms);
    CHECK(world.receive("ws", "4a") == "received a");
    CHECK(world.pass(200ms) == "ws close, closed ping timeout");
  }

  TEST_CASE("over polling a ping answers the GET that waits, or the next one") {
    Polled world{fast};
    world.get();
    CHECK(world.pass(300ms) == "GET 200 2");
    CHECK(world.post("3") == "POST 200 ok");
    CHECK(world.pass(300ms) == "");
    CHECK(world.get() == "GET 200 2");
    world.get();
    CHECK(world.pass(200ms) == "GET 200 1, closed ping timeout");
    CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
  }

  TEST_CASE("a client that pings is not speaking revision 4") {
    Connected world;
    CHECK(world.receive("ws", "2") == "ws close, closed transport error");
    Polled other;
    other.get();
    CHECK(other.post("2") == "GET 200 1, POST 200 ok, closed transport error");
  }

  TEST_CASE("only the first ping is early, by up to half of an interval over 5 s") {
    for (int i = 0; i < 8; ++i) {
      World world;
      std::array<std::byte, 31> skipped{};
      for (int n = 0; n < i; ++n) world.rng.fill(skipped);
      world.open_websocket();
      CHECK(world.pass(12'496ms) == "");
      CHECK(world.pass(12'501ms) == "ws write 2");
      world.receive("ws", "3");
      CHECK(world.pass(24'996ms) == "");
      CHECK(world.pass(4ms) == "ws write 2");
    }
    Connected exact{{.ping_interval = 5s}};
    CHECK(exact.pass(4'996ms) == "");
    CHECK(exact.pass(4ms) == "ws write 2");
  }

  TEST_CASE("nobody waits for a pong while reading is paused") {
    Connected world{fast};
    world.last->pause_reading();
    CHECK(world.pass(300ms) == "ws pause, ws write 2");
    CHECK(world.pass(1h) == "");
    world.last->resume_reading();
    CHECK(world.pass(196ms) == "ws resume");
    CHECK(world.pass(4ms) == "ws close, closed ping timeout");
  }

  TEST_CASE("a ping sent before a pause has its whole time when reading resumes") {
    Connected world{fast};
    world.pass(452ms);
    world.last->pause_reading();
    CHECK(world.pass(1s) == "ws pause");
    world.last->resume_reading();
    world.last->resume_reading();
    CHECK(world.pass(100ms) == "ws resume");
    CHECK(world.receive("ws", "3") == "");
    CHECK(world.pass(300ms) == "ws write 2");
  }
}

TEST_SUITE("engineio/session: Message over WebSocket") {
  TEST_CASE("text and binary, both ways, in order") {
    Connected world;
    CHECK(world.receive("ws", "4hello") == "received hello");
    CHECK(world.receive("ws", "4") == "received ");
    CHECK(world.receive("ws", "\x01\x02", true) == "received binary \x01\x02");
    CHECK(world.receive("ws", "", true) == "received binary ");
    CHECK(world.send(Outgoing::with_binary("51-", {"ab"})) == "ws write 451-, ws binary ab");
  }

  TEST_CASE("packets that say nothing here are ignored") {
    Connected world;
    for (const char* text : {"0", "3", "5", "6", "6x"}) CHECK(world.receive("ws", text) == "");
  }

  TEST_CASE("unknown types and an empty text end the session") {
    for (const char* text : {"", "7", "8", "9", "x4", "bYWJj"}) {
      CAPTURE(text);
      Connected world;
      CHECK(world.receive("ws", text) == "ws close, closed parse error");
    }
  }

  TEST_CASE("what is queued is the port's to count") {
    Connected world;
    world.ports["ws"]->queued = 7;
    CHECK(world.last->queued_bytes() == 7);
  }
}

TEST_SUITE("engineio/session: Message over HTTP long-polling") {
  TEST_CASE("a POST brings packets, in order") {
    Polled world;
    CHECK(world.post("4a\x1e"
                     "bYWI=\x1e"
                     "4") == "received a, received binary ab, received , POST 200 ok");
    CHECK(world.responses["POST"].headers.find("content-type") == "text/html");
    CHECK(world.responses["POST"].headers.find("cache-control") == "no-store");
  }

  TEST_CASE("a GET fetches what is queued; those of one turn leave together") {
    Polled world;
    CHECK(world.send(Outgoing::text("a")) == "");
    CHECK(world.get() == "GET 200 4a");
    CHECK(world.get() == "");
    world.last->send(Outgoing::text("b"), Priority::hi);
    world.last->send(Outgoing::with_binary("51-", {"\x01\x02"}), Priority::bulk);
    CHECK(world.turn() ==
          "GET 200 4b\x1e"
          "451-\x1e"
          "bAQI=");
  }

  TEST_CASE("an echo of a POST answers the GET that waits") {
    Polled world;
    world.on_received = [](Socket& socket, std::string_view data) {
      socket.send(Outgoing::text(data), Priority::hi);
    };
    world.get();
    CHECK(world.post("4hello") == "received hello, POST 200 ok, GET 200 4hello");
  }

  TEST_CASE("a body of unknown types, bad base64, bad UTF-8 or nothing ends the session") {
    for (const char* body : {"", "abc", "7", "4a\x1e", "b***", "4\xff", "\x1e\x1e\x1e"}) {
      CAPTURE(body);
      Polled world;
      world.get();
      CHECK(world.post(body).ends_with("GET 200 1, POST 200 ok, closed parse error"));
      CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
    }
  }

  TEST_CASE("reading stops at the first error") {
    Polled world;
    CHECK(world.post("4a\x1e\x1e"
                     "4b") == "received a, POST 200 ok, closed parse error");
    Polled other{{.packets_max = 2}};
    CHECK(other.post("3\x1e"
                     "3\x1e"
                     "4c") == "POST 200 ok, closed parse error");
  }

  TEST_CASE("exactly max_payload bytes pass; one more is answered 413, and the session lives") {
    Polled world{{.max_payload = 4}};
    CHECK(world.post("4abc") == "received abc, POST 200 ok");
    CHECK(world.post("4abcd") == "POST 413");
    CHECK(world.post("4\xd0\xb6\xd0\xb6") == "POST 413");
    CHECK(world.post("4a") == "received a, POST 200 ok");
  }

  TEST_CASE("a binary content type is refused and ends the session") {
    Polled world;
    world.get();
    auto request = World::make(http::Method::post, world.query(), "4a");
    request.headers.add("content-type", "application/octet-stream");
    CHECK(world.request("POST", std::move(request)) ==
          "GET 200 1, POST 400, closed transport error");
  }

  TEST_CASE("a second GET while one waits ends the session") {
    Polled world;
    world.get("first");
    CHECK(world.get("second") == "second 400, first 200 1, closed transport error");
    CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
  }

  TEST_CASE("while reading is paused a POST waits for its ok, and a second ends the session") {
    Polled world;
    world.last->pause_reading();
    CHECK(world.post("4a", "first") == "received a");
    world.last->resume_reading();
    CHECK(world.turn() == "first 200 ok");
    world.last->pause_reading();
    CHECK(world.post("4b", "first") == "received b");
    CHECK(world.post("4c", "second") == "first 200 ok, second 400, closed transport error");
  }

  TEST_CASE("a GET or POST whose connection dies while it waits ends the session") {
    Polled world;
    world.get();
    CHECK(world.abandon("GET") == "closed transport error");
    Polled other;
    other.last->pause_reading();
    other.post("4a");
    CHECK(other.abandon("POST") == "closed transport error");
    CHECK(other.engine.session_count() == 0);
  }

  TEST_CASE("a connection that dies after its answer is of no account") {
    Polled world;
    world.get();
    world.send(Outgoing::text("a"));
    CHECK(world.abandon("GET") == "");
    CHECK(world.post("4b") == "received b, POST 200 ok");
  }
}

TEST_SUITE("engineio/session: backpressure over polling") {
  TEST_CASE("bytes behind the first message are counted, and limited") {
    Polled world{{.queue_bytes_max = 10}};
    CHECK(world.send(Outgoing::text(std::string(1'000, 'x'))) == "");
    CHECK(world.last->queued_bytes() == 0);
    CHECK(world.send(Outgoing::text("123456789")) == "");
    CHECK(world.last->queued_bytes() == 10);
    CHECK(world.send(Outgoing::text("")) == "closed transport close");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
  }

  TEST_CASE("a message to a session that has ended goes nowhere") {
    Polled world;
    world.last->close(Closing::flush);
    world.last->send(Outgoing::text("late"), Priority::hi);
    CHECK(world.turn() == "closed forced close");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
  }
}

TEST_SUITE("engineio/session: close by the client") {
  TEST_CASE("a close packet over polling: a GET that waits gets a noop") {
    Polled world;
    world.get();
    CHECK(world.post("1") == "GET 200 6, POST 200 ok, closed transport close");
    CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
  }

  TEST_CASE("a close packet over WebSocket closes at once") {
    Connected world;
    CHECK(world.receive("ws", "1") == "ws close, closed transport close");
  }

  TEST_CASE("a WebSocket that ends, breaks or reads too slowly") {
    Connected world;
    CHECK(world.lose("ws") == "closed transport close");
    CHECK(world.open_websocket().ends_with("opened"));
    CHECK(world.lose("ws", CloseReason::transport_error) == "closed transport error");
    CHECK(world.open_websocket().ends_with("opened"));
    CHECK(world.lose("ws", CloseReason::overloaded) == "closed transport close");
    CHECK(world.engine.session_count() == 0);
  }
}

TEST_SUITE("engineio/session: close by this side") {
  TEST_CASE("each way has its code over WebSocket") {
    const auto closed = [](Closing how) {
      Connected world;
      return world.close(how);
    };
    CHECK(closed(Closing::flush) == "ws close flushed, closed forced close");
    CHECK(closed(Closing::discard) == "ws close, closed forced close");
    CHECK(closed(Closing::draining) == "ws close 1012 flushed, closed server shutting down");
    CHECK(closed(Closing::slow) == "ws close 1013, closed transport close");
    CHECK(closed(Closing::policy) == "ws close 1008 flushed, closed forced close");
  }

  TEST_CASE("over polling a GET that waits gets the rest, or a close packet when there is none") {
    Polled world;
    world.get();
    CHECK(world.close(Closing::flush) == "closed forced close, GET 200 1");
    CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
    Polled other;
    other.get();
    other.last->send(Outgoing::text("bye"), Priority::hi);
    CHECK(other.close(Closing::flush) == "closed forced close, GET 200 4bye");
    CHECK(other.get() ==
          "GET 200 6\x1e"
          "1");
    CHECK(other.engine.session_count() == 0);
  }

  TEST_CASE("a message that breaks the layer above: the next GET gets noop and close, once") {
    Polled world;
    world.on_received = [](Socket& socket, std::string_view) { socket.close(Closing::discard); };
    CHECK(world.post("4abc") == "received abc, POST 200 ok, closed forced close");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
    CHECK(world.get() == R"(GET 400 {"code":1,"message":"Session ID unknown"})");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("what was queued is fetched by the next GET, unless it was to be discarded") {
    Polled world;
    world.send(Outgoing::text("a"));
    world.close(Closing::flush);
    CHECK(world.get() == "GET 200 4a");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
    CHECK(world.engine.session_count() == 0);
    Polled other;
    other.send(Outgoing::text("a"));
    other.close(Closing::discard);
    CHECK(other.get() ==
          "GET 200 6\x1e"
          "1");
  }

  TEST_CASE("until then a POST is answered and read by nobody; pings stop") {
    Polled world{fast};
    world.close(Closing::flush);
    CHECK(world.post("4late") == "POST 200 ok");
    CHECK(world.pass(10s) == "");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
  }

  TEST_CASE("a last GET that never comes is not awaited for ever") {
    Polled world;
    world.close(Closing::flush);
    world.pass(29'996ms);
    CHECK(world.engine.session_count() == 1);
    world.pass(4ms);
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("closing twice is closing once, and nothing follows") {
    Connected world;
    world.last->close(Closing::flush);
    world.last->close(Closing::slow);
    CHECK(world.turn() == "ws close flushed, closed forced close");
    CHECK(world.receive("ws", "4late") == "");
    CHECK(world.pass(1h) == "");
  }

  TEST_CASE("a POST that waits for its ok gets it") {
    Polled world;
    world.last->pause_reading();
    world.post("4a");
    CHECK(world.close(Closing::flush) == "closed forced close, POST 200 ok");
  }
}

TEST_SUITE("engineio/session: Socket") {
  TEST_CASE("the request that opened it is kept until it is forgotten") {
    Connected world;
    CHECK(world.last->request().query == "EIO=4&transport=websocket");
    world.last->forget_request();
    CHECK(world.last->request().query == "");
    CHECK(world.last->id() == world.last_sid);
  }

  TEST_CASE("messages go compressed to a peer that has agreed on it, unless they forbid it") {
    websocket::PerMessageDeflate extension{{.enabled = true}};
    Connected world;
    world.ports["ws"]->set_deflate(&extension.of({12, false}));
    Outgoing message = Outgoing::text(std::string(1'500, 'x'));
    CHECK(world.send(message) == "ws write compressed");
    message.set_compress(false);
    CHECK(world.send(message) == "ws write 4" + std::string(1'500, 'x'));
    CHECK(world.send(Outgoing::text("short")) == "ws write 4short");
  }

  TEST_CASE("who is told of a message to come tells the WebSocket; a poll is told nothing") {
    Connected world;
    static_cast<void>(world.transcript.take());
    world.last->expect_send();
    CHECK(world.transcript.take() == "ws expects");
    Polled polled;
    static_cast<void>(polled.transcript.take());
    polled.last->expect_send();
    CHECK(polled.transcript.take() == "");
  }

  TEST_CASE("an idle WebSocket session is small") { CHECK(sizeof(Session) <= 160); }
}

}  // namespace
}  // namespace veche::engineio
