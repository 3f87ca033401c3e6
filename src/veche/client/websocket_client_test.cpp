// Goal: opening, talking, and every way to end, as RFC 6455 asks of a client. Method: a network
// in memory; each test reads the transcript of what the owner was told.

#include "veche/client/websocket_client.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "veche/client/fake_peer_test.hpp"

namespace veche::client {
namespace {

using testing::ClientWorld;
using testing::FakePeer;

const char* name(CloseCause cause) {
  switch (cause) {
    case CloseCause::never_opened: return "never opened";
    case CloseCause::peer_closed: return "peer closed";
    case CloseCause::broken: return "broken";
    case CloseCause::violation: return "violation";
    case CloseCause::own: return "own";
  }
  return "?";
}

struct WebsocketOwner final : TransportEvents {
  void opened() override { write("opened"); }
  void message(const websocket::Message& message, Instant /*now*/) override {
    write((message.is_binary ? "binary " : "") + std::string{message.data});
  }
  void closed(const Closed& why) override {
    write(std::string{"closed: "} + name(why.cause) + (why.text.empty() ? "" : ", " + why.text));
  }
  void write(const std::string& text) { line += (line.empty() ? "" : "; ") + text; }
  std::string take() { return std::exchange(line, {}); }
  std::string line;
};

struct WebsocketConversation {
  WebsocketConversation() {
    REQUIRE(socket->connect(world.server, "/socket.io/?EIO=4", "127.0.0.9").has_value());
    peer = std::make_unique<FakePeer>(world.network.take_connect().value());
    world.turn();
    peer->read();
  }
  void open() {
    peer->upgrade();
    world.turn();
    REQUIRE(owner.take() == "opened");
  }
  std::string told() {
    world.turn();
    return owner.take();
  }

  ClientWorld world;
  WebsocketOwner owner;
  std::unique_ptr<WebsocketClient> socket = std::make_unique<WebsocketClient>(world.context, owner);
  std::unique_ptr<FakePeer> peer;
};

TEST_SUITE("client/websocket_client: opening (RFC 6455 section 4.1)") {
  TEST_CASE("it asks, and is open once the answer is right") {
    WebsocketConversation talk;
    CHECK(talk.peer->request().starts_with("GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: 127.0.0.1:80"));
    CHECK_FALSE(talk.socket->is_open());
    talk.open();
    CHECK(talk.socket->is_open());
  }

  TEST_CASE("frames in one read with the answer are heard") {
    WebsocketConversation talk;
    talk.peer->upgrade();
    talk.peer->say("hello");
    CHECK(talk.told() == "opened; hello");
  }

  TEST_CASE("no connection is an error at once") {
    ClientWorld world;
    world.network.refuse_to_connect(true);
    WebsocketOwner owner;
    WebsocketClient socket{world.context, owner};
    const auto begun = socket.connect(world.server, "/", "");
    REQUIRE_FALSE(begun.has_value());
    CHECK(begun.error().text == "cannot connect to 127.0.0.1: Connection refused");
    world.turn();
    CHECK(owner.take() == "");
  }

  TEST_CASE("a connection that breaks, ends or answers otherwise never opens") {
    WebsocketConversation broken;
    broken.peer->end().vanish();
    CHECK(broken.told() == "closed: never opened, connection refused or reset");
    WebsocketConversation ended;
    ended.peer->finish();
    CHECK(ended.told() == "closed: never opened, peer closed");
    WebsocketConversation refused;
    refused.peer->send_raw("HTTP/1.1 403 Forbidden\r\n\r\n");
    CHECK(refused.told() == "closed: never opened, the server answered HTTP/1.1 403 Forbidden");
  }
}

TEST_SUITE("client/websocket_client: talking (section 5)") {
  TEST_CASE("messages go both ways, masked on the way out, each with a mask of its own") {
    WebsocketConversation talk;
    talk.open();
    talk.socket->send_text("same");
    talk.world.turn();
    const std::string first = talk.peer->end().receive();
    talk.socket->send_text("same");
    talk.world.turn();
    const std::string second = talk.peer->end().receive();
    CHECK(first.size() == second.size());
    CHECK(first != second);
    talk.socket->send_text("hello");
    talk.world.turn();
    CHECK(talk.peer->take() == "hello");
    talk.peer->say("a");
    talk.peer->send(websocket::make_frame(websocket::Opcode::binary, "b"));
    CHECK(talk.told() == "a; binary b");
  }

  TEST_CASE("several messages of one turn leave in one write") {
    WebsocketConversation talk;
    talk.open();
    int writes = 0;
    talk.world.network.on_write([&](const testing::FakeWrite&) { ++writes; });
    talk.socket->send_text("a");
    talk.socket->send_text("b");
    talk.world.turn();
    CHECK(writes == 1);
    CHECK(talk.peer->take() == "a; b");
  }

  TEST_CASE("a ping is answered with its payload") {
    WebsocketConversation talk;
    talk.open();
    talk.peer->send(websocket::make_frame(websocket::Opcode::ping, "x"));
    talk.world.turn();
    CHECK(talk.peer->take() == "pong x");
  }

  TEST_CASE("nothing is sent before it is open or after its end") {
    WebsocketConversation talk;
    talk.socket->send_text("early");
    talk.open();
    talk.socket->close();
    talk.socket->send_text("late");
    talk.world.turn();
    CHECK(talk.peer->take() == "close 1000");
  }
}

TEST_SUITE("client/websocket_client: closing (section 7)") {
  TEST_CASE("from this side: goodbye, then the peer's end") {
    WebsocketConversation talk;
    talk.open();
    talk.socket->close();
    talk.socket->close();
    CHECK(talk.told() == "");
    CHECK(talk.peer->take() == "close 1000");
    CHECK(talk.told() == "closed: own");
  }

  TEST_CASE("from this side before it opens") {
    WebsocketConversation talk;
    talk.socket->close();
    CHECK(talk.told() == "closed: own");
  }

  TEST_CASE("from the peer: its code comes back") {
    WebsocketConversation talk;
    talk.open();
    talk.peer->send(websocket::make_close_frame(1001, "bye"));
    talk.world.turn();
    CHECK(talk.peer->take() == "close 1001");
    CHECK(talk.told() == "closed: peer closed, closed with code 1001: bye");
  }

  TEST_CASE("from the peer without a word, and by a reset") {
    WebsocketConversation ended;
    ended.open();
    ended.peer->finish();
    CHECK(ended.told() == "closed: peer closed, peer closed");
    WebsocketConversation broken;
    broken.open();
    broken.peer->end().vanish();
    CHECK(broken.told() == "closed: broken, broken");
  }

  TEST_CASE("a masked frame breaks the protocol") {
    WebsocketConversation talk;
    talk.open();
    talk.peer->send_raw(
        std::string_view{"\x81\x80"
                         "abcd",
                         6});
    talk.world.turn();
    CHECK(talk.peer->take() == "close 1002");
    CHECK(talk.told() == "closed: violation, a server's frame is masked");
  }

  TEST_CASE("a message over 16 MiB breaks the protocol before it has come") {
    WebsocketConversation talk;
    talk.open();
    char header[websocket::header_size_max];
    const auto size = websocket::write_header(header, websocket::Opcode::text, websocket::Fin::last,
                                              WebsocketClient::message_bytes_max + 1);
    talk.peer->send_raw({header, size});
    talk.world.turn();
    CHECK(talk.peer->take() == "close 1009");
  }

  TEST_CASE("destroyed, it tells nobody, and the peer sees the end") {
    WebsocketConversation talk;
    talk.open();
    talk.socket.reset();
    CHECK(talk.told() == "");
    CHECK(talk.peer->end().is_closed());
    CHECK(talk.world.loop.connection_count() == 0);
  }
}

}  // namespace
}  // namespace veche::client
