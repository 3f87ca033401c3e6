// Goal: a socket's session is found where it was written down. Method: a socket in some rooms.

#include "veche/gateway/session.hpp"

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

TEST_SUITE("gateway/session") {
  TEST_CASE("the session of a socket is named by its room, another issuer's by none") {
    testing::SocketWorld world;
    world.signed_in("ada");
    socketio::Socket& socket = *world.node.of("/").sockets().front();
    CHECK(session_id_of(socket) == "");
    socket.join("session-s1");
    CHECK(session_id_of(socket) == "s1");
  }
}

}  // namespace
}  // namespace veche::gateway
