// Goal: how sockets come and go: middlewares, reasons, and what handlers may do meanwhile.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// Writes down what the hooks of a namespace are told: "- A transport close" when a socket is
/// disconnecting, "x A transport close" when it is disconnected.
void tell_end(Namespace& nsp, std::string& told) {
  const auto note = [&told](const char* what, const Socket& socket, DisconnectReason reason) {
    if (!told.empty()) told += ", ";
    told += what;
    told += socket.id().front();
    told.append(" ").append(to_string(reason));
  };
  nsp.on_disconnecting([note](Socket& s, DisconnectReason r) { note("- ", s, r); });
  nsp.on_disconnect([note](Socket& s, DisconnectReason r) { note("x ", s, r); });
}

TEST_SUITE("socketio/lifecycle: middlewares") {
  TEST_CASE("they run in order, and CONNECT is answered after the last") {
    World world;
    std::string order;
    world.node.of("/").use([&](Socket&, Next next) {
      order += '1';
      next();
    });
    world.node.of("/").use([&](Socket& socket, Next next) {
      order += '2';
      socket.emit("before CONNECT nothing is sent");
      socket.disconnect();
      next();
    });
    CHECK(world.text(world.open(), "0") == R"(40{"sid":"A"})");
    CHECK(order == "12");
  }

  TEST_CASE("one may answer later; until then the client is not connected") {
    World world;
    std::optional<Next> later;
    world.node.of("/").use([&](Socket& socket, Next next) {
      socket.join("x");
      later = std::move(next);
    });
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0") == "");
    world.node.of("/").emit("to all");
    world.node.of("/").to("x").emit("to the room");
    CHECK(world.node.of("/").sockets().empty());
    CHECK(client.take() == "");
    (*later)();
    (*later)();
    world.node.of("/").to("x").emit("hi");
    CHECK(client.take() == R"(40{"sid":"A"} | 42["hi"])");
  }

  TEST_CASE("an event, a second CONNECT or DISCONNECT before the answer closes") {
    for (const char* text : {R"(2["x"])", "0", "1"}) {
      World world;
      std::optional<Next> later;
      world.node.of("/").use([&](Socket&, Next next) { later = std::move(next); });
      FakeEngine& client = world.open();
      CHECK(world.text(client, "0") == "");
      CHECK(world.text(client, text) == "close flush");
      (*later)();
      CHECK(client.take() == "");
      CHECK(world.node.of("/").sockets().empty());
    }
  }

  TEST_CASE("refusing answers CONNECT_ERROR; the connection stays and may try again") {
    std::string told;
    World world;
    tell_end(world.node.of("/"), told);
    int attempts = 0;
    world.node.of("/").use([&](Socket& socket, Next next) {
      socket.join("x");
      switch (++attempts) {
        case 1: return next.refuse("no token");
        case 2: return next.refuse("late", R"({"code":401})");
        default: return next();
      }
    });
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0") == R"(44{"message":"no token"})");
    CHECK(world.text(client, "0") == R"(44{"message":"late","data":{"code":401}})");
    CHECK(world.node.of("/").rooms().size() == 0);
    CHECK(world.text(client, "0") == R"(40{"sid":"C"})");
    CHECK(told == "");
  }

  TEST_CASE("an answer after the client has gone goes nowhere") {
    World world;
    std::vector<Next> later;
    world.node.of("/").use([&](Socket&, Next next) { later.push_back(std::move(next)); });
    FakeEngine& one = world.open();
    FakeEngine& two = world.open();
    world.text(one, "0");
    world.text(two, "0");
    one.end(engineio::CloseReason::transport_close);
    two.end(engineio::CloseReason::transport_close);
    later[0]();
    later[1].refuse("no");
    CHECK(one.take() + two.take() == "");
  }

  TEST_CASE("connectTimeout also ends a wait for a middleware") {
    World world{{.connect_timeout = Milliseconds{1000}}};
    std::optional<Next> later;
    world.node.of("/").use([&](Socket&, Next next) { later = std::move(next); });
    FakeEngine& client = world.open();
    world.text(client, "0");
    world.advance(Milliseconds{1010});
    CHECK(client.take() == "close flush");
    (*later)();
    CHECK(client.take() == "");
  }
}

TEST_SUITE("socketio/lifecycle: reasons") {
  TEST_CASE("each way to end has its text, and is told once") {
    const auto told_when = [](auto end) {
      std::string told;
      World world;
      tell_end(world.node.of("/"), told);
      FakeEngine& client = world.join(Closed::later);
      end(world, client);
      client.end(engineio::CloseReason::forced_close);
      return told;
    };
    CHECK(told_when([](World& w, FakeEngine& c) { w.text(c, "1"); }) ==
          "- A client namespace disconnect, x A client namespace disconnect");
    CHECK(told_when([](World& w, FakeEngine&) { w.socket('A').disconnect(); }) ==
          "- A server namespace disconnect, x A server namespace disconnect");
    CHECK(told_when([](World& w, FakeEngine&) { w.socket('A').disconnect(Scope::connection); }) ==
          "- A server namespace disconnect, x A server namespace disconnect");
    CHECK(told_when([](World&, FakeEngine& c) { c.end(engineio::CloseReason::ping_timeout); }) ==
          "- A ping timeout, x A ping timeout");
    CHECK(told_when([](World& w, FakeEngine& c) { w.text(c, "abc"); }) ==
          "- A parse error, x A parse error");
    CHECK(told_when([](World& w, FakeEngine& c) { w.text(c, "0"); }) ==
          "- A forced server close, x A forced server close");
    CHECK(told_when([](World&, FakeEngine&) {}) == "- A forced close, x A forced close");
  }

  TEST_CASE("closing a connection without a word sends no 41") {
    std::string told;
    World world;
    tell_end(world.node.of("/"), told);
    FakeEngine& client = world.join();
    world.socket('A').close_connection(engineio::Closing::policy);
    CHECK(client.take() == "close policy");
    CHECK(told == "- A forced server close, x A forced server close");
  }

  TEST_CASE("while disconnecting the rooms are there, then they are left") {
    std::string rooms;
    World world;
    FakeEngine& a = world.join();
    FakeEngine& b = world.join();
    world.socket('A').join("x");
    world.socket('B').join("x");
    world.node.of("/").on_disconnecting([&](Socket& socket, DisconnectReason) {
      for (const auto& room : socket.rooms()) rooms += room + " ";
      world.node.of("/").to("x").emit("left");
    });
    world.node.of("/").on_disconnect([&](Socket& socket, DisconnectReason) {
      rooms += std::to_string(socket.room_count());
      socket.join("y");
      CHECK(world.node.find(socket.handle()) == nullptr);
    });
    CHECK(world.text(a, "1") == "");
    CHECK(b.take() == R"(42["left"])");
    CHECK(rooms == sid('A') + " x 0");
    CHECK(world.node.of("/").rooms().find("y") == nullptr);
  }

  TEST_CASE("a socket's own hooks are told after its namespace's") {
    std::string told;
    World world;
    tell_end(world.node.of("/"), told);
    world.node.of("/").on_connection([&](Socket& socket) {
      socket.on_disconnecting([&](Socket&, DisconnectReason) { told += ", own -"; });
      socket.on_disconnect([&](Socket&, DisconnectReason) { told += ", own x"; });
    });
    FakeEngine& client = world.join();
    world.text(client, "1");
    CHECK(told == "- A client namespace disconnect, own -, x A client namespace disconnect, own x");
  }
}

TEST_SUITE("socketio/lifecycle: re-entrancy") {
  TEST_CASE("a handler may disconnect its own socket, again and again") {
    for (const Closed closed : {Closed::inside_the_call, Closed::later}) {
      for (const Scope scope : {Scope::nsp, Scope::connection}) {
        std::string told;
        World world;
        tell_end(world.node.of("/"), told);
        world.node.of("/").on("bye", [&](Socket& socket, Event& event) {
          socket.disconnect(scope);
          socket.disconnect(Scope::connection);
          event.ack(Raw{"\"too late\""});
          socket.emit(event.name, event.raw());
          CHECK(socket.id() == sid('A'));
          CHECK(socket.conn() == nullptr);
          CHECK(socket.request().target.empty());
        });
        world.node.of("/").on("bye", [&](Socket&, Event&) { told += "never called"; });
        FakeEngine& client = world.join(closed);
        CHECK(world.text(client, R"(20["bye",{"a":1}])") ==
              (scope == Scope::nsp ? "41" : "41 | close flush"));
        CHECK(told == "- A server namespace disconnect, x A server namespace disconnect");
      }
    }
  }

  TEST_CASE("a handler may disconnect any other socket") {
    World world;
    world.node.of("/").on("kick", [&](Socket&, Event&) {
      world.socket('B').disconnect(Scope::connection);
      world.node.of("/").emit("kicked");
    });
    FakeEngine& a = world.join();
    FakeEngine& b = world.join();
    CHECK(world.text(a, R"(2["kick"])") == R"(42["kicked"])");
    CHECK(b.take() == "41 | close flush");
  }

  TEST_CASE("hooks of one client's sockets may end the others of it") {
    for (const Closed closed : {Closed::inside_the_call, Closed::later}) {
      std::string told;
      World world;
      world.node.of("/two");
      for (const char* name : {"/", "/two"}) {
        Namespace& nsp = world.node.of(name);
        tell_end(nsp, told);
        nsp.on_disconnecting([&](Socket& socket, DisconnectReason) {
          for (const char* other : {"/", "/two"}) {
            for (Socket* each : world.node.of(other).sockets()) {
              if (each != &socket) each->disconnect(Scope::connection);
            }
          }
          socket.disconnect();
          socket.close_connection(engineio::Closing::flush);
        });
      }
      FakeEngine& client = world.join(closed);
      world.text(client, "0/two");
      CHECK(world.text(client, "1") == "41/two, | close flush");
      CHECK(told ==
            "- A client namespace disconnect, - B server namespace disconnect, "
            "x B server namespace disconnect, x A client namespace disconnect");
    }
  }

  TEST_CASE("disconnecting everyone while everyone disconnects everyone") {
    std::string told;
    World world;
    Namespace& nsp = world.node.of("/");
    tell_end(nsp, told);
    nsp.on_disconnecting(
        [&](Socket&, DisconnectReason) { nsp.disconnect_sockets(Scope::connection); });
    for (int i = 0; i < 3; ++i) world.join();
    nsp.disconnect_sockets();
    CHECK(nsp.sockets().empty());
    std::size_t ends = 0;
    for (std::size_t at = told.find("x "); at != std::string::npos; at = told.find("x ", at + 1))
      ++ends;
    CHECK(ends == 3);
  }

  TEST_CASE("what the application keeps may end others when it is freed") {
    struct Partner final : SocketData {
      Partner(Node& n, SocketHandle h) : node{n}, other{h} {}
      ~Partner() override {
        if (Socket* socket = node.find(other)) socket->disconnect();
      }
      Node& node;
      SocketHandle other;
    };
    World world;
    FakeEngine& a = world.join();
    FakeEngine& b = world.join();
    world.socket('A').set_data(std::make_unique<Partner>(world.node, world.socket('B').handle()));
    CHECK(world.text(a, "1") == "");
    CHECK(b.take() == "41");
    CHECK(world.node.of("/").sockets().empty());
  }

  TEST_CASE("handlers may add handlers while they run") {
    World world;
    int calls = 0;
    Namespace& nsp = world.node.of("/");
    nsp.on("grow", [&](Socket& socket, Event&) {
      ++calls;
      for (int i = 0; i < 100; ++i) {
        nsp.on("other " + std::to_string(i), [](Socket&, Event&) {});
        nsp.on("grow", [&](Socket&, Event&) { ++calls; });
        socket.on("grow", [&](Socket&, Event&) { ++calls; });
      }
    });
    FakeEngine& client = world.join();
    world.text(client, R"(2["grow"])");
    CHECK(calls == 1 + 100);
  }
}

TEST_SUITE("socketio/lifecycle: upgrade") {
  TEST_CASE("each connected socket of the client is told of, the parent's handlers first") {
    World world;
    std::string told;
    const auto note = [&told](std::string who) {
      return [&told, who](Socket& socket) { told += who + std::string{socket.nsp().name()} + " "; };
    };
    world.node.of("/").on_upgrade(note("own "));
    world.node.of_pattern("^/c").on_upgrade(note("parent "));
    world.node.of("/chat").on_upgrade(note("own "));
    world.node.of("/slow").use([](Socket&, const Next&) {}).on_upgrade(note("never "));
    FakeEngine& client = world.join();
    world.join();
    world.text(client, "0/chat,");
    world.text(client, "0/slow,");
    world.node.upgraded(client, world.now);
    CHECK(told == "own / parent /chat own /chat ");
  }

  TEST_CASE("a handler may disconnect the client, whose other sockets are then not told of") {
    World world;
    int calls = 0;
    const auto leave = [&calls](Socket& socket) {
      ++calls;
      socket.disconnect(Scope::connection);
    };
    world.node.of("/").on_upgrade(leave).on_upgrade(leave);
    world.node.of("/chat").on_upgrade(leave);
    FakeEngine& client = world.join();
    world.text(client, "0/chat,");
    world.node.upgraded(client, world.now);
    CHECK(calls == 1);
    CHECK(client.is_closed());
  }

  TEST_CASE("a session that has joined nothing is nobody's, and what a handler throws is logged") {
    World world;
    world.node.of("/").on_upgrade([](Socket&) { throw std::runtime_error{"oops"}; });
    world.node.upgraded(world.open(), world.now);
    FakeEngine& client = world.join();
    world.node.upgraded(client, world.now);
    CHECK(world.log.lines.find("oops") != std::string::npos);
    CHECK(client.is_closed());
  }
}

}  // namespace
}  // namespace veche::socketio
