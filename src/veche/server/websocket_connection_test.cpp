// Goal: messages reach the engine, frames reach the peer, and an end on either side is told to
// the other with the code of RFC 6455. Method: a worker over a network in memory.

#include "veche/server/websocket_connection.hpp"

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

namespace veche::server {
namespace {

using namespace std::chrono_literals;

/// A client that has its 101 and has read the open packet.
testing::FakeClient open(ServerWorld& world) {
  auto client = world.network.connect(80);
  client.send(upgrade_request);
  world.settle();
  CHECK(client.receive().starts_with("HTTP/1.1 101"));
  return client;
}

TEST_SUITE("server/websocket_connection: RFC 6455") {
  TEST_CASE("the open packet follows the 101; CONNECT and an ack go both ways") {
    ServerWorld world;
    auto client = world.network.connect(80);
    client.send(std::string{upgrade_request} + client_frame("40"));  // in one segment
    world.settle();
    const auto answer = client.receive();
    CHECK(answer.starts_with("HTTP/1.1 101"));
    CHECK(answer.find("0{\"sid\":\"") != answer.npos);
    CHECK(answer.find("40{\"sid\":\"") != answer.npos);
    client.send(client_frame(R"(421["echo",1])"));
    world.settle();
    CHECK(client.receive() ==
          "\x81\x06"
          "431[1]");
  }

  TEST_CASE("section 5.5.1: a close frame is answered with its code, then the connection closed") {
    ServerWorld world;
    auto client = open(world);
    client.send(client_frame("\x03\xE8", '\x88'));
    world.settle();
    CHECK(client.receive() == "\x88\x02\x03\xE8");
    CHECK(client.is_at_end());
    CHECK(world.worker().engine().session_count() == 0);
  }

  TEST_CASE("section 5.5.2: a ping is answered with its payload") {
    ServerWorld world;
    auto client = open(world);
    client.send(client_frame("abc", '\x89'));
    world.settle();
    CHECK(client.receive() ==
          "\x8A\x03"
          "abc");
  }

  TEST_CASE("pings of one that never reads leave one pong waiting (RELIABILITY 29)") {
    ServerWorld world;
    auto client = open(world);
    client.set_window(0);
    std::string pings;
    for (int i = 0; i < 10'000; ++i) pings += client_frame("payload" + std::to_string(i), '\x89');
    client.send(pings);
    world.settle();
    client.set_window(1U << 20U);
    world.settle();
    const auto pongs = client.receive();
    CHECK(pongs.find("payload0") != pongs.npos);
    CHECK(pongs.ends_with("payload9999"));
    CHECK(pongs.size() < 100);
  }

  TEST_CASE("section 5.1: an unmasked frame is 1002") {
    ServerWorld world;
    auto client = open(world);
    client.send(
        "\x81\x02"
        "40");
    world.settle();
    CHECK(client.receive().substr(2, 2) == "\x03\xEA");
    CHECK(client.is_at_end());
    CHECK(world.worker().engine().session_count() == 0);
  }

  TEST_CASE("a peer that vanishes ends its session") {
    ServerWorld world;
    auto client = open(world);
    CHECK(world.worker().engine().session_count() == 1);
    client.vanish();
    world.settle();
    CHECK(world.worker().engine().session_count() == 0);
    CHECK(world.worker().loop().connection_count() == 0);
  }

  TEST_CASE("data after a close is ignored, and a peer that does not close is closed") {
    ServerWorld world;
    auto client = open(world);
    client.send(client_frame("\x03\xE8", '\x88') + client_frame("40"));
    world.settle();
    CHECK(client.receive() == "\x88\x02\x03\xE8");
    world.pass(6s);
    CHECK(client.is_closed());
  }
}

}  // namespace
}  // namespace veche::server
