// Goal: going through many sockets ahead leaves none out, takes none twice, and keeps their order.
// Method: crowds of every size around the strides; each engine counts the hints it is given.

#include "veche/socketio/ahead.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/ahead") {
  TEST_CASE("each socket is visited once, in order") {
    Crowd crowd{{}, 60};
    const auto all = crowd.nsp().sockets();
    for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 33U, 48U, 49U, 60U}) {
      std::vector<Socket*> visited;
      visit_ahead(
          all.first(count), [](Socket* socket) { return socket; },
          [&visited](Socket& socket) { visited.push_back(&socket); });
      CAPTURE(count);
      const auto first = all.first(count);
      CHECK(visited == std::vector<Socket*>{first.begin(), first.end()});
    }
  }

  TEST_CASE("all but the first few are expected, once, before they are visited") {
    Crowd crowd{{}, 50};
    const auto expected = [&crowd] {
      std::size_t count = 0;
      for (const auto& engine : crowd.engines) count += engine->expected;
      return count;
    };
    std::size_t visited = 0;
    bool is_ahead = true;
    visit_ahead(
        crowd.nsp().sockets(), [](Socket* socket) { return socket; },
        [&](Socket&) {
          ++visited;
          is_ahead = is_ahead && (visited <= 16 || expected() + 16 >= visited);
        });
    CHECK(visited == 50);
    CHECK(expected() == 50 - 16);
    CHECK(is_ahead);
  }

  TEST_CASE("a broadcast goes ahead, to a room as to an audience") {
    Crowd crowd{{}, 20};
    crowd.nsp().sockets_join("x");
    const auto hints = [&crowd] { return std::exchange(crowd.engines.back()->expected, 0); };
    hints();
    crowd.nsp().to("x").emit("hello", 1);
    CHECK(hints() == 1);
    Audience audience{crowd.nsp().rooms()};
    audience.add("x");
    crowd.nsp().emit(audience, {"hello", "1"});
    CHECK(hints() == 1);
  }
}

}  // namespace
}  // namespace veche::socketio
