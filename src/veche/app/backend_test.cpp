// Goal: the backend's own part, which is its beginning and its end; the story between is told by
// tests/simulation. Method: the whole of it in one thread.

#include "veche/app/backend.hpp"

#include <doctest/doctest.h>

#include "simulation/house.hpp"

namespace veche::app {
namespace {

using namespace std::chrono_literals;
using simulation::Client;
using simulation::House;
using simulation::rest;

TEST_SUITE("app/backend: draining") {
  TEST_CASE("clients are sent away, then it is done; once") {
    House house{5};
    const auto token = house.token("ann");
    Client one{house, token};
    static_cast<void>(one.packets());
    int done = 0;
    house.backend().drain([&] { ++done; });
    house.backend().drain([&] { done += 100; });
    house.settle();
    CHECK(one.is_closed());
    house.pass(3s);  // the closing connection waits for its peer's end, for a while
    CHECK(done == 1);
    CHECK_FALSE(house.is_listening());
  }

  TEST_CASE("a client that does not go is waited for, but not for ever") {
    House house{6};
    auto silent = house.connect();
    silent.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    house.settle();
    bool is_done = false;
    house.backend().drain([&] { is_done = true; });
    house.pass(4s);
    CHECK_FALSE(is_done);
    house.pass(2s);
    CHECK(is_done);
  }

  TEST_CASE("it is ready until it drains") {
    House house{7};
    CHECK(rest(house, "GET /readyz").status == 200);
    auto kept = house.connect();
    house.settle();
    house.backend().drain([] {});
    house.settle();
    kept.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    house.settle();
    CHECK(kept.receive().starts_with("HTTP/1.1 503"));
  }
}

}  // namespace
}  // namespace veche::app
