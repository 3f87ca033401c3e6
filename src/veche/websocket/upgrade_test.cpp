// Goal: exactly the requests of RFC 6455 section 4.2.1 are upgraded, and the others are told why.

#include "veche/websocket/upgrade.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::websocket {
namespace {

/// The request of section 1.3.
http::Request sample() {
  http::Request request;
  request.target = request.path = "/chat";
  request.headers.add("Host", "server.example.com");
  request.headers.add("Upgrade", "websocket");
  request.headers.add("Connection", "Upgrade");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  request.headers.add("Sec-WebSocket-Version", "13");
  return request;
}

http::Request sample_with(std::string_view name, std::string value) {
  auto request = sample();
  request.headers.set(name, std::move(value));
  return request;
}

/// "accepted", or the status and the text of the refusal.
std::string verdict(const http::Request& request) {
  const auto refusal = check_upgrade(request);
  return refusal ? std::to_string(refusal->status) + " " + refusal->body : "accepted";
}

TEST_SUITE("websocket/upgrade: RFC 6455 4.2.1 reading the client's opening handshake") {
  TEST_CASE("the sample request is accepted") { CHECK(verdict(sample()) == "accepted"); }

  TEST_CASE("Upgrade and Connection are lists of tokens in any case") {
    CHECK(verdict(sample_with("Upgrade", "WebSocket")) == "accepted");
    CHECK(verdict(sample_with("Upgrade", "h2c, websocket")) == "accepted");
    CHECK(verdict(sample_with("Connection", "keep-alive, Upgrade")) == "accepted");
    CHECK(verdict(sample_with("Upgrade", "websockets")) == "400 Invalid Upgrade header");
    CHECK(verdict(sample_with("Connection", "keep-alive")) == "400 Invalid Upgrade header");
  }

  TEST_CASE("only a GET without a body may be upgraded") {
    auto request = sample();
    request.method = http::Method::post;
    CHECK(verdict(request) == "405 Invalid HTTP method");
    CHECK(check_upgrade(request)->headers.find("Allow") == "GET");
    request.method = http::Method::get;
    request.body = "x";
    CHECK(verdict(request) == "400 Upgrade with a body");
  }

  TEST_CASE("the key is 16 bytes in base64") {
    const std::string refused = "400 Missing or invalid Sec-WebSocket-Key header";
    for (const char* key :
         {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ= ",
          "dGhlIHNhbXBsZSBub25jZ-==", "dGhlIHNhbXBsZSBub25jZQQ=", "AAAAdGhlIHNhbXBsZSBub25jZQ=="}) {
      CAPTURE(key);
      CHECK(verdict(sample_with("Sec-WebSocket-Key", key)) == refused);
    }
    CHECK(verdict(sample_with("Sec-WebSocket-Key", "zzzzzzzzzzzzzzzzzzzzzz==")) == "accepted");
  }

  TEST_CASE("a missing or second key is refused") {
    auto request = sample();
    request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    CHECK(verdict(request) == "400 Missing or invalid Sec-WebSocket-Key header");
    http::Request without;
    for (const auto& field : sample().headers) {
      if (field.name != "Sec-WebSocket-Key") without.headers.add(field.name, field.value);
    }
    CHECK(verdict(without) == "400 Missing or invalid Sec-WebSocket-Key header");
  }

  TEST_CASE("another version is answered 426 with ours") {
    for (const char* other : {"12", "8", "", "13, 8", "013"}) {
      const auto refusal = check_upgrade(sample_with("Sec-WebSocket-Version", other));
      REQUIRE(refusal.has_value());
      CHECK(refusal->status == 426);
      CHECK(refusal->headers.find("Sec-WebSocket-Version") == "13");
      CHECK(refusal->headers.find("Upgrade") == "websocket");
    }
  }

  TEST_CASE("a refusal ends the connection and says why as text") {
    const auto refusal = check_upgrade(sample_with("Upgrade", "x"));
    REQUIRE(refusal.has_value());
    CHECK(refusal->close);
    CHECK(refusal->headers.find("Content-Type") == "text/html");
  }

  TEST_CASE("long protocol and extension lists are passed over") {
    CHECK(verdict(sample_with("Sec-WebSocket-Protocol", std::string(32'768, ' '))) == "accepted");
    std::string extensions = "permessage-deflate; client_max_window_bits=99";
    for (int i = 0; i < 1'000; ++i) extensions += "; a=" + std::to_string(i);
    CHECK(verdict(sample_with("Sec-WebSocket-Extensions", extensions)) == "accepted");
  }
}

TEST_SUITE("websocket/upgrade: RFC 6455 4.2.2 sending the server's opening handshake") {
  TEST_CASE("the answer proves that the key was read") {
    const auto response = accept_upgrade(sample());
    CHECK(response.status == 101);
    CHECK(response.headers.find("Upgrade") == "websocket");
    CHECK(response.headers.find("Connection") == "Upgrade");
    CHECK(response.headers.find("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(response.body.empty());
  }

  TEST_CASE("no extension and no subprotocol is agreed on") {
    auto request = sample_with("Sec-WebSocket-Extensions", "permessage-deflate");
    request.headers.add("Sec-WebSocket-Protocol", "chat");
    CHECK(accept_upgrade(request).headers.size() == 3);
  }
}

}  // namespace
}  // namespace veche::websocket
