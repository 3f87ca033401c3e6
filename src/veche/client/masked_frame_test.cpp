// Goal: a server reads what a client has masked. Method: the server's own receiver.

#include "veche/client/masked_frame.hpp"

#include <span>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/websocket/receiver.hpp"

namespace veche::client {
namespace {

struct Heard final : websocket::ReceiverEvents {
  void message(const websocket::Message& message) override { line = std::string{message.data}; }
  void ping(std::string_view payload) override { line = "ping " + std::string{payload}; }
  void pong(std::string_view payload) override { line = "pong " + std::string{payload}; }
  void closed(std::optional<std::uint16_t> code, std::string_view) override {
    line = "closed " + std::to_string(code.value_or(0));
  }
  void violation(std::uint16_t, std::string_view text) override { line = std::string{text}; }
  std::string line;
};

std::string heard(const Frame& frame) {
  const websocket::ReceiverOptions options{.peer = websocket::Peer::client};
  websocket::Receiver receiver{options};
  Heard events;
  std::string bytes{frame.bytes()};
  const std::size_t size = bytes.size();
  bytes.resize(size + websocket::Receiver::readable_after);
  receiver.receive(std::span{bytes.data(), size}, events);
  return events.line;
}

TEST_SUITE("client/masked_frame: RFC 6455 section 5.3") {
  TEST_CASE("the example of section 5.7") {
    const Frame frame =
        make_masked_frame(websocket::Opcode::text, "Hello", {'\x37', '\xfa', '\x21', '\x3d'});
    CHECK(frame.bytes() == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  }

  TEST_CASE("every length and key comes back") {
    CHECK(rc::check([] {
      const auto size =
          *rc::gen::element<std::size_t>(0, 1, 125, 126, 511, 512, 513, 65'535, 65'536, 70'001);
      const auto key = *rc::gen::arbitrary<websocket::MaskingKey>();
      std::string payload(size, 'a');
      for (std::size_t i = 0; i < size; i += 7) payload[i] = static_cast<char>('b' + i % 20);
      RC_ASSERT(heard(make_masked_frame(websocket::Opcode::text, payload, key)) == payload);
    }));
  }

  TEST_CASE("control frames are masked too") {
    CHECK(heard(make_masked_frame(websocket::Opcode::pong, "x", {'a', 'b', 'c', 'd'})) == "pong x");
  }
}

}  // namespace
}  // namespace veche::client
