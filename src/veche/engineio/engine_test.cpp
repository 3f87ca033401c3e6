// Goal: every request of Engine.IO over HTTP gets the answer that PROTOCOL's table has for it.
// Method: requests as values; each call's whole effect is one line.

#include "veche/engineio/engine.hpp"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using http::Method;
using testing::World;

std::string refused(int code, const std::string& message) {
  return "R 400 {\"code\":" + std::to_string(code) + ",\"message\":\"" + message + "\"}";
}

/// The answer to a request named R.
std::string answer(World& world, Method method, const std::string& query) {
  return world.request("R", World::make(method, query));
}

TEST_SUITE("engineio/engine: Handshake over HTTP long-polling") {
  TEST_CASE("a GET opens a session") {
    World world;
    const std::string said = world.handshake();
    CHECK(world.shown(said) ==
          R"(open 200 0{"sid":"SID","upgrades":["websocket"],"pingInterval":25000,)"
          R"("pingTimeout":20000,"maxPayload":1000000}, opened)");
    const auto& headers = world.responses["open"].headers;
    CHECK(headers.find("content-type") == "text/plain; charset=UTF-8");
    CHECK(headers.find("cache-control") == "no-store");
    CHECK(world.engine.session_count() == 1);
    CHECK(world.last->transport() == Transport::polling);
  }

  TEST_CASE("an id is 22 random characters and the suffix of the loop") {
    World world;
    world.handshake();
    CHECK(world.last_sid.size() == 25);
    CHECK(sid_suffix(world.last_sid) == "-n1");
    CHECK(sid_suffix("short") == "");
    CHECK(sid_suffix("") == "");
    std::set<std::string> ids{world.last_sid};
    for (int i = 0; i < 10; ++i) {
      world.handshake();
      CHECK(ids.insert(world.last_sid).second);
    }
  }

  TEST_CASE("the handshake alone sets the cookie, when there is to be one") {
    World plain;
    plain.handshake();
    CHECK_FALSE(plain.responses["open"].headers.find("set-cookie").has_value());
    Options options;
    options.cookie.emplace();
    World world{options};
    world.handshake();
    CHECK(world.responses["open"].headers.find("set-cookie") ==
          "io=" + world.last_sid + "; Path=/; HttpOnly; SameSite=Lax");
    world.post("4a");
    CHECK_FALSE(world.responses["POST"].headers.find("set-cookie").has_value());
    http::Headers accepted;
    world.engine.add_handshake_fields(World::make(Method::get, world.query("websocket")), accepted);
    CHECK(accepted.size() == 0);
    world.engine.add_handshake_fields(World::make(Method::get, "EIO=4&transport=websocket"),
                                      accepted);
    world.open_websocket();
    CHECK(accepted.find("set-cookie") ==
          "io=" + world.last_sid + "; Path=/; HttpOnly; SameSite=Lax");
  }

  TEST_CASE("an empty sid counts as none") {
    World world;
    CHECK(answer(world, Method::get, "EIO=4&transport=polling&sid=").ends_with("opened"));
  }

  TEST_CASE("other versions than 4 are refused") {
    for (const char* query :
         {"transport=polling", "EIO=3&transport=polling", "EIO=5&transport=polling",
          "EIO=&transport=polling", "EIO=abc&transport=polling"}) {
      World world;
      CHECK(answer(world, Method::get, query) == refused(5, "Unsupported protocol version"));
      CHECK(world.responses["R"].headers.find("content-type") == "application/json");
    }
  }

  TEST_CASE("the transport is checked before everything else") {
    World world;
    for (const char* query : {"", "EIO=4", "EIO=4&transport=", "EIO=4&transport=webtransport",
                              "EIO=3&transport=x&sid=nobody", "transport=Polling"}) {
      CHECK(answer(world, Method::post, query) == refused(0, "Transport unknown"));
    }
  }

  TEST_CASE("only a GET opens a session") {
    World world;
    for (const Method method : {Method::post, Method::put, Method::del, Method::head}) {
      CHECK(answer(world, method, "EIO=4&transport=polling") == refused(2, "Bad handshake method"));
    }
  }

  TEST_CASE("a GET for a WebSocket that asks for no upgrade is a bad request") {
    World world;
    CHECK(answer(world, Method::get, "EIO=4&transport=websocket") == refused(3, "Bad request"));
  }

  TEST_CASE("an Origin with illegal bytes is a bad request") {
    World world;
    for (const char* origin : {"http://a\x01", "http://a\x7f", "a\nb"}) {
      auto request = World::make(Method::get, "EIO=4&transport=polling");
      request.headers.add("Origin", origin);
      CHECK(world.request("R", std::move(request)) == refused(3, "Bad request"));
    }
    auto request = World::make(Method::get, "EIO=4&transport=polling");
    request.headers.add("Origin", "http://\xc3\xa4.example");
    CHECK(world.request("R", std::move(request)).starts_with("R 200"));
  }

  TEST_CASE("JSONP is not offered: j is ignored") {
    World world;
    CHECK(answer(world, Method::get, "EIO=4&transport=polling&j=0").starts_with("R 200 0{"));
  }

  TEST_CASE("the path is a prefix with its slash") {
    const World world;
    CHECK(world.engine.serves("/socket.io/"));
    CHECK(world.engine.serves("/socket.io/abc"));
    CHECK_FALSE(world.engine.serves("/socket.io"));
    CHECK_FALSE(world.engine.serves("/"));
  }
}

TEST_SUITE("engineio/engine: Handshake over WebSocket") {
  TEST_CASE("the first message opens the session, without upgrades") {
    World world;
    const std::string said = world.open_websocket();
    CHECK(world.shown(said) ==
          R"(ws write 0{"sid":"SID","upgrades":[],"pingInterval":25000,"pingTimeout":20000,)"
          R"("maxPayload":1000000}, opened)");
    CHECK(world.last->transport() == Transport::websocket);
  }

  TEST_CASE("refusals come before 101, with the message as their body") {
    World world;
    CHECK(world.connect("ws", "EIO=3&transport=websocket") ==
          "ws refused 400 Unsupported protocol version");
    CHECK(world.connect("ws", "EIO=4&transport=polling") == "ws refused 400 Bad request");
    CHECK(world.connect("ws", "EIO=4") == "ws refused 400 Transport unknown");
    CHECK(world.connect("ws", "EIO=4&transport=websocket&sid=__proto__") ==
          "ws refused 400 Session ID unknown");
    auto request = World::make(Method::get, "EIO=4&transport=websocket");
    request.headers.add("Origin", "\x02");
    CHECK(world.engine.refuse_websocket(request)->body == "Bad request");
  }
}

TEST_SUITE("engineio/engine: requests with a session id") {
  TEST_CASE("an unknown id is told, whatever the method") {
    World world;
    for (const char* sid : {"x", "__proto__", "AAAAAAAAAAAAAAAAAAAAAA-n1"}) {
      for (const Method method : {Method::get, Method::post, Method::put}) {
        CHECK(answer(world, method, std::string{"EIO=4&transport=polling&sid="} + sid) ==
              refused(1, "Session ID unknown"));
      }
    }
  }

  TEST_CASE("the transport has to be the session's") {
    World world;
    world.handshake();
    CHECK(answer(world, Method::get, world.query("websocket")) == refused(3, "Bad request"));
    world.open_websocket();
    CHECK(answer(world, Method::get, world.query()) == refused(3, "Bad request"));
    CHECK(answer(world, Method::post, world.query()) == refused(3, "Bad request"));
    CHECK(world.receive("ws", "4a") == "received a");
  }

  TEST_CASE("neither GET nor POST: 405, and the session lives") {
    World world;
    world.handshake();
    for (const Method method : {Method::put, Method::del, Method::head, Method::patch}) {
      CHECK(answer(world, method, world.query()) == "R 405");
    }
    CHECK(world.responses["R"].headers.find("allow") == "GET, POST");
    CHECK(world.post("4a") == "received a, POST 200 ok");
  }
}

/// "3 Bad request (TRANSPORT_MISMATCH)", written down for each request that is refused.
void note_refusals(World& world) {
  world.engine.on_connection_error([&world](const ConnectionError& error) {
    world.transcript.add(std::to_string(static_cast<int>(error.code)) + " " +
                         std::string{error.message} + " (" + std::string{error.context} + ")");
  });
}

TEST_SUITE("engineio/engine: connection errors") {
  TEST_CASE("a request over polling is told before it is refused") {
    World world{{.sessions_max = 1}};
    note_refusals(world);
    world.request("R", World::make(Method::get, "EIO=4&transport=polling"));
    CHECK(answer(world, Method::get, "transport=x").starts_with("0 Transport unknown (x), R 400"));
    CHECK(answer(world, Method::get, "transport=polling&sid=me")
              .starts_with("1 Session ID unknown (me), R 400"));
    CHECK(answer(world, Method::put, "EIO=4&transport=polling")
              .starts_with("2 Bad handshake method (PUT), R 400"));
    CHECK(answer(world, Method::get, world.query("websocket"))
              .starts_with("3 Bad request (TRANSPORT_MISMATCH), R 400"));
    CHECK(answer(world, Method::get, "EIO=4&transport=polling")
              .starts_with("4 Forbidden (TOO_MANY_SESSIONS), R 503"));
    CHECK(answer(world, Method::get, "EIO=3&transport=polling")
              .starts_with("5 Unsupported protocol version (3), R 400"));
    CHECK(world.post("4a") == "received a, POST 200 ok");
  }

  TEST_CASE("a WebSocket is told once, and the request is the one that was refused") {
    World world{{.sessions_max = 0}};
    note_refusals(world);
    static_cast<void>(world.connect("ws", "transport=websocket"));
    CHECK(world.turn() == "5 Unsupported protocol version ()");
    static_cast<void>(world.connect("ws", "EIO=4&transport=websocket"));
    CHECK(world.turn() == "4 Forbidden (TOO_MANY_SESSIONS)");
    world.engine.on_connection_error(
        [&world](const ConnectionError& error) { world.transcript.add(error.request.query); });
    static_cast<void>(world.connect("ws", "transport=polling"));
    CHECK(world.turn() == "transport=polling");
  }
}

TEST_SUITE("engineio/engine: Options::transports and allow_upgrades") {
  TEST_CASE("a transport that is not served is unknown, and not offered") {
    World polling{{.transports = {Transport::polling}}};
    CHECK(polling.handshake().find(R"("upgrades":[])") != std::string::npos);
    for (const auto& query : {std::string{"EIO=4&transport=websocket"}, polling.query("websocket")})
      CHECK(polling.connect("ws", query) == "ws refused 400 Transport unknown");
    CHECK(polling.post("4a") == "received a, POST 200 ok");
    World websocket{{.transports = {Transport::websocket}}};
    CHECK(answer(websocket, Method::get, "EIO=4&transport=polling") ==
          refused(0, "Transport unknown"));
    CHECK(websocket.open_websocket().ends_with("opened"));
  }

  TEST_CASE("without upgrades a WebSocket for a session over polling is a bad request") {
    World world{{.allow_upgrades = false}};
    CHECK(world.handshake().find(R"("upgrades":[])") != std::string::npos);
    CHECK(world.connect("ws", world.query("websocket")) == "ws refused 400 Bad request");
    CHECK(world.connect("ws", "EIO=4&transport=websocket&sid=x") ==
          "ws refused 400 Session ID unknown");
    CHECK(world.post("4a") == "received a, POST 200 ok");
    CHECK(world.open_websocket().ends_with("opened"));
  }
}

TEST_SUITE("engineio/engine: limits") {
  TEST_CASE("sessions_max") {
    World world{{.sessions_max = 2}};
    world.handshake();
    world.open_websocket();
    CHECK(answer(world, Method::get, "EIO=4&transport=polling") ==
          R"(R 503 {"code":4,"message":"Too many sessions"})");
    CHECK(world.connect("more", "EIO=4&transport=websocket").starts_with("more refused 503"));
    world.lose("ws");
    CHECK(world.open_websocket().ends_with("opened"));
  }
}

TEST_SUITE("engineio/engine: shutdown") {
  TEST_CASE("draining: WebSockets get 1012 after what is queued, nobody else gets in") {
    World world;
    world.open_websocket();
    world.engine.shutdown(Closing::draining);
    CHECK(world.turn() == "ws close 1012 flushed, closed server shutting down");
    CHECK(world.engine.session_count() == 0);
    CHECK(world.handshake() == R"(open 503 {"code":4,"message":"Too many sessions"})");
    CHECK(world.connect("ws", "EIO=4&transport=websocket").starts_with("ws refused 503"));
  }

  TEST_CASE("draining: a GET that waits gets what is queued, the next a close packet") {
    World world;
    world.handshake();
    world.get();
    world.last->send(Outgoing::text("bye"), Priority::hi);
    world.engine.shutdown(Closing::draining);
    CHECK(world.turn() == "closed server shutting down, GET 200 4bye");
    CHECK(world.get() ==
          "GET 200 6\x1e"
          "1");
  }
}

TEST_SUITE("engineio/engine: lifetimes") {
  TEST_CASE("sessions may be closed inside any call") {
    World world;
    world.on_opened = [](Socket& socket, std::string_view) { socket.close(Closing::discard); };
    CHECK(world.shown(world.open_websocket()).ends_with("opened, ws close, closed forced close"));
    CHECK(world.handshake().ends_with("opened, closed forced close"));
    world.on_opened = nullptr;
    world.on_received = [](Socket& socket, std::string_view) { socket.close(Closing::flush); };
    world.open_websocket();
    CHECK(world.receive("ws", "4a") == "received a, ws close flushed, closed forced close");
    CHECK(world.receive("ws", "4b") == "");
    world.handshake();
    CHECK(world.post("4a\x1e"
                     "4b") == "received a, POST 200 ok, closed forced close");
  }

  TEST_CASE("who hears of an end may send to and close others") {
    World world;
    world.handshake();
    Socket* other = world.last;
    const auto query = world.query();
    world.get();
    world.open_websocket();
    bool has_closed = false;
    world.on_closed = [&](Socket&, std::string_view) {
      if (std::exchange(has_closed, true)) return;
      other->send(Outgoing::text("left"), Priority::hi);
      other->close(Closing::flush);
    };
    CHECK(world.lose("ws") == "closed transport close, closed forced close, GET 200 4left");
    world.ask("last", World::make(Method::get, query));
    CHECK(world.turn() ==
          "last 200 6\x1e"
          "1");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("an answer may lead straight to a request for a session that is ending") {
    World world;
    world.handshake();
    world.then["POST"] = [&] { world.ask("GET", World::make(Method::get, world.query())); };
    CHECK(world.post("1") == R"(POST 200 ok, GET 400 {"code":1,"message":"Session ID unknown"}, )"
                             "closed transport close");
  }

  TEST_CASE("an answer to one session may lead to the last GET of another that is closing") {
    World world;
    world.handshake();
    world.get("first");
    Socket* first = world.last;
    world.handshake();
    world.then["first"] = [&] { world.ask("second", World::make(Method::get, world.query())); };
    first->close(Closing::flush);
    CHECK(world.close(Closing::flush) ==
          "closed forced close, first 200 1, closed forced close, second 200 1");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("an answer may lead straight to the next GET and to more answers") {
    World world;
    world.handshake();
    world.get("first");
    world.then["first"] = [&] {
      world.last->send(Outgoing::text("b"), Priority::hi);
      world.ask("second", World::make(Method::get, world.query()));
    };
    CHECK(world.send(Outgoing::text("a")) == "first 200 4a, second 200 4b");
  }

  TEST_CASE("the attachment dies with its session") {
    struct Counted final : Attachment {
      explicit Counted(int& left) : count{left} { ++count; }
      ~Counted() override { --count; }
      int& count;
    };
    int count = 0;
    World world;
    world.handshake();
    world.last->attach(std::make_unique<Counted>(count));
    CHECK(count == 1);
    world.close(Closing::flush);
    CHECK(count == 0);
    CHECK(world.engine.session_count() == 1);
  }

  TEST_CASE("an engine that ends lets its ports and requests go") {
    auto world = std::make_unique<World>();
    world->handshake();
    world->get();
    world->open_websocket();
    auto port = std::move(world->ports["ws"]);
    CHECK(port->link() != nullptr);
    world.reset();
    CHECK(port->link() == nullptr);
  }
}

/// Does one of the things that can happen to the latest session.
void happen(World& world, int what) {
  static const std::string texts[] = {"2probe",
                                      "5",
                                      "4a",
                                      "3",
                                      "1",
                                      "7",
                                      "",
                                      "4b\x1e"
                                      "4c"};
  const std::string name = std::to_string(what);
  const std::string& text = texts[static_cast<std::size_t>(what) % std::size(texts)];
  const bool is_live = world.last != nullptr;
  switch (what % 16) {
    case 0: world.handshake(); break;
    case 1: world.open_websocket(); break;
    case 2:
    case 3: world.get(name); break;
    case 4:
    case 5:
    case 6: world.post(text, name); break;
    case 7: world.connect("ws", world.query("websocket")); break;
    case 8:
    case 9:
    case 10: world.receive("ws", text, what % 7 == 0); break;
    case 11: world.lose("ws"); break;
    case 12: is_live ? world.send(Outgoing::text(text)) : ""; break;
    case 13: is_live ? world.close(static_cast<Closing>(what % 5)) : ""; break;
    case 14: is_live&& what % 3 == 0 ? world.last->pause_reading() : world.abandon_any(); break;
    default: is_live&& what % 3 != 0 ? world.last->resume_reading() : void(world.pass(30s)); break;
  }
}

TEST_SUITE("engineio/engine: properties") {
  TEST_CASE("whatever happens, each session ends once and each request is answered once") {
    CHECK(rc::check([] {
      const auto story = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000));
      int opened = 0;
      int closed = 0;
      World world{{.queue_bytes_max = 8}};
      world.on_opened = [&](Socket&, std::string_view) { ++opened; };
      world.on_closed = [&](Socket&, std::string_view) { ++closed; };
      world.on_received = [&](Socket& socket, std::string_view data) {
        socket.send(Outgoing::text(data), Priority::hi);
      };
      for (const int what : story) happen(world, what);
      world.engine.shutdown(Closing::draining);
      world.turn();
      world.pass(1min);
      RC_ASSERT(opened == closed);
      RC_ASSERT(world.engine.session_count() == 0U);
      for (const auto& [name, exchange] : world.exchanges) RC_ASSERT(!exchange->is_pending());
      for (const auto& [name, port] : world.ports) RC_ASSERT(port->link() == nullptr);
    }));
  }
}

}  // namespace
}  // namespace veche::engineio
