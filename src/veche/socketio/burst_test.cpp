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
    add(count);
    burst.emit(audience);
  }
  void add(int count) {
    for (int i = 1; i <= count; ++i) {
      const std::string args = std::to_string(i);
      REQUIRE(burst.add({.event = "e", .args = args, .offset = i == 2 ? "o" : ""}));
    }
  }
  /// Who has got something since, and a mark behind the end: "AB", "C.".
  std::string go_on(std::size_t count) {
    const bool is_done = burst.go_on(count);
    return crowd.receivers() + (is_done ? "." : "");
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

  TEST_CASE("half full is more than half of the bytes, or of the emissions") {
    Crowd crowd{{}, 0};
    Burst burst{crowd.nsp()};
    CHECK_FALSE(burst.is_half_full());
    const std::string half(Burst::bytes_max / 2, 'x');
    REQUIRE(burst.add({.event = "e", .args = half}));
    CHECK(burst.is_half_full());
    Burst many{crowd.nsp()};
    for (std::size_t i = 0; i < Burst::count_max / 2; ++i) REQUIRE(many.add({.event = "e"}));
    CHECK_FALSE(many.is_half_full());
    REQUIRE(many.add({.event = "e"}));
    CHECK(many.is_half_full());
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

TEST_SUITE("socketio/burst: in slices") {
  TEST_CASE("so many at a time, each all of it, in order, in one send") {
    Hall hall{5};
    hall.add(2);
    hall.burst.begin(hall.audience);
    CHECK(hall.crowd.receivers() == "");
    CHECK(hall.burst.is_under_way());
    CHECK(hall.go_on(2) == "AB");
    CHECK_FALSE(hall.burst.go_on(2));
    CHECK(hall.crowd.engines[2]->take() == R"(42["e",1]+42["e",2,"o"])");
    CHECK(hall.crowd.receivers() == "CD");
    CHECK(hall.go_on(2) == "E.");
    CHECK_FALSE(hall.burst.is_under_way());
    hall.emit(1);
    CHECK(hall.crowd.receivers() == "ABCDE");
  }

  TEST_CASE("nobody there is served at once") {
    Hall hall{0};
    hall.add(1);
    hall.burst.begin(hall.audience);
    CHECK(hall.go_on(1) == ".");
    CHECK(hall.burst.is_empty());
  }

  TEST_CASE("who has ended is passed over, who joins is not served, who leaves is") {
    Hall hall{5};
    hall.add(1);
    hall.burst.begin(hall.audience);
    CHECK(hall.go_on(1) == "A");
    hall.crowd.engines[1]->end(engineio::CloseReason::transport_close);
    hall.crowd.socket('C').disconnect();
    hall.crowd.socket('D').leave("x");
    hall.crowd.join();
    hall.crowd.socket('F').join("x");
    hall.crowd.receivers();
    CHECK(hall.go_on(10) == "DE.");
    hall.emit(1);
    CHECK(hall.crowd.receivers() == "AEF");
  }

  TEST_CASE("who wants each emission for itself comes last, in slices too") {
    Hall hall{4};
    std::string line;
    for (const char letter : {'A', 'B', 'C'}) {
      hall.crowd.socket(letter).on_any_outgoing([&](Socket& socket, const Emission& emission) {
        line.append(socket.id().substr(0, 1)).append(emission.args).append(" ");
        if (socket.id()[0] == 'A' && emission.args == "1") hall.crowd.socket('B').disconnect();
      });
    }
    hall.add(2);
    hall.burst.begin(hall.audience);
    CHECK(hall.go_on(3) == "");
    CHECK(hall.go_on(2) == "AABD");  // B is told that it is disconnected
    CHECK(line == "A1 A2 ");
    CHECK(hall.go_on(2) == "CC.");
    CHECK(line == "A1 A2 C1 C2 ");
  }
}

}  // namespace
}  // namespace veche::socketio
