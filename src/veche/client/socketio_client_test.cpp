// Goal: a client that a Socket.IO server takes for its own kind. Method: a network in memory;
// each test says what the server said and reads what the owner was told and the server heard.

#include "veche/client/socketio_client.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "veche/client/fake_peer_test.hpp"

namespace veche::client {
namespace {

using namespace std::chrono_literals;
using testing::ClientWorld;
using testing::FakePeer;

constexpr std::string_view handshake =
    R"(0{"sid":"e","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})";

struct SocketioOwner final : SocketioEvents {
  void connected(SocketioClient& client, Instant /*now*/) override {
    write(std::to_string(client.number()) + " connected " + client.sid());
  }
  void event(SocketioClient& /*client*/, const Event& event, Instant /*now*/) override {
    write(std::string{event.name} + "(" + std::string{event.args} + ")" +
          (event.id ? " asks " + std::to_string(*event.id) : ""));
  }
  void acked(SocketioClient& /*client*/, std::uint64_t id, std::string_view args,
             Instant /*now*/) override {
    write("ack " + std::to_string(id) + "(" + std::string{args} + ")");
  }
  void disconnected(SocketioClient& /*client*/, const Disconnected& why) override {
    write(std::string{to_string(why.reason)} + (why.text.empty() ? "" : ": " + why.text));
  }
  void write(const std::string& text) { line += (line.empty() ? "" : "; ") + text; }
  std::string line;
};

struct SocketioConversation {
  SocketioConversation() {
    REQUIRE(client.connect(world.server, R"({"token":"t"})", "").has_value());
    peer = std::make_unique<FakePeer>(world.network.take_connect().value());
    world.turn();
    peer->read();
    peer->upgrade();
  }
  /// Says these packets and returns what the owner was told.
  std::string say(std::initializer_list<std::string_view> packets) {
    for (const auto packet : packets) peer->say(packet);
    world.turn();
    return std::exchange(owner.line, {});
  }
  /// The same, until the connection has ended.
  std::string end(std::initializer_list<std::string_view> packets) {
    std::string told = say(packets);
    peer->read();
    const std::string rest = say({});
    return told + (told.empty() || rest.empty() ? "" : "; ") + rest;
  }
  void connect() {
    REQUIRE(say({handshake, R"(40{"sid":"s"})"}) == "7 connected s");
    REQUIRE(peer->take() == R"(40{"token":"t"})");
  }
  std::string pass(Milliseconds time) {
    world.clock.advance(time);
    std::string told = say({});
    peer->read();
    return told + say({});
  }

  ClientWorld world;
  SocketioOwner owner;
  SocketioClient client{world.context, owner, 7, engineio::Transport::websocket};
  std::unique_ptr<FakePeer> peer;
};

TEST_SUITE("client/socketio_client: connecting") {
  TEST_CASE("it asks for the engine's transport and gives its auth") {
    SocketioConversation talk;
    CHECK(talk.peer->request().starts_with("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1"));
    talk.connect();
    CHECK(talk.client.is_connected());
    CHECK(talk.client.sid() == "s");
  }

  TEST_CASE("what a server gives for a recovery is kept, the offset when that is asked for") {
    SocketioConversation talk;
    talk.client.keep_offset();
    talk.say({handshake, R"(40{"sid":"s","pid":"p"})", R"(42["a",1,"o.1"])", R"(42["b",{"c":"d"}])",
              R"(42["e","x\"y"])"});
    CHECK(talk.client.pid() == "p");
    CHECK(talk.client.offset() == "o.1");
    SocketioConversation plain;
    plain.say({handshake, R"(40{"sid":"s","pid":"p"})", R"(42["a",1,"o.1"])"});
    CHECK(plain.client.offset() == "");
    SocketioConversation without;
    without.client.keep_offset();
    without.say({handshake, R"(40{"sid":"s"})", R"(42["a",1,"o.1"])"});
    CHECK(without.client.pid() == "");
    CHECK(without.client.offset() == "");
  }

  TEST_CASE("a server that refuses the namespace") {
    SocketioConversation talk;
    CHECK(talk.end({handshake, R"(44{"message":"no"})"}) == R"(connect error: {"message":"no"})");
  }

  TEST_CASE("the seed's way to refuse: connected, then io server disconnect") {
    SocketioConversation talk;
    CHECK(talk.end({handshake, R"(40{"sid":"s"})", R"(42["auth:error",{}])", "41"}) ==
          "7 connected s; auth:error({}); io server disconnect");
    CHECK_FALSE(talk.client.is_connected());
  }

  TEST_CASE("no answer for 20 seconds, however often the server pings") {
    SocketioConversation talk;
    CHECK(talk.say({handshake}) == "");
    CHECK(talk.pass(19'900ms) == "");
    talk.peer->say("2");
    CHECK(talk.pass(50ms) == "");
    CHECK(talk.pass(100ms) == "ping timeout: the server did not answer in time");
  }

  TEST_CASE("a malformed handshake or CONNECT answer is a parse error") {
    for (const char* packet : {"0", "0{}", "0x", R"(0{"pingInterval":0,"pingTimeout":1})",
                               R"(0{"pingInterval":1e9,"pingTimeout":1})", R"(40{"sid":"s"})"}) {
      CAPTURE(packet);
      SocketioConversation talk;
      CHECK(talk.end({packet}).starts_with("parse error: "));
    }
    SocketioConversation twice;
    CHECK(twice.end({handshake, handshake}).starts_with("parse error: "));
    SocketioConversation no_sid;
    CHECK(no_sid.end({handshake, "40{}"}).starts_with("parse error: "));
  }
}

TEST_SUITE("client/socketio_client: talking") {
  TEST_CASE("events and acks out, ids from 0") {
    SocketioConversation talk;
    talk.connect();
    talk.client.emit("a", "");
    CHECK(talk.client.emit_with_ack("b", R"({"x":1})") == 0);
    CHECK(talk.client.emit_with_ack("c", "1,2") == 1);
    talk.client.acknowledge(12, R"("ok")");
    talk.world.turn();
    CHECK(talk.peer->take() == R"(42["a"]; 420["b",{"x":1}]; 421["c",1,2]; 4312["ok"])");
  }

  TEST_CASE("events and acks in") {
    SocketioConversation talk;
    talk.connect();
    CHECK(talk.say({R"(42["message:new",{"text":"hi"}])", R"(429["ask"])", R"(430[{"a":1},2])",
                    "431[]", "6"}) ==
          R"(message:new({"text":"hi"}); ask() asks 9; ack 0({"a":1},2); ack 1())");
  }

  TEST_CASE("nothing is sent before it is connected or after its end") {
    SocketioConversation talk;
    talk.client.emit("early", "");
    talk.connect();
    talk.client.disconnect();
    talk.client.emit("late", "");
    talk.world.turn();
    CHECK(talk.peer->take() == "41; close 1000");
  }

  TEST_CASE("what is no packet, and what this client does not speak") {
    for (const char* packet : {"", "9", "4", "3", "4x", "42", "42[1]", "45-[\"a\"]",
                               "42/chat,[\"a\"]", "40{\"sid\":\"again\"}"}) {
      CAPTURE(packet);
      SocketioConversation talk;
      talk.connect();
      CHECK(talk.end({packet}).starts_with("parse error: "));
    }
    SocketioConversation early;
    CHECK(early.end({handshake, "42[\"a\"]"}).starts_with("parse error: "));
  }

  TEST_CASE("a binary message is none either") {
    SocketioConversation talk;
    talk.connect();
    talk.peer->send(websocket::make_frame(websocket::Opcode::binary, "x"));
    CHECK(talk.end({}) == "parse error: the server sent a binary message");
  }
}

TEST_SUITE("client/socketio_client: staying and leaving") {
  TEST_CASE("each ping is answered and gives the server its interval and timeout anew") {
    SocketioConversation talk;
    talk.connect();
    for (int i = 0; i < 5; ++i) {
      CHECK(talk.pass(450ms) == "");
      talk.peer->say("2");
      talk.world.turn();
      CHECK(talk.peer->take() == "3");
    }
    CHECK(talk.pass(510ms) == "ping timeout: the server has stopped pinging");
  }

  TEST_CASE("this side leaves") {
    SocketioConversation talk;
    talk.connect();
    talk.client.disconnect();
    CHECK(talk.end({}) == "io client disconnect");
  }

  TEST_CASE("the server closes the engine, the connection, or is gone") {
    SocketioConversation engine;
    engine.connect();
    CHECK(engine.end({"1"}) == "transport close: the server closed the session");
    SocketioConversation connection;
    connection.connect();
    connection.peer->finish();
    CHECK(connection.end({}) == "transport close: peer closed");
    SocketioConversation gone;
    gone.connect();
    gone.peer->end().vanish();
    CHECK(gone.end({}) == "transport error: broken");
  }
}

}  // namespace
}  // namespace veche::client
