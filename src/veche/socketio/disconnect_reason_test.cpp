// Goal: the texts that Socket.IO's server documents.

#include "veche/socketio/disconnect_reason.hpp"

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/disconnect_reason") {
  TEST_CASE("texts") {
    using enum DisconnectReason;
    CHECK(to_string(client_namespace_disconnect) == "client namespace disconnect");
    CHECK(to_string(server_namespace_disconnect) == "server namespace disconnect");
    CHECK(to_string(forced_server_close) == "forced server close");
  }

  TEST_CASE("the end of a session") {
    const auto text = [](engineio::CloseReason reason) {
      return to_string(disconnect_reason(reason));
    };
    CHECK(text(engineio::CloseReason::transport_close) == "transport close");
    CHECK(text(engineio::CloseReason::transport_error) == "transport error");
    CHECK(text(engineio::CloseReason::ping_timeout) == "ping timeout");
    CHECK(text(engineio::CloseReason::parse_error) == "parse error");
    CHECK(text(engineio::CloseReason::forced_close) == "forced close");
    CHECK(text(engineio::CloseReason::server_shutting_down) == "server shutting down");
    CHECK(text(engineio::CloseReason::overloaded) == "transport close");
  }
}

}  // namespace
}  // namespace veche::socketio
