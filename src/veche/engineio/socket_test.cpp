// Goal: the words that Socket.IO users know.

#include "veche/engineio/socket.hpp"

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

TEST_SUITE("engineio/socket: words") {
  TEST_CASE("transports") {
    CHECK(to_string(Transport::polling) == "polling");
    CHECK(to_string(Transport::websocket) == "websocket");
  }

  TEST_CASE("reasons for which a session ends") {
    CHECK(to_string(CloseReason::transport_close) == "transport close");
    CHECK(to_string(CloseReason::transport_error) == "transport error");
    CHECK(to_string(CloseReason::ping_timeout) == "ping timeout");
    CHECK(to_string(CloseReason::parse_error) == "parse error");
    CHECK(to_string(CloseReason::forced_close) == "forced close");
    CHECK(to_string(CloseReason::server_shutting_down) == "server shutting down");
  }

  TEST_CASE("a peer that reads too slowly sees its transport close") {
    CHECK(to_string(CloseReason::overloaded) == "transport close");
  }
}

}  // namespace
}  // namespace veche::engineio
