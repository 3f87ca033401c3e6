// Goal: every row of PROTOCOL's table of Socket.IO packets, as a peer sees it.

#include "veche/socketio/node.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// The public conformance server: "/" echoes, "/custom" says hello.
struct Conformance : World {
  Conformance() {
    for (const char* name : {"/", "/custom"}) {
      node.of(name).on_connection([](Socket& socket) { socket.emit("auth", Raw{socket.auth()}); });
    }
    node.of("/").on("message",
                    [](Socket& socket, Event& event) { socket.emit("message-back", event.raw()); });
    node.of("/").on("message-with-ack", [](Socket&, Event& event) { event.ack(event.raw()); });
  }
};

TEST_SUITE("socketio/node: CONNECT") {
  TEST_CASE("the answer comes first, then what the handler emits") {
    Conformance world;
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0") == R"(40{"sid":"A"} | 42["auth",{}])");
    CHECK(world.text(client, R"(0/custom,{"token":"123"})") ==
          R"(40/custom,{"sid":"B"} | 42/custom,["auth",{"token":"123"}])");
  }

  TEST_CASE("an ack id in CONNECT is accepted") {
    World world;
    CHECK(world.text(world.open(), "01") == R"(40{"sid":"A"})");
  }

  TEST_CASE("an unknown namespace is refused, the connection stays") {
    Conformance world;
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0/random") == R"(44/random,{"message":"Invalid namespace"})");
    CHECK(world.text(client, "0/custom?a=b,") ==
          R"(44/custom?a=b,{"message":"Invalid namespace"})");
    CHECK(world.text(client, "0") == R"(40{"sid":"A"} | 42["auth",{}])");
  }

  TEST_CASE("46: of a hundred thousand refused CONNECTs nothing is kept") {
    World world;
    FakeEngine& client = world.open();
    client.is_recording = false;
    for (int i = 0; i < 100'000; ++i) world.text(client, "0/n" + std::to_string(i));
    CHECK(client.sent == 100'000);
    CHECK(Connection::of(client).first() == nullptr);
    client.is_recording = true;
    CHECK(world.text(client, "0") == R"(40{"sid":"A"})");
  }

  TEST_CASE("45: a second CONNECT, or a payload that is no object, closes") {
    for (const char* text : {"0", "0{}", "0/,"}) {
      World world;
      CHECK(world.text(world.join(), text) == "close flush");
    }
    for (const char* text : {"0[]", R"(0"x")", "0null"}) {
      World world;
      CHECK(world.text(world.open(), text) == "close flush");
    }
  }
}

TEST_SUITE("socketio/node: connectTimeout") {
  TEST_CASE("who joins no namespace in time is closed") {
    World world{{.connect_timeout = Milliseconds{1000}}};
    FakeEngine& silent = world.open();
    FakeEngine& refused = world.open();
    world.text(refused, "0/random");
    FakeEngine& joined = world.join();
    world.advance(Milliseconds{999});
    CHECK(silent.take() == "");
    world.advance(Milliseconds{10});
    CHECK(silent.take() == "close flush");
    CHECK(refused.take() == "close flush");
    CHECK(joined.take() == "");
  }

  TEST_CASE("after the last namespace is left the time does not start again") {
    World world{{.connect_timeout = Milliseconds{1000}}};
    FakeEngine& client = world.join();
    CHECK(world.text(client, "1") == "");
    world.advance(Milliseconds{5000});
    CHECK(client.take() == "");
    CHECK(world.text(client, "0") == R"(40{"sid":"B"})");
  }

  TEST_CASE("sessions that end before their time leave nothing behind") {
    World world{{.connect_timeout = Milliseconds{1000}}};
    FakeEngine& client = world.open();
    FakeEngine& other = world.open();
    client.end(engineio::CloseReason::transport_close);
    world.advance(Milliseconds{2000});
    CHECK(client.take() == "");
    CHECK(other.take() == "close flush");
    CHECK(world.wheel.size() == 0);
  }
}

TEST_SUITE("socketio/node: packets out of place") {
  TEST_CASE("anything but CONNECT for a namespace not joined closes") {
    for (const char* text : {R"(2["x"])", "1", "30[]", R"(2/custom,["x"])", "1/custom,"}) {
      Conformance world;
      CHECK_MESSAGE(world.text(world.open(), text) == "close flush", text);
    }
    Conformance world;
    CHECK(world.text(world.join(), R"(2/custom,["x"])") == "close flush");
  }

  TEST_CASE("CONNECT_ERROR from a client, and what is no packet, closes") {
    for (const char* text : {R"(4{"message":"x"})", "4", "abc", R"(2["x")", "7", "2[]",
                             R"(50-["x"])", R"(511-["x"])", "2{}", R"(2["connect"])"}) {
      World world;
      CHECK_MESSAGE(world.text(world.join(), text) == "close flush", text);
    }
  }

  TEST_CASE("after that nothing is heard any more") {
    for (const Closed closed : {Closed::inside_the_call, Closed::later}) {
      Conformance world;
      FakeEngine& client = world.join(closed);
      CHECK(world.text(client, "abc") == "close flush");
      if (closed == Closed::later) CHECK(world.text(client, R"(2["message",1])") == "");
      client.end(engineio::CloseReason::forced_close);
      CHECK(world.node.of("/").sockets().empty());
    }
  }

  TEST_CASE("one line of the log says why") {
    World world;
    world.text(world.join(), R"(2["secret"], token)");
    world.text(world.join(), "0");
    CHECK(world.log.lines ==
          "Socket.IO protocol broken, parse error | "
          "Socket.IO protocol broken, forced server close");
  }

  TEST_CASE("the others live on") {
    Conformance world;
    FakeEngine& canary = world.join();
    world.text(world.join(), "abc");
    CHECK(world.text(canary, R"(21["message-with-ack",1])") == "431[1]");
  }
}

TEST_SUITE("socketio/node: EVENT and ACK") {
  TEST_CASE("arguments go round as they came") {
    Conformance world;
    FakeEngine& client = world.join();
    CHECK(world.text(client, R"(2["message"])") == R"(42["message-back"])");
    CHECK(world.text(client, R"(2["message",1,"2",{"3":[true]}])") ==
          R"(42["message-back",1,"2",{"3":[true]}])");
    CHECK(world.text(client, R"(2456["message-with-ack",1,"2",{"3":[false]}])") ==
          R"(43456[1,"2",{"3":[false]}])");
    CHECK(world.text(client, R"(20["message-with-ack"])") == "430[]");
  }

  TEST_CASE("binary goes round with its attachments") {
    Conformance world;
    FakeEngine& client = world.join();
    const std::string args = R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})";
    CHECK(world.text(client, R"(52-["message",)" + args + "]") == "");
    CHECK(world.binary(client, "one") == "");
    CHECK(world.binary(client, "two") == R"(452-["message-back",)" + args + "]+bb25l+bdHdv");
    CHECK(world.text(client, R"(52-789["message-with-ack",)" + args + "]") == "");
    CHECK(world.binary(client, "one") == "");
    CHECK(world.binary(client, "two") == "462-789[" + args + "]+bb25l+bdHdv");
  }

  TEST_CASE("text while binary is due, and binary out of the blue, close") {
    World world;
    FakeEngine& client = world.join();
    CHECK(world.text(client, R"(51-["x"])") == "");
    CHECK(world.text(client, R"(2["x"])") == "close flush");
    CHECK(world.binary(world.join(), "x") == "close flush");
  }

  TEST_CASE("41: attachments that were declared come in time, or the connection closes") {
    Options options;
    options.attachments_timeout = Milliseconds{1000};
    World world{std::move(options)};
    FakeEngine& silent = world.join();
    FakeEngine& honest = world.join();
    for (FakeEngine* client : {&silent, &honest}) world.text(*client, R"(52-["x"])");
    world.binary(silent, "one");
    world.binary(honest, "one");
    world.advance(Milliseconds{900});
    world.binary(honest, "two");
    CHECK(silent.take() == "");
    world.advance(Milliseconds{110});
    CHECK(silent.take() == "close flush");
    world.advance(Milliseconds{5000});
    CHECK(honest.take() == "");
  }

  TEST_CASE("attachments of a namespace not joined are not waited for") {
    World world;
    CHECK(world.text(world.open(), R"(51-["x"])") == "close flush");
    CHECK(world.text(world.join(), R"(51-/custom,["x"])") == "close flush");
  }

  TEST_CASE("joining another namespace meanwhile does not end the wait") {
    std::optional<Next> later;
    Options options;
    options.attachments_timeout = Milliseconds{1000};
    World world{std::move(options)};
    world.node.of("/slow").use([&](Socket&, Next next) { later = std::move(next); });
    FakeEngine& client = world.join();
    world.text(client, "0/slow");
    world.text(client, R"(51-["x"])");
    (*later)();
    CHECK(client.take() == R"(40/slow,{"sid":"B"})");
    world.advance(Milliseconds{1010});
    CHECK(client.take() == "close flush");
  }

  TEST_CASE("an unknown event is ignored, also with an ack") {
    World world;
    FakeEngine& client = world.join();
    CHECK(world.text(client, R"(2["unknown"])") == "");
    CHECK(world.text(client, R"(20["unknown"])") == "");
    CHECK(world.text(client, "2[1,2]") == "");
  }

  TEST_CASE("an event may be named by a number, or need unescaping") {
    World world;
    std::string heard;
    for (const char* name : {"17", "d\u00e9j\u00e0"})
      world.node.of("/").on(name, [&](Socket&, Event& event) { heard += event.name; });
    FakeEngine& client = world.join();
    world.text(client, "2[17]");
    world.text(client, R"(2["d\u00e9j\u00e0"])");
    CHECK(heard == "17d\u00e9j\u00e0");
  }

  TEST_CASE("an unknown or repeated ack id is ignored") {
    World world;
    FakeEngine& client = world.join();
    CHECK(world.text(client, "37[]") == "");
    CHECK(world.text(client, "3[]") == "");
    CHECK(world.text(client, "3999999999[]") == "");
    CHECK_FALSE(client.is_closed());
  }

  TEST_CASE("handlers see the arguments as values") {
    World world;
    std::string seen;
    world.node.of("/").on("sum", [&](Socket&, Event& event) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < event.arg_count(); ++i) sum += event.arg(i).as_int().value_or(0);
      seen = std::to_string(sum) + " " + std::string{event.args()};
      CHECK(event.arg(99).is_null());
    });
    world.text(world.join(), R"(2["sum",1,2,3])");
    CHECK(seen == "6 1,2,3");
  }
}

TEST_SUITE("socketio/node: DISCONNECT") {
  TEST_CASE("a client leaves a namespace, the connection stays") {
    Conformance world;
    FakeEngine& client = world.join();
    CHECK(world.text(client, "0/custom") == R"(40/custom,{"sid":"B"} | 42/custom,["auth",{}])");
    CHECK(world.text(client, "1") == "");
    CHECK(world.node.of("/").sockets().empty());
    CHECK(world.node.of("/custom").sockets().size() == 1);
    CHECK(world.text(client, "1/custom,") == "");
    CHECK_FALSE(client.is_closed());
  }

  TEST_CASE("R5: disconnect() in the connection handler follows the CONNECT answer") {
    World world;
    world.node.of("/").on_connection([](Socket& socket) {
      socket.emit("auth:error", Raw{R"({"code":"unauthorized"})"});
      socket.disconnect();
      socket.emit("too late");
    });
    world.node.of("/").on_connection([](Socket& socket) { socket.emit("never called"); });
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0") ==
          R"(40{"sid":"A"} | 42["auth:error",{"code":"unauthorized"}] | 41)");
    CHECK(world.node.of("/").sockets().empty());
    CHECK_FALSE(client.is_closed());
  }

  TEST_CASE("disconnect of the connection says so to every namespace, then closes") {
    for (const Closed closed : {Closed::inside_the_call, Closed::later}) {
      Conformance world;
      FakeEngine& client = world.join(closed);
      world.text(client, "0/custom");
      world.socket('A').disconnect(Scope::connection);
      CHECK(client.take() == "41 | 41/custom, | close flush");
      CHECK(world.node.of("/custom").sockets().empty());
    }
  }
}

TEST_SUITE("socketio/node: namespaces") {
  TEST_CASE("a missing slash is added, and a name names one namespace") {
    World world;
    CHECK(&world.node.of("chat") == &world.node.of("/chat"));
    CHECK(world.node.find("/") == &world.node.of("/"));
    CHECK(world.node.find("/nowhere") == nullptr);
    CHECK(world.node.of("chat").name() == "/chat");
  }
}

TEST_SUITE("socketio/node: exceptions") {
  TEST_CASE("one that gets out of a handler is logged and closes the connection") {
    World world;
    world.node.of("/").on("bad", [](Socket&, Event&) { throw std::runtime_error{"boom"}; });
    world.node.of("/").on("worse", [](Socket&, Event&) { throw 7; });
    FakeEngine& other = world.join();
    CHECK(world.text(world.join(), R"(2["bad"])") == "close flush");
    CHECK(world.text(world.join(), R"(2["worse"])") == "close flush");
    CHECK(world.log.lines ==
          "handler of 'bad' threw: boom | handler of 'worse' threw: no std::exception");
    CHECK_FALSE(other.is_closed());
  }

  TEST_CASE("in hooks, middlewares and callbacks too") {
    World world;
    world.node.of("/m").use([](Socket&, const Next&) { throw std::runtime_error{"m"}; });
    world.node.of("/c").on_connection([](Socket&) { throw std::runtime_error{"c"}; });
    world.node.of("/d").on_disconnect(
        [](Socket&, DisconnectReason) { throw std::runtime_error{"d"}; });
    CHECK(world.text(world.open(), "0/m") == "close flush");
    CHECK(world.text(world.open(), "0/c") == R"(40/c,{"sid":"B"} | close flush)");
    FakeEngine& client = world.open();
    world.text(client, "0/d");
    CHECK(world.text(client, "1/d") == "");
    CHECK(world.log.lines ==
          "handler of 'middleware' threw: m | handler of 'connection' threw: c | "
          "handler of 'disconnect' threw: d");
  }
}

TEST_SUITE("socketio/node: properties") {
  TEST_CASE("whatever a client sends, the server stands and the canary is answered") {
    CHECK(rc::check([](const std::vector<std::pair<std::string, std::uint8_t>>& messages) {
      Conformance world;
      FakeEngine& canary = world.join();
      FakeEngine* client = &world.open();
      for (const auto& [bytes, choice] : messages) {
        if (client->is_closed()) client = &world.open();
        switch (choice % 7) {
          case 0: world.text(*client, "0"); break;
          case 1: world.text(*client, "0/custom,{}"); break;
          case 2: world.text(*client, R"(2["message","x"])"); break;
          case 3: world.text(*client, R"(51-["message",{"_placeholder":true,"num":0}])"); break;
          case 4: world.binary(*client, bytes); break;
          case 5: world.text(*client, "1"); break;
          default: world.text(*client, bytes);
        }
      }
      RC_ASSERT(world.text(canary, R"(20["message-with-ack",7])") == "430[7]");
      RC_ASSERT(world.log.lines.find("threw") == std::string::npos);
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
