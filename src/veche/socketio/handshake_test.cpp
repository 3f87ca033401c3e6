// Goal: the handshake is told in Node's words.

#include "veche/socketio/handshake.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

http::Request request() {
  http::Request request{.target = "/socket.io/?EIO=4&a=1&a=%ff2&b=",
                        .query = "EIO=4&a=1&a=%ff2&b=",
                        .address = "127.0.0.1"};
  request.arrived = *parse_iso8601("2026-11-24T13:30:32.007Z");
  request.headers.add("Host", "localhost");
  request.headers.add("X-Name", "caf\xe9");
  return request;
}

TEST_SUITE("socketio/handshake") {
  TEST_CASE("its parts") {
    http::Request came = request();
    const Handshake handshake{came, R"({"token":"t"})"};
    CHECK(handshake.time_text() ==
          "Tue Nov 24 2026 13:30:32 GMT+0000 (Coordinated Universal Time)");
    CHECK(handshake.issued() == 1795527032007);
    CHECK(handshake.address() == "127.0.0.1");
    CHECK(handshake.url() == "/socket.io/?EIO=4&a=1&a=%ff2&b=");
    CHECK(handshake.query().size() == 4);
    CHECK(handshake.auth() == R"({"token":"t"})");
    CHECK_FALSE(handshake.is_secure());
    CHECK_FALSE(handshake.is_xdomain());
    came.headers.add("Origin", "https://a.example");
    came.is_secure = true;
    CHECK(handshake.is_xdomain());
    CHECK(handshake.is_secure());
  }

  TEST_CASE("its JSON has Node's members, in valid UTF-8") {
    const http::Request came = request();
    CHECK(Handshake{came, "{}"}.to_json() ==
          R"({"headers":{"host":"localhost","x-name":"café"},)"
          R"_("time":"Tue Nov 24 2026 13:30:32 GMT+0000 (Coordinated Universal Time)",)_"
          R"("address":"127.0.0.1","xdomain":false,"secure":false,"issued":1795527032007,)"
          R"("url":"/socket.io/?EIO=4&a=1&a=%ff2&b=",)"
          "\"query\":{\"EIO\":\"4\",\"a\":[\"1\",\"\xEF\xBF\xBD"
          "2\"],\"b\":\"\"},\"auth\":{}}");
  }

  TEST_CASE("headers that came twice are one text, the first alone where only one can be right") {
    http::Request came;
    for (const char* name : {"Cookie", "X-List", "Authorization"}) {
      came.headers.add(name, "1");
      came.headers.add(name, "2");
    }
    const std::string json = Handshake{came, "{}"}.to_json();
    CHECK(json.starts_with(R"({"headers":{"cookie":"1; 2","x-list":"1, 2","authorization":"1"})"));
  }

  TEST_CASE("days and months are right") {
    http::Request came;
    const Handshake handshake{came, "{}"};
    CHECK(handshake.time_text() ==
          "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)");
    came.arrived = *parse_iso8601("2028-02-29T23:59:59Z");
    CHECK(handshake.time_text() ==
          "Tue Feb 29 2028 23:59:59 GMT+0000 (Coordinated Universal Time)");
  }

  TEST_CASE("a socket has one until it is forgotten") {
    World world;
    FakeEngine& client = world.open();
    client.request_ = request();
    world.text(client, R"(0{"token":"t"})");
    const Socket& socket = world.socket('A');
    CHECK(socket.handshake().address() == "127.0.0.1");
    CHECK(socket.handshake().auth() == R"({"token":"t"})");
    world.socket('A').forget_handshake();
    CHECK(socket.handshake().url() == "");
    CHECK(socket.handshake().auth() == "{}");
  }
}

}  // namespace
}  // namespace veche::socketio
