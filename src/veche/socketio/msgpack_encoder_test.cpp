// Goal: a msgpack client gets what a text client gets. Method: the bytes that notepack.io 2.2
// writes, and JSON that goes to msgpack and back.

#include "veche/socketio/msgpack_encoder.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/json/writer.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/msgpack_decoder.hpp"

namespace veche::socketio {
namespace {

using namespace std::literals;

std::string bytes_of(const engineio::Outgoing& packet) {
  MsgpackEncoder msgpack;
  const engineio::Outgoing* turned = msgpack.encode(packet);
  return turned == nullptr ? std::string{} : std::string{turned->messages().front()};
}

/// A packet's text after a way through msgpack.
std::string there_and_back(const engineio::Outgoing& packet) {
  const auto read = read_msgpack(bytes_of(packet), {});
  if (!read) return "violation";
  std::string line = read->text;
  for (const std::string& bytes : read->attachments) line += " " + bytes;
  return line;
}

// A JSON value no deeper than `depth`, as a parser's Writer writes it.
void write_any(json::Writer& json, int depth) {  // NOLINT(misc-no-recursion)
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0: json.null(); return;
    case 1: json.boolean(*rc::gen::arbitrary<bool>()); return;
    case 2: json.number(*rc::gen::arbitrary<std::int64_t>()); return;
    case 3: json.number(*rc::gen::arbitrary<double>()); return;
    case 4:
      json.string(*rc::gen::container<std::string>(rc::gen::inRange<char>('\0', '\x7f')));
      return;
    case 5: {
      json.begin_array();
      for (int i = *rc::gen::inRange(0, 20); i > 0; --i) write_any(json, depth - 1);
      json.end_array();
      return;
    }
    default: {
      json.begin_object();
      for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
        json.key("k" + std::to_string(i));
        write_any(json, depth - 1);
      }
      json.end_object();
    }
  }
}

TEST_SUITE("socketio/msgpack_encoder: INTEROP.md section 7") {
  TEST_CASE("the bytes of notepack.io") {
    Encoder encoder;
    CHECK(bytes_of(encoder.connect("/", "A")) ==
          "\x83\xa4type\x00\xa3nsp\xa1/\xa4"
          "data\x81\xa3sid\xa1"
          "A"s);
    CHECK(bytes_of(encoder.event("/chat", 7, {"e", R"(1,-1,1.5,true,null,"ы",200)"})) ==
          "\x84\xa4type\x02\xa3nsp\xa5/chat\xa4"
          "data\x98\xa1"
          "e\x01\xff\xcb\x3f\xf8\x00\x00\x00\x00"
          "\x00\x00\xc3\xc0\xa2\xd1\x8b\xcc\xc8\xa2id\x07"s);
    CHECK(bytes_of(encoder.disconnect("/")) == "\x82\xa4type\x01\xa3nsp\xa1/");
    CHECK(bytes_of(encoder.connect_error("/", "no", "")) ==
          "\x83\xa4type\x04\xa3nsp\xa1/\xa4"
          "data\x81\xa7message\xa2no");
  }

  TEST_CASE("bytes stand in the places of their placeholders") {
    Encoder encoder;
    const Attachments attachments{"one", "two"};
    const auto args = R"({"b":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0})";
    CHECK(bytes_of(encoder.ack("/", 3, args, &attachments)) ==
          "\x84\xa4type\x03\xa3nsp\xa1/\xa4"
          "data\x92\x81\xa1"
          "b\xc4\x03two\xc4\x03one\xa2id\x03");
    CHECK(there_and_back(encoder.ack("/", 3, R"({"_placeholder":true,"num":0})", nullptr)) ==
          R"(33[{"_placeholder":true,"num":0}])");
  }

  TEST_CASE("a packet is turned once for all its receivers") {
    Encoder encoder;
    MsgpackEncoder msgpack;
    const auto packet = encoder.event("/", std::nullopt, {"e", "1"});
    const auto* first = msgpack.encode(packet);
    const void* bytes = first->websocket().bytes().data();
    const engineio::Outgoing copy = packet;
    CHECK(msgpack.encode(copy)->websocket().bytes().data() == bytes);
    CHECK(msgpack.encode(encoder.event("/", std::nullopt, {"e", "2"}))->messages().front().back() ==
          '\x02');
    CHECK(msgpack.encode(packet)->messages().front().back() == '\x01');
  }

  TEST_CASE("JSON that no parser reads is not sent") {
    Encoder encoder;
    CHECK(bytes_of(encoder.event("/", std::nullopt, {"e", "{"})) == "");
    CHECK(bytes_of(encoder.event("/", std::nullopt, {"e", std::string(200, '[')})) == "");
  }

  TEST_CASE("any JSON comes back from msgpack as it went") {
    CHECK(rc::check([] {
      std::string args;
      json::Writer json{args};
      write_any(json, 3);
      Encoder encoder;
      const auto id = *rc::gen::arbitrary<std::uint32_t>();
      const auto packet = encoder.event("/n", id, {"event", args});
      RC_ASSERT(there_and_back(packet) == std::string{packet.messages().front()});
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
