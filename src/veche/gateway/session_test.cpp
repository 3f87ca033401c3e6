// Goal: whose a socket is is found where it was written down. Method: a socket in some rooms.

#include "veche/gateway/session.hpp"

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

TEST_SUITE("gateway/session") {
  TEST_CASE("user and session of a socket are named by its rooms, another issuer's by one") {
    testing::SocketWorld world;
    world.signed_in("ada");
    socketio::Socket& socket = *world.node.of("/").sockets().front();
    CHECK(user_id_of(socket) == "ada");
    CHECK(session_id_of(socket) == "");
    socket.join("session-s1");
    CHECK(session_id_of(socket) == "s1");
    CHECK(user_id_of(socket) == "ada");
  }
}

}  // namespace
}  // namespace veche::gateway
