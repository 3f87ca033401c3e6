// Goal: a connection keeps its sockets in order and gives them away whole.

#include "veche/socketio/connection.hpp"

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/connection") {
  TEST_CASE("sockets are found by namespace, in the order of their CONNECTs") {
    World world;
    world.node.of("/a");
    world.node.of("/b");
    FakeEngine& client = world.open();
    Connection& connection = Connection::of(client);
    CHECK(connection.is_waiting());
    for (const char* text : {"0/b", "0", "0/a"}) world.text(client, text);
    CHECK_FALSE(connection.is_waiting());
    std::string order;
    for (Socket* s = connection.first(); s != nullptr; s = Connection::next(*s))
      order += s->nsp().name();
    CHECK(order == "/b//a");
    CHECK(connection.find("/a")->id() == sid('C'));
    CHECK(connection.find("/c") == nullptr);
    world.text(client, "1");
    CHECK(connection.find("/") == nullptr);
    CHECK(connection.find("/a")->is_connected());
  }

  TEST_CASE("an idle connection is small") {
    CHECK(sizeof(Connection) <= 72);
    CHECK(sizeof(Socket) <= 160);
    CHECK(sizeof(Room) <= 48);
  }
}

}  // namespace
}  // namespace veche::socketio
