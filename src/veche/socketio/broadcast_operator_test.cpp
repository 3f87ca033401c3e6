// Goal: the chain says whom it is for, as in Socket.IO.

#include "veche/socketio/broadcast_operator.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/broadcast_operator") {
  TEST_CASE("rooms are united, exceptions taken out") {
    Crowd crowd{{}, 4};
    crowd.socket('A').join("x");
    crowd.socket('B').join("x");
    crowd.socket('B').join("y");
    crowd.socket('C').join("y");
    Namespace& nsp = crowd.nsp();
    nsp.to("x").to("y").emit("e");
    CHECK(crowd.receivers() == "ABC");
    nsp.to("x").to("y").except(sid('B')).emit("e", Raw{"1"});
    CHECK(crowd.receivers() == "AC");
    const std::vector<std::string> both{"x", "y"};
    nsp.to(both).emit("e");
    CHECK(crowd.receivers() == "ABC");
    nsp.except("x").except("y").local().emit("e");
    CHECK(crowd.receivers() == "D");
    nsp.volatile_().except(both).emit("e");
    CHECK(crowd.receivers() == "D");
    nsp.emit("e");
    CHECK(crowd.receivers() == "ABCD");
  }

  TEST_CASE("from a socket it is for everyone else") {
    Crowd crowd{{}, 3};
    crowd.socket('A').join("x");
    crowd.socket('B').join("x");
    crowd.socket('A').to("x").emit("e");
    CHECK(crowd.receivers() == "B");
    crowd.socket('A').broadcast().emit("e");
    CHECK(crowd.receivers() == "BC");
  }

  TEST_CASE("binary goes to everyone as one packet") {
    Crowd crowd{{}, 2};
    const Attachments one{"one"};
    crowd.nsp().to(sid('B')).emit("b", Raw{R"({"_placeholder":true,"num":0})", &one});
    CHECK(crowd.engines[0]->take() == "");
    CHECK(crowd.engines[1]->take() == R"(451-["b",{"_placeholder":true,"num":0}]+bb25l)");
  }

  TEST_CASE("the chosen are made to join, leave and go") {
    Crowd crowd{{}, 3};
    crowd.nsp().except(sid('C')).sockets_join("x");
    CHECK(crowd.fetch({"x"}) == "A x, B x");
    crowd.nsp().to(sid('A')).sockets_leave("x");
    CHECK(crowd.fetch({"x"}) == "B x");
    crowd.nsp().to("x").disconnect_sockets(Scope::nsp);
    CHECK(crowd.fetch({}) == "A, C");
    std::size_t count = 0;
    crowd.nsp().local().fetch_sockets(
        [&](const Result<std::vector<RemoteSocket>>& found) { count = found->size(); });
    CHECK(count == 2);
    crowd.nsp().local().fetch_sockets([](const auto&) { throw std::runtime_error{"no"}; });
    CHECK(crowd.log.lines == "handler of 'fetch_sockets' threw: no");
    crowd.nsp().sockets_join("y");
    crowd.nsp().sockets_leave("nowhere");
    CHECK(crowd.fetch({"y"}) == "A y, C y");
  }
}

}  // namespace
}  // namespace veche::socketio
