// Goal: what is said and done through the Node itself.

#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/node: the main namespace") {
  TEST_CASE("what is said through the node is said there") {
    Crowd crowd{{}, 2};
    crowd.node.of("/other");
    crowd.socket('A').join("x");
    crowd.node.emit("e");
    crowd.node.emit("e", 1, "two");
    CHECK(crowd.engines[1]->take() == R"(42["e"] | 42["e",1,"two"])");
    crowd.receivers();
    crowd.node.to("x").emit("e");
    CHECK(crowd.receivers() == "A");
    crowd.node.except("x").emit("e");
    CHECK(crowd.receivers() == "B");
  }
}

TEST_SUITE("socketio/node: close") {
  TEST_CASE("every socket of every namespace ends with its reason, the connections with them") {
    Crowd crowd{{}, 2};
    crowd.node.of("/a");
    crowd.text(*crowd.engines[0], "0/a");
    std::string told;
    for (const char* name : {"/", "/a"}) {
      crowd.node.of(name).on_disconnect([&](Socket& socket, DisconnectReason reason) {
        told.append(socket.id().substr(0, 1)).append(": ").append(to_string(reason)).append(", ");
      });
    }
    crowd.engines[0]->take();
    crowd.node.close();
    CHECK(told.size() == std::string_view{"A: server shutting down, "}.size() * 3);
    CHECK(told.find("C: server shutting down, ") != std::string::npos);
    CHECK(crowd.engines[0]->take() == "close otherwise");
    CHECK(crowd.engines[1]->is_closed());
    crowd.node.close();
  }
}

}  // namespace
}  // namespace veche::socketio
