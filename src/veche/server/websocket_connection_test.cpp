// Goal: messages reach the engine, frames reach the peer, and an end on either side is told to
// the other with the code of RFC 6455. Method: a worker over a network in memory.

#include "veche/server/websocket_connection.hpp"

#include <memory>
#include <string>
#include <vector>

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
    CHECK(client.is_closed());  // without waiting for the end of one who sends no more
    CHECK_FALSE(client.is_reset());
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

  TEST_CASE("pings of one that never reads leave a few pongs waiting, the last for the latest") {
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
    CHECK(pongs.size() < 250);  // 16 and the latest
    CHECK(pongs.find("payload15") != pongs.npos);
    CHECK(pongs.find("payload16") == pongs.npos);
  }

  TEST_CASE("a close behind many pings is answered behind the pong for the latest") {
    ServerWorld world;
    auto client = open(world);
    std::string frames;
    for (int i = 0; i < 20; ++i) frames += client_frame("p" + std::to_string(i), '\x89');
    client.send(frames + client_frame("\x03\xE8", '\x88'));
    world.settle();
    CHECK(client.receive().ends_with("\x8A\x03p19\x88\x02\x03\xE8"));
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

/// What an echo is to the library: everything it needs of it is in engineio/port.hpp.
struct Echo final : engineio::WebSocketLink {
  explicit Echo(engineio::WebSocketPort& over) : port{&over} { over.bind(this); }
  void message(std::string_view data, bool is_binary, Instant) override {
    const auto opcode = is_binary ? websocket::Opcode::binary : websocket::Opcode::text;
    port->write(websocket::make_frame(opcode, data, port->deflate()), Priority::hi);
  }
  void gone(engineio::CloseReason, Instant) override {
    std::exchange(port, nullptr)->bind(nullptr);
  }
  engineio::WebSocketPort* port;
};

/// A server that echoes on /echo and compresses from 100 bytes on, and a client's compression.
struct EchoWorld {
  static Options options() {
    Options options;
    options.per_message_deflate = {.enabled = true, .threshold = 100};
    options.websocket.message_bytes_max = 10'000;
    return options;
  }
  EchoWorld() : world{1, options()} {
    world.worker().on_websocket([this](const http::Request&, engineio::WebSocketPort& port) {
      echoes.push_back(std::make_unique<Echo>(port));
    });
  }

  /// A client of `path` that has its 101, which is kept.
  testing::FakeClient open(std::string_view path, std::string_view offer = "permessage-deflate") {
    std::string request{upgrade_request};
    request.replace(request.find("/socket.io/"), 11, path);
    if (!offer.empty()) {
      request.insert(request.size() - 2,
                     "Sec-WebSocket-Extensions: " + std::string{offer} + "\r\n");
    }
    auto client = world.network.connect(80);
    client.send(request);
    world.settle();
    accepted = client.receive();
    CHECK(accepted.starts_with("HTTP/1.1 101"));
    return client;
  }

  /// What comes back, without its header of two or four bytes; a compressed one inflated.
  std::string ask(testing::FakeClient& client, const std::string& frame) {
    client.send(frame);
    world.settle();
    answer = client.receive();
    if (answer.size() < 2) return answer;
    std::string payload = answer.substr(answer[1] == 126 ? 4 : 2);
    if ((answer[0] & 0x40) == 0) return payload;
    std::string inflated;
    CHECK(deflate.inflate(payload, 1'000'000, inflated) == websocket::Inflation::done);
    return inflated;
  }

  /// A client's frame of a compressed message.
  std::string compressed(websocket::Opcode opcode, std::string_view text) {
    const Frame frame = websocket::make_frame(opcode, text, &deflate);
    CHECK((frame.bytes()[0] & 0x40) != 0);
    return masked(frame.bytes());
  }
  static std::string masked(std::string_view frame) {
    const std::size_t head = frame[1] == 127 ? 10 : frame[1] == 126 ? 4 : 2;
    std::string bytes{frame};
    bytes[1] = static_cast<char>(static_cast<unsigned char>(bytes[1]) | 0x80U);
    return bytes.insert(head, 4, '\0');
  }

  ServerWorld world;
  std::vector<std::unique_ptr<Echo>> echoes;
  std::string accepted;
  std::string answer;
  websocket::PerMessageDeflate extension{{.enabled = true, .threshold = 0}};
  websocket::Deflate& deflate{extension.of({15, false})};
};

TEST_SUITE("server/websocket_connection: an echo, compressed (RFC 7692)") {
  using websocket::Opcode;

  TEST_CASE("the 101 says what was agreed on, and only when it was") {
    EchoWorld echo;
    auto client = echo.open("/echo", "permessage-deflate; server_max_window_bits=10");
    CHECK(echo.accepted.find("Sec-WebSocket-Extensions: permessage-deflate; "
                             "server_no_context_takeover; client_no_context_takeover; "
                             "server_max_window_bits=10\r\n") != std::string::npos);
    auto other = echo.open("/echo", "permessage-deflate; x");
    CHECK(echo.accepted.find("Sec-WebSocket-Extensions") == std::string::npos);
    ServerWorld off;
    std::string offering{upgrade_request};
    offering.insert(offering.size() - 2, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    CHECK(off.ask(offering).find("Sec-WebSocket-Extensions") == std::string::npos);
  }

  TEST_CASE("long messages come back compressed, short ones as they are, of both kinds") {
    EchoWorld echo;
    auto client = echo.open("/echo");
    const std::string text(3'000, 'x');
    CHECK(echo.ask(client, echo.compressed(Opcode::text, text)) == text);
    CHECK(echo.answer[0] == '\xc1');
    CHECK(echo.ask(client, echo.compressed(Opcode::binary, text)) == text);
    CHECK(echo.answer[0] == '\xc2');
    const std::string brief(50, 'y');
    CHECK(echo.ask(client, echo.compressed(Opcode::text, brief)) == brief);
    CHECK(echo.answer[0] == '\x81');
    CHECK(echo.ask(client, client_frame("plain")) == "plain");
    CHECK(echo.ask(client, client_frame(std::string(1, '\0'), '\xc1')).empty());
    CHECK(echo.answer == std::string("\x81\0", 2));
  }

  TEST_CASE("a compressed message may come in fragments, with RSV1 on the first alone") {
    EchoWorld echo;
    auto client = echo.open("/echo");
    const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07" + std::string(1, '\0');
    CHECK(echo.ask(client, client_frame(hello.substr(0, 3), '\x41') +
                               client_frame(hello.substr(3), '\x80')) == "Hello");
    CHECK(echo.ask(client,
                   client_frame(hello.substr(0, 3), '\x41') + client_frame(hello.substr(3), '\xc0'))
              .substr(0, 2) == "\x03\xEA");
  }

  TEST_CASE("a bomb is 1009, no DEFLATE data and no UTF-8 are 1007, RSV1 on a ping 1002") {
    EchoWorld echo;
    auto bomb = echo.open("/echo");
    CHECK(echo.ask(bomb, echo.compressed(Opcode::text, std::string(10'001, '0'))).substr(0, 2) ==
          "\x03\xF1");
    auto malformed = echo.open("/echo");
    CHECK(echo.ask(malformed, client_frame("\xff\xff\xff", '\xc1')).substr(0, 2) == "\x03\xEF");
    auto latin = echo.open("/echo");
    CHECK(echo.ask(latin, echo.compressed(Opcode::text, std::string(200, '\xe9'))).substr(0, 2) ==
          "\x03\xEF");
    auto ping = echo.open("/echo");
    CHECK(echo.ask(ping, client_frame("", '\xc9')).substr(0, 2) == "\x03\xEA");
    auto plain = echo.open("/echo", "");
    CHECK(echo.ask(plain, client_frame("", '\xc1')).substr(0, 2) == "\x03\xEA");
    for (const auto& one : echo.echoes) CHECK(one->port == nullptr);
  }

  TEST_CASE("Socket.IO is compressed for who agreed, and not for who did not") {
    EchoWorld echo;
    const std::string event = R"(421["echo",")" + std::string(500, 'z') + R"("])";
    for (const char* offer : {"permessage-deflate", ""}) {
      auto client = echo.open("/socket.io/", offer);
      static_cast<void>(echo.ask(client, client_frame("40")));
      const std::string frame =
          *offer != '\0' ? echo.compressed(Opcode::text, event)
                         : EchoWorld::masked(websocket::make_frame(Opcode::text, event).bytes());
      CHECK(echo.ask(client, frame) == R"(431[")" + std::string(500, 'z') + R"("])");
      CHECK(echo.answer[0] == (*offer != '\0' ? '\xc1' : '\x81'));
    }
  }

  TEST_CASE("without a handler other paths are 404, and an upgrade is checked with one") {
    EchoWorld echo;
    std::string wrong{upgrade_request};
    wrong.replace(wrong.find("/socket.io/"), 11, "/echo");
    wrong.replace(wrong.find("Version: 13"), 11, "Version: 12");
    CHECK(echo.world.ask(wrong).starts_with("HTTP/1.1 426"));
    CHECK(echo.echoes.empty());
  }
}

TEST_SUITE("server/websocket_connection: memory") {
  TEST_CASE("an idle connection is small, whatever it agreed on") {
    CHECK(sizeof(WebSocketConnection) <= 256);
  }
}

}  // namespace
}  // namespace veche::server
