// Goal: the exact text of every packet a server sends.

#include "veche/socketio/encoder.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

/// The message as a polling payload shows it, without Engine.IO's "4"; '+' between packets.
std::string text(const engineio::Outgoing& outgoing) {
  std::string line{outgoing.payload().bytes()};
  for (char& c : line)
    if (c == '\x1e') c = '+';
  return line.substr(1);
}

TEST_SUITE("socketio/encoder: packets") {
  TEST_CASE("events name their namespace unless it is the main one") {
    Encoder encoder;
    CHECK(text(encoder.event("/", std::nullopt, {"hi"})) == R"(2["hi"])");
    CHECK(text(encoder.event("/", 0, {"hi", R"(1,"a")"})) == R"(20["hi",1,"a"])");
    CHECK(text(encoder.event("/chat", 17, {"hi", "1"})) == R"(2/chat,17["hi",1])");
  }

  TEST_CASE("names are escaped") {
    Encoder encoder;
    CHECK(text(encoder.event("/", std::nullopt, {"a\"b\\\n"})) == R"(2["a\"b\\\n"])");
  }

  TEST_CASE("acks take their arguments as they are") {
    Encoder encoder;
    CHECK(text(encoder.ack("/", 3, "", nullptr)) == "33[]");
    CHECK(text(encoder.ack("/chat", 3, R"({"success":true})", nullptr)) ==
          R"(3/chat,3[{"success":true}])");
  }

  TEST_CASE("acks as messages of a run") {
    engineio::TextRun run{8};
    Encoder::add_ack(run, "/", 3, "");
    Encoder::add_ack(run, "/chat", 4, "1");
    const auto both = std::move(run).build();
    REQUIRE(both.packet_count() == 2);
    CHECK(both.messages()[0] == "33[]");
    CHECK(both.messages()[1] == "3/chat,4[1]");
  }

  TEST_CASE("attachments follow their packet") {
    Encoder encoder;
    const Attachments two{"one", "two"};
    const std::string args = R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})";
    CHECK(text(encoder.event("/", std::nullopt, {"b", args, &two})) ==
          R"(52-["b",)" + args + "]+bb25l+bdHdv");
    CHECK(text(encoder.ack("/c", 5, args, &two)) == "62-/c,5[" + args + "]+bb25l+bdHdv");
  }

  TEST_CASE("arguments and offset stand behind the name, with attachments and without") {
    const Attachments one{"bytes"};
    Encoder encoder;
    const auto text_of = [](const engineio::Outgoing& packet) {
      return std::string{packet.messages().front()};
    };
    CHECK(text_of(encoder.event("/", 7, {"e", "1,2", nullptr, "o"})) == R"(27["e",1,2,"o"])");
    CHECK(text_of(encoder.event("/", {}, {"e", "", nullptr, "o"})) == R"(2["e","o"])");
    CHECK(text_of(encoder.event("/a", {}, {"e", "1,2", &one, "o"})) == R"(51-/a,["e",1,2,"o"])");
    CHECK(text_of(encoder.ack("/a", 7, "1,2", &one)) == "61-/a,7[1,2]");
    CHECK(text_of(encoder.ack("/", 7, "", nullptr)) == "37[]");
  }

  TEST_CASE("an empty list of attachments is none") {
    Encoder encoder;
    const Attachments none;
    CHECK(text(encoder.event("/", std::nullopt, {"b", "1", &none})) == R"(2["b",1])");
  }

  TEST_CASE("the answers to CONNECT, and DISCONNECT") {
    Encoder encoder;
    CHECK(text(encoder.connect("/", "id")) == R"(0{"sid":"id"})");
    CHECK(text(encoder.connect("/chat", "id")) == R"(0/chat,{"sid":"id"})");
    CHECK(text(encoder.disconnect("/")) == "1");
    CHECK(text(encoder.disconnect("/chat")) == "1/chat,");
    CHECK(text(encoder.connect_error("/no", "Invalid namespace", "")) ==
          R"(4/no,{"message":"Invalid namespace"})");
    CHECK(text(encoder.connect_error("/", "no \"token\"", R"({"code":1})")) ==
          R"(4{"message":"no \"token\"","data":{"code":1}})");
  }

  TEST_CASE("a packet as a value") {
    Encoder encoder;
    const Attachments one{"one"};
    CHECK(text(encoder.encode({.type = PacketType::event, .nsp = "/a", .id = 1, .data = "[2]"})) ==
          "2/a,1[2]");
    CHECK(text(encoder.encode(
              {.type = PacketType::binary_ack, .id = 1, .data = "[]", .attachments = &one})) ==
          "61-1[]+bb25l");
  }
}

}  // namespace
}  // namespace veche::socketio
