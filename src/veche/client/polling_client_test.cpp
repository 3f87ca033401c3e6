// Goal: a server's polling transport takes it for a client of its own, and whatever a server does
// ends in one closed(). Method: a network in memory; the server's end speaks HTTP by hand.

#include "veche/client/polling_client.hpp"

#include <deque>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "veche/client/fake_peer_test.hpp"
#include "veche/client/socketio_client.hpp"

namespace veche::client {
namespace {

using testing::ClientWorld;
using testing::FakeClient;

constexpr std::string_view small_handshake =
    R"(0{"sid":"e_1","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":12})";

struct PollingOwner final : TransportEvents {
  void opened() override { write("opened"); }
  void message(const websocket::Message& message, Instant /*now*/) override {
    write(std::string{message.data.substr(0, 12)});
    if (message.data == "close") transport->close();
  }
  void closed(const Closed& why) override {
    write("closed " + std::to_string(static_cast<int>(why.cause)) + " " + why.text);
  }
  void write(const std::string& text) { line += (line.empty() ? "" : "; ") + text; }
  std::string line;
  TransportClient* transport{};
};

std::string answer(std::string_view body, std::string_view head = "HTTP/1.1 200 OK\r\n") {
  return std::string{head} + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string{body};
}

struct PollingConversation {
  PollingConversation() {
    owner.transport = &client;
    REQUIRE(client.connect(world.server, "/socket.io/?EIO=4&transport=polling", "").has_value());
    world.turn();
    get.emplace(world.network.take_connect().value());
  }
  /// Answers the GET, and tells what the owner was told.
  std::string say(std::string_view body) {
    get->send(answer(body));
    return turn();
  }
  std::string turn() {
    world.turn();
    return std::exchange(owner.line, {});
  }
  void open() { REQUIRE(say(small_handshake) == R"(opened; 0{"sid":"e_1)"); }
  /// What was posted: on the connection of the POSTs, which is made when it is needed.
  std::string posted() {
    world.turn();
    if (auto taken = world.network.take_connect()) post.emplace(*taken);
    return post ? post->receive() : "";
  }

  ClientWorld world;
  PollingOwner owner;
  PollingClient client{world.context, owner};
  std::optional<FakeClient> get;
  std::optional<FakeClient> post;
};

std::string body_of(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  return end == std::string::npos ? "" : request.substr(end + 4);
}

TEST_SUITE("client/polling_client: HTTP long-polling") {
  TEST_CASE("it opens with a GET, and the next one names the session") {
    PollingConversation talk;
    CHECK(talk.get->receive() ==
          "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n");
    CHECK_FALSE(talk.client.is_open());
    talk.open();
    CHECK(talk.client.is_open());
    CHECK(talk.get->receive() ==
          "GET /socket.io/?EIO=4&transport=polling&sid=e_1 HTTP/1.1\r\n"
          "Host: 127.0.0.1:80\r\n\r\n");
  }

  TEST_CASE("a payload is taken apart, and the connection is used again") {
    PollingConversation talk;
    talk.open();
    CHECK(talk.say("2\x1e"
                   "4hello\x1e"
                   "6") == "2; 4hello; 6");
    CHECK(talk.say("6") == "6");
    CHECK(talk.world.network.open_count() == 1);
  }

  TEST_CASE("one POST at a time; what is said meanwhile goes together, within maxPayload") {
    PollingConversation talk;
    talk.open();
    talk.client.send_text("40");
    talk.client.send_text("4aaaa");
    talk.client.send_text("4bbbb");
    talk.client.send_text("4cccccccccccccc");
    const std::string first = talk.posted();
    CHECK(first.starts_with("POST /socket.io/?EIO=4&transport=polling&sid=e_1 HTTP/1.1\r\n"));
    CHECK(first.find("Content-Length: 2\r\n") != std::string::npos);
    CHECK(body_of(first) == "40");
    CHECK(talk.posted() == "");
    talk.post->send(answer("ok"));
    CHECK(body_of(talk.posted()) ==
          "4aaaa\x1e"
          "4bbbb");
    talk.post->send(answer("ok"));
    CHECK(body_of(talk.posted()) == "4cccccccccccccc");
  }

  TEST_CASE("a server may close connections on which nothing is under way") {
    PollingConversation talk;
    talk.open();
    talk.client.send_text("40");
    CHECK(body_of(talk.posted()) == "40");
    talk.post->send(answer("ok", "HTTP/1.1 200 OK\r\nConnection: close\r\n"));
    CHECK(talk.turn() == "");
    talk.client.send_text("4a");
    CHECK(body_of(talk.posted()) == "4a");
    talk.post->send(answer("ok"));
    talk.turn();
    talk.post->finish();
    CHECK(talk.turn() == "");
    talk.client.send_text("4b");
    CHECK(body_of(talk.posted()) == "4b");
  }

  TEST_CASE("close() posts what waits and a goodbye, and closed() follows") {
    PollingConversation talk;
    talk.open();
    talk.client.send_text("40");
    CHECK(body_of(talk.posted()) == "40");
    talk.post->send(answer("ok"));
    talk.turn();
    talk.client.send_text("41");
    talk.client.close();
    talk.client.close();
    CHECK(talk.owner.line == "");
    const std::string last = talk.posted();
    CHECK(body_of(last.substr(0, last.rfind("POST"))) == "41");
    CHECK(body_of(last.substr(last.rfind("POST"))) == "1");
    talk.post->finish();
    CHECK(talk.turn() == "closed 4 ");
    CHECK(talk.world.loop.connection_count() == 0);
  }

  TEST_CASE("close() before the session is open, and with a server that takes nothing") {
    PollingConversation early;
    early.client.close();
    early.world.clock.advance(Milliseconds{2});
    CHECK(early.turn() == "closed 4 ");
    PollingConversation stuck;
    stuck.open();
    stuck.client.close();
    static_cast<void>(stuck.posted());
    stuck.world.clock.advance(PollingClient::close_timeout + Milliseconds{2});
    CHECK(stuck.turn() == "closed 4 ");
  }

  TEST_CASE("the owner may close while it is told something") {
    PollingConversation talk;
    talk.open();
    CHECK(talk.say("close\x1e"
                   "4more") == "close");
    static_cast<void>(talk.posted());
    talk.post->finish();
    CHECK(talk.turn() == "closed 4 ");
  }
}

TEST_SUITE("client/polling_client: what ends it") {
  TEST_CASE("any answer but 200, to a GET and to a POST") {
    PollingConversation refused;
    refused.get->send(answer(R"({"code":5})", "HTTP/1.1 400 Bad Request\r\n"));
    CHECK(refused.turn() == R"(closed 0 the server answered 400 {"code":5})");
    PollingConversation later;
    later.open();
    later.client.send_text("4x");
    static_cast<void>(later.posted());
    later.post->send(answer("", "HTTP/1.1 413 Content Too Large\r\n"));
    CHECK(later.turn() == "closed 3 the server answered 413 ");
  }

  TEST_CASE("a connection that breaks, and an answer that is malformed or not asked for") {
    PollingConversation broken;
    broken.open();
    broken.get->vanish();
    CHECK(broken.turn() == "closed 2 broken");
    PollingConversation malformed;
    malformed.get->send("HTTP/1.1 200 OK\r\n\r\n");
    CHECK(malformed.turn() == "closed 0 the server's answer is not what Engine.IO's polling sends");
    PollingConversation chatty;
    chatty.open();
    chatty.client.send_text("4x");
    static_cast<void>(chatty.posted());
    chatty.post->send(answer("ok"));
    chatty.turn();
    chatty.post->send(answer("ok"));
    CHECK(chatty.turn() == "closed 2 the server answered without being asked");
  }

  TEST_CASE("a first payload that opens nothing") {
    for (const std::string_view payload : {"", "4x", "0x", "0{}", R"(0{"sid":"a b"})"}) {
      PollingConversation talk;
      CHECK(talk.say(payload) == "closed 0 the server opened no session");
    }
  }

  TEST_CASE("no connection for a POST: told in a later turn") {
    PollingConversation talk;
    talk.open();
    talk.world.network.refuse_to_connect(true);
    talk.client.send_text("40");
    CHECK(talk.owner.line == "");
    talk.world.clock.advance(Milliseconds{2});
    CHECK(talk.turn().starts_with("closed 2 cannot connect"));
  }

  TEST_CASE("nobody there") {
    ClientWorld world;
    world.network.refuse_to_connect(true);
    PollingOwner owner;
    PollingClient client{world.context, owner};
    CHECK_FALSE(client.connect(world.server, "/", "").has_value());
  }
}

struct Listener final : SocketioEvents {
  void connected(SocketioClient& client, Instant /*now*/) override { line += client.sid() + " "; }
  void event(SocketioClient& /*client*/, const Event& event, Instant /*now*/) override {
    line += std::string{event.name} + " ";
  }
  void acked(SocketioClient& /*client*/, std::uint64_t /*id*/, std::string_view args,
             Instant /*now*/) override {
    line += std::string{args} + " ";
  }
  void disconnected(SocketioClient& /*client*/, const Disconnected& why) override {
    line += std::string{to_string(why.reason)} + " " + why.text;
  }
  std::string line;
};

TEST_SUITE("client/polling_client: under Socket.IO") {
  TEST_CASE("CONNECT, an event, an ack, and the end") {
    ClientWorld world;
    Listener listener;
    SocketioClient client{world.context, listener, 1, engineio::Transport::polling};
    REQUIRE(client.connect(world.server, "{}", "").has_value());
    FakeClient get = world.network.take_connect().value();
    world.turn();
    CHECK(get.receive().starts_with("GET /socket.io/?EIO=4&transport=polling HTTP"));
    get.send(answer(R"(0{"sid":"e","pingInterval":300,"pingTimeout":200,"maxPayload":1000})"));
    world.turn();
    FakeClient post = world.network.take_connect().value();
    world.turn();
    CHECK(body_of(post.receive()) == "40{}");
    post.send(answer("ok"));
    get.send(
        answer("40{\"sid\":\"s\"}\x1e"
               "42[\"news\",1]"));
    world.turn();
    CHECK(listener.line == "s news ");
    client.emit_with_ack("ask", "");
    world.turn();
    CHECK(body_of(post.receive()) == R"(420["ask"])");
    post.send(answer("ok"));
    get.send(answer("430[7]"));
    world.turn();
    get.send(answer("", "HTTP/1.1 400 Bad Request\r\n"));
    world.turn();
    CHECK(listener.line == "s news 7 transport error the server answered 400 ");
  }
}

}  // namespace
}  // namespace veche::client
