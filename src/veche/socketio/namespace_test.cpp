// Goal: a namespace calls its handlers in order and finds its sockets.

#include "veche/socketio/namespace.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/namespace: handlers") {
  TEST_CASE("those for any event, then those for the one, the socket's own last") {
    std::string order;
    World world;
    Namespace& nsp = world.node.of("/");
    const auto note = [&](std::string what) {
      return [&order, what](Socket&, Event& event) {
        order.append(what).append(" ").append(event.name).append(", ");
      };
    };
    nsp.on("e", note("first")).on("e", note("second")).on_any(note("any"));
    nsp.on_connection([&](Socket& socket) {
      socket.on("e", note("own"));
      socket.on_any(note("own any"));
    });
    FakeEngine& client = world.join();
    world.text(client, R"(2["e"])");
    CHECK(order == "any e, own any e, first e, second e, own e, ");
    order.clear();
    world.text(client, R"(2["f"])");
    CHECK(order == "any f, own any f, ");
  }

  TEST_CASE("of several handlers one may answer") {
    World world;
    Namespace& nsp = world.node.of("/");
    nsp.on_any([](Socket&, Event& event) { event.ack(Raw{"1"}); });
    nsp.on("e", [](Socket&, Event& event) {
      CHECK_FALSE(event.ack);
      event.ack(Raw{"2"});
    });
    CHECK(world.text(world.join(), R"(20["e"])") == "430[1]");
  }

  TEST_CASE("namespaces are apart") {
    World world;
    world.node.of("/a").on("e", [](Socket& socket, Event&) { socket.join("x"); });
    world.node.of("/b");
    FakeEngine& client = world.open();
    world.text(client, "0/a");
    world.text(client, "0/b");
    CHECK(world.text(client, R"(2/b,["e"])") == "");
    CHECK(world.text(client, R"(2/a,["e"])") == "");
    world.node.of("/b").to("x").emit("nobody");
    CHECK(client.take() == "");
    world.node.of("/a").to("x").emit("hi");
    CHECK(client.take() == R"(42/a,["hi"])");
  }
}

TEST_SUITE("socketio/namespace: sockets") {
  TEST_CASE("they are listed and found by id while they are connected") {
    Crowd crowd{{}, 3};
    CHECK(crowd.nsp().sockets().size() == 3);
    CHECK(crowd.nsp().find(sid('B')) == &crowd.socket('B'));
    CHECK(crowd.nsp().find("B") == nullptr);
    CHECK(crowd.nsp().find("") == nullptr);
    crowd.socket('A').disconnect();
    CHECK(crowd.nsp().find(sid('A')) == nullptr);
    CHECK(crowd.nsp().sockets().size() == 2);
    crowd.nsp().emit("e");
    crowd.nsp().disconnect_sockets();
    CHECK(crowd.nsp().sockets().empty());
    CHECK(crowd.engines[2]->take() == R"(42["e"] | 41)");
  }
}

TEST_SUITE("socketio/namespace: audiences") {
  TEST_CASE("one gets what its rooms' union gets, each socket once") {
    Crowd crowd{{}, 4};
    Audience audience{crowd.nsp().rooms()};
    for (const char* room : {"chat-1", "user-1", "user-2"}) audience.add(room);
    crowd.socket('A').join("user-1");
    crowd.socket('A').join("chat-1");
    crowd.socket('B').join("user-2");
    crowd.socket('C').join("user-3");
    crowd.nsp().emit(audience, {"e", "1"});
    CHECK(crowd.receivers() == "AB");
    crowd.socket('A').disconnect();
    crowd.receivers();
    crowd.socket('D').join("chat-1");
    crowd.engines[1]->queued = 1 << 20;
    crowd.nsp().emit(audience, {"e", "1"}, {.is_volatile = true});
    CHECK(crowd.receivers() == "D");
  }

  TEST_CASE("a member that is not connected yet is passed over") {
    std::optional<Next> later;
    World world;
    world.node.of("/").use([&](Socket& socket, Next next) {
      socket.join("x");
      later = std::move(next);
    });
    FakeEngine& client = world.open();
    world.text(client, "0");
    Audience audience{world.node.of("/").rooms()};
    audience.add("x");
    world.node.of("/").emit(audience, {"e"});
    CHECK(client.take() == "");
  }
}

}  // namespace
}  // namespace veche::socketio
