// Goal: flags hold for one emission.

#include "veche/socketio/flagged_socket.hpp"

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/flagged_socket") {
  TEST_CASE("volatile is for clients that keep up, in either direction") {
    Crowd crowd{{}, 3};
    for (const std::size_t slow : {0U, 1U}) crowd.engines[slow]->queued = 1 << 20;
    Socket& socket = crowd.socket('A');
    socket.volatile_().emit("e", 1);
    CHECK(crowd.receivers() == "");
    socket.emit("e", 1);
    CHECK(crowd.receivers() == "A");
    socket.volatile_().broadcast().emit("e", 1);
    CHECK(crowd.receivers() == "C");
    socket.join("x");
    crowd.socket('C').join("x");
    socket.volatile_().to("x").emit("e");
    CHECK(crowd.receivers() == "C");
  }

  TEST_CASE("a volatile question that is dropped waits for its time") {
    Crowd crowd{{}, 1};
    crowd.engines[0]->queued = 1 << 20;
    bool is_told = false;
    crowd.socket('A')
        .volatile_()
        .timeout(Milliseconds{50})
        .emit_with_ack("q", [&](Result<void> answer) { is_told = !answer; });
    CHECK(crowd.receivers() == "");
    crowd.advance(Milliseconds{60});
    CHECK(is_told);
  }

  TEST_CASE("what is not to be compressed says so to the transport") {
    Crowd crowd{{}, 2};
    Socket& socket = crowd.socket('A');
    const auto compressed = [&](std::size_t who) { return crowd.engines[who]->is_compressed; };
    socket.compress(false).emit("e");
    CHECK_FALSE(compressed(0));
    socket.emit("e");
    CHECK(compressed(0));
    socket.compress(false).broadcast().emit("e");
    CHECK_FALSE(compressed(1));
    crowd.nsp().to(sid('B')).emit("e");
    CHECK(compressed(1));
    crowd.nsp().compress(false).emit("e");
    CHECK_FALSE(compressed(1));
    crowd.nsp().except("x").compress(true).emit("e");
    CHECK(compressed(1));
  }

  TEST_CASE("everyone but the socket may be chosen in several ways") {
    Crowd crowd{{}, 4};
    crowd.socket('B').join("x");
    crowd.socket('C').join("y");
    const std::vector<std::string> both{"x", "y"};
    crowd.socket('A').to(both).emit("e");
    CHECK(crowd.receivers() == "BC");
    crowd.socket('A').except("x").emit("e");
    CHECK(crowd.receivers() == "CD");
    crowd.socket('A').local().emit("e");
    CHECK(crowd.receivers() == "BCD");
  }
}

}  // namespace
}  // namespace veche::socketio
