// Goal: the application hears of rooms, may act on it at once, and nobody else pays.

#include "veche/socketio/room_handlers.hpp"

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// Writes down what it is told, with the first letter of ids.
struct Told : World {
  Told() {
    Namespace& nsp = node.of("/");
    const auto room = [this](const char* what) {
      return [this, what](std::string_view name) { note(what, name, ""); };
    };
    const auto member = [this](const char* what) {
      return [this, what](std::string_view name, std::string_view id) { note(what, name, id); };
    };
    nsp.on_create_room(room("+")).on_delete_room(room("-"));
    nsp.on_join_room(member("in")).on_leave_room(member("out"));
  }
  void note(std::string_view what, std::string_view room, std::string_view id) {
    const bool is_id = room.size() == Socket::id_size;
    line.append(what).append(":").append(is_id ? room.substr(0, 1) : room);
    if (!id.empty()) line.append(":").append(id.substr(0, 1));
    line.append(" ");
  }
  std::string take() { return std::exchange(line, {}); }

  std::string line;
};

TEST_SUITE("socketio/room_handlers") {
  TEST_CASE("a socket's own room comes first and goes last") {
    Told world;
    FakeEngine& client = world.join();
    CHECK(world.take() == "+:A in:A:A ");
    world.socket('A').join("x");
    world.socket('A').join("x");
    CHECK(world.take() == "+:x in:x:A ");
    world.join();
    world.socket('B').join("x");
    CHECK(world.take() == "+:B in:B:B in:x:B ");
    world.socket('A').leave("x");
    CHECK(world.take() == "out:x:A ");
    world.socket('B').disconnect();
    CHECK(world.take() == "out:x:B -:x out:B:B -:B ");
    world.text(client, "1");
    CHECK(world.take() == "out:A:A -:A ");
  }

  TEST_CASE("a handler may change the rooms, end sockets, or throw") {
    Told world;
    world.join();
    world.take();
    Namespace& nsp = world.node.of("/");
    nsp.on_create_room([&](std::string_view room) {
      if (room == "x") world.socket('A').leave("x");
      if (room == "y") world.socket('A').disconnect();
      if (room == "z") throw std::runtime_error{"why"};
    });
    nsp.on_leave_room([&](std::string_view room, std::string_view) {
      if (room == "w") world.socket('A').join("w");
    });
    world.socket('A').join("x");
    CHECK(world.take() == "+:x out:x:A -:x in:x:A ");
    CHECK_FALSE(world.socket('A').is_in("x"));
    world.socket('A').join("z");
    CHECK(world.log.lines == "handler of 'create-room' threw: why");
    world.socket('A').join("w");
    world.take();
    world.socket('A').leave("w");
    CHECK(world.socket('A').is_in("w"));
    nsp.to(sid('A')).sockets_join("y");
    CHECK(nsp.sockets().empty());
    CHECK(nsp.rooms().size() == 0);
  }
}

}  // namespace
}  // namespace veche::socketio
