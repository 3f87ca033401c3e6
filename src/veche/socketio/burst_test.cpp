// Goal: a burst is told exactly as its emissions one after the other would be, in one send to most.

#include "veche/socketio/burst.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

/// A crowd in a room, and the audience of that room.
struct Hall {
  explicit Hall(int count) : crowd{{}, count} {
    crowd.nsp().sockets_join("x");
    audience.add("x");
  }
  /// Adds events "e" with these arguments, and emits.
  void emit(int count) {
    for (int i = 1; i <= count; ++i) {
      const std::string args = std::to_string(i);
      REQUIRE(burst.add({.event = "e", .args = args, .offset = i == 2 ? "o" : ""}));
    }
    burst.emit(audience);
  }

  Crowd crowd;
  Audience audience{crowd.nsp().rooms()};
  Burst burst{crowd.nsp()};
};

TEST_SUITE("socketio/burst") {
  TEST_CASE("everyone gets all of it, in order, in one send") {
    Hall hall{3};
    hall.emit(3);
    for (const auto& engine : hall.crowd.engines) {
      CHECK(engine->sent == 1);
      CHECK(engine->take() == R"(42["e",1]+42["e",2,"o"]+42["e",3])");
    }
    CHECK(hall.burst.is_empty());
    hall.emit(1);
    CHECK(hall.crowd.engines[0]->take() == R"(42["e",1])");
  }

  TEST_CASE("nothing kept, or nobody there, is nothing") {
    Hall hall{1};
    hall.burst.emit(hall.audience);
    CHECK(hall.crowd.engines[0]->take() == "");
    Hall empty{0};
    empty.emit(2);
    CHECK(empty.burst.is_empty());
  }

  TEST_CASE("outgoing handlers are told each emission, and may end their socket") {
    Hall hall{2};
    std::string line;
    hall.crowd.socket('A').on_any_outgoing([&](Socket& socket, const Emission& emission) {
      line.append(emission.args).append(" ");
      if (emission.args == "2") socket.disconnect();
    });
    hall.emit(3);
    CHECK(line == "1 2 ");
    CHECK(hall.crowd.engines[0]->take() == R"(42["e",1] | 42["e",2,"o"] | 41)");
    CHECK(hall.crowd.engines[1]->take() == R"(42["e",1]+42["e",2,"o"]+42["e",3])");
  }

  TEST_CASE("it has room for so many bytes and emissions, and always for one") {
    Crowd crowd{{}, 0};
    Burst burst{crowd.nsp()};
    const std::string large(Burst::bytes_max, 'x');
    CHECK(burst.add({.event = "e", .args = large}));
    CHECK_FALSE(burst.add({.event = "e"}));
    CHECK(burst.size() == 1);
    Burst many{crowd.nsp()};
    for (std::size_t i = 0; i < Burst::count_max; ++i) REQUIRE(many.add({.event = "e"}));
    CHECK_FALSE(many.add({.event = "e"}));
  }
}

}  // namespace
}  // namespace veche::socketio
