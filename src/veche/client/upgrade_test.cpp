// Goal: the request is right, and no other answer than the right one opens the connection.

#include "veche/client/upgrade.hpp"

#include <doctest/doctest.h>

#include "veche/crypto/hash.hpp"
#include "veche/http/message.hpp"
#include "veche/websocket/upgrade.hpp"

#include "support/seeded_rng.hpp"

namespace veche::client {
namespace {

struct Handshake {
  testing::SeededRng rng{7};
  Upgrade upgrade{"127.0.0.1:80", "/socket.io/?EIO=4&transport=websocket", rng};

  [[nodiscard]] std::string accept() const {
    const std::string& request = upgrade.request();
    const auto at = request.find("Sec-WebSocket-Key: ") + 19;
    http::Request seen;
    seen.headers.add("Sec-WebSocket-Key", request.substr(at, 24));
    return std::string{*websocket::accept_upgrade(seen).headers.find("Sec-WebSocket-Accept")};
  }
  [[nodiscard]] std::string answer(const std::string& more = {}) const {
    return "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: upgrade\r\n"
           "Sec-WebSocket-Accept:  " +
           accept() + " \r\n" + more + "\r\n";
  }
  std::string receive(const std::string& bytes) {
    const auto progress = upgrade.receive(bytes);
    switch (progress.outcome) {
      case Upgrade::Outcome::need_more: return "more";
      case Upgrade::Outcome::done: return "done " + std::to_string(progress.taken);
      case Upgrade::Outcome::refused: return upgrade.why();
    }
    return {};
  }
};

TEST_SUITE("client/upgrade: RFC 6455 section 4.1") {
  TEST_CASE("the request names host, target, version and a key of 16 bytes") {
    const Handshake handshake;
    const std::string& request = handshake.upgrade.request();
    CHECK(
        request.starts_with("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                            "Host: 127.0.0.1:80\r\n"));
    CHECK(request.find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\n\r\n"));
  }

  TEST_CASE("the right answer opens, whatever follows it and however it is cut") {
    Handshake whole;
    const std::string answer = whole.answer();
    CHECK(whole.receive(answer + "\x81\x01x") == "done " + std::to_string(answer.size()));
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
      Handshake handshake;
      CHECK(handshake.receive(answer.substr(0, cut)) == "more");
      CHECK(handshake.receive(answer.substr(cut) + "x") ==
            "done " + std::to_string(answer.size() - cut));
    }
  }

  TEST_CASE("any other answer is refused with its reason") {
    Handshake refused;
    CHECK(refused.receive("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          "the server answered HTTP/1.1 400 Bad Request");
    Handshake other_key;
    CHECK(other_key.receive("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n") ==
          "the server's answer does not fit the key that it was sent");
    Handshake no_websocket;
    CHECK(no_websocket.receive("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: " + no_websocket.accept() +
                               "\r\n\r\n") ==
          "the server's answer does not fit the key that it was sent");
    Handshake extended;
    CHECK(extended.receive(extended.answer("Sec-WebSocket-Extensions: permessage-deflate\r\n")) ==
          "the server chose an extension or a protocol that was not offered");
  }

  TEST_CASE("a head without end is given up at 16 KiB") {
    Handshake handshake;
    const std::string kib = "HTTP/1.1 101 " + std::string(1011, 'x');
    for (int i = 0; i < 15; ++i) REQUIRE(handshake.receive(kib) == "more");
    CHECK(handshake.receive(kib) == "the server's answer is longer than 16 KiB");
  }
}

}  // namespace
}  // namespace veche::client
