// Goal: packets of Engine.IO 4 as its specification writes them.

#include "veche/engineio/packet.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

TEST_SUITE("engineio/packet: Packet encoding") {
  TEST_CASE("a packet is a digit and data") {
    CHECK(read_text_packet("4hello") == Packet{PacketType::message, "hello", false});
    CHECK(read_text_packet("4") == Packet{PacketType::message, "", false});
    CHECK(read_text_packet("2probe") == Packet{PacketType::ping, "probe", false});
    CHECK(read_text_packet("0") == Packet{PacketType::open, "", false});
    CHECK(read_text_packet("6") == Packet{PacketType::noop, "", false});
  }

  TEST_CASE("an empty text and unknown types are no packets") {
    for (auto text : {""sv, "7"sv, "8x"sv, "9"sv, "/"sv, ":"sv, "x4"sv, "\x00"sv, "b"sv}) {
      CHECK_FALSE(read_text_packet(text).has_value());
    }
  }

  TEST_CASE("the constants in both encodings") {
    const ConstantPackets packets;
    CHECK(packets.ping.websocket.bytes() ==
          "\x81\x01"
          "2"sv);
    CHECK(packets.ping.payload.bytes() == "2");
    CHECK(packets.probe_answer.bytes() ==
          "\x81\x06"
          "3probe"sv);
  }
}

TEST_SUITE("engineio/packet: Handshake") {
  TEST_CASE("polling offers the upgrade, WebSocket has none") {
    const Options options{.ping_interval = 300ms, .ping_timeout = 200ms};
    CHECK(open_packet("abc", Transport::polling, options) ==
          R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,)"
          R"("maxPayload":1000000})");
    CHECK(open_packet("abc", Transport::websocket, {}) ==
          R"(0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,)"
          R"("maxPayload":1000000})");
  }

  TEST_CASE("no upgrade is offered when upgrades are off, or WebSockets are not served") {
    for (const Options& options :
         {Options{.allow_upgrades = false}, Options{.transports = {Transport::polling}}}) {
      CHECK(open_packet("abc", Transport::polling, options)
                .starts_with(R"(0{"sid":"abc","upgrades":[],"pingInterval":25000)"));
    }
  }
}

}  // namespace
}  // namespace veche::engineio
