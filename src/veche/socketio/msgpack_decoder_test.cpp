// Goal: what socket.io-msgpack-parser sends is read, and nothing else. Method: messages written
// byte by byte as notepack.io 2.2 does, and what they become.

#include "veche/socketio/msgpack_decoder.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::socketio {
namespace {

using namespace std::literals;

std::string text(const std::string& utf8) {
  std::string bytes;
  if (utf8.size() < 32) {
    bytes += static_cast<char>(0xa0U | utf8.size());
  } else {
    bytes += '\xd9';
    bytes += static_cast<char>(utf8.size());
  }
  return bytes + utf8;
}

/// A packet's map: these members, and `data` as bytes.
std::string packet(int type, const std::string& data, const std::string& nsp = "/") {
  return "\x83" + text("type") + static_cast<char>(type) + text("nsp") + text(nsp) + text("data") +
         data;
}

std::string event(const std::string& arg) { return packet(2, "\x92" + text("e") + arg); }

/// The packet's text; "" for a violation.
std::string read(const std::string& message, const DecoderLimits& limits = {}) {
  const auto packet = read_msgpack(message, limits);
  if (!packet) return "";
  std::string line = packet->text;
  for (const std::string& bytes : packet->attachments) line += " " + bytes;
  return line;
}

/// What the argument of an event becomes.
std::string arg(const std::string& bytes) {
  const std::string line = read(event(bytes));
  return line.empty() ? line : line.substr(6, line.size() - 7);
}

TEST_SUITE("socketio/msgpack_decoder: INTEROP.md section 7") {
  TEST_CASE("each type becomes its text") {
    CHECK(read(packet(0, "\x81" + text("token") + text("x"))) == R"(0{"token":"x"})");
    CHECK(read("\x82" + text("type") + "\x00"s + text("nsp") + text("/")) == "0");
    CHECK(read("\x82" + text("type") + "\x01" + text("nsp") + text("/chat")) == "1/chat,");
    CHECK(read(event("\x01")) == R"(2["e",1])");
    CHECK(read("\x84" + text("type") + "\x03" + text("nsp") + text("/") + text("data") +
               "\x91\xc3" + text("id") + "\x07") == "37[true]");
    CHECK(read(packet(2, "\x91" + text("e"), "/chat")) == R"(2/chat,["e"])");
  }

  TEST_CASE("undefined is as if it was not there, and other members are passed over") {
    const std::string undefined = "\xd4\x00\x00"s;
    CHECK(read("\x84" + text("type") + "\x00"s + text("nsp") + text("/") + text("data") +
               undefined + text("id") + undefined) == "0");
    CHECK(read("\x83" + text("type") + "\x00"s + text("options") + "\x81" + text("compress") +
               "\xc3" + text("nsp") + text("/")) == "0");
    CHECK(arg(undefined) == "null");
  }

  TEST_CASE("values") {
    CHECK(arg("\xc0") == "null");
    CHECK(arg("\xc2") == "false");
    CHECK(arg("\xff") == "-1");
    CHECK(arg("\xcf\x00\x1f\xff\xff\xff\xff\xff\xff"s) == "9007199254740991");
    CHECK(arg("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s) == "-9223372036854775808");
    CHECK(arg("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"s) == "1.5");
    CHECK(arg("\xca\x3f\xc0\x00\x00"s) == "1.5");
    CHECK(arg("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s) == "null");
    CHECK(arg("\xcb\xff\xf0\x00\x00\x00\x00\x00\x00"s) == "null");
    CHECK(arg(text("\"\n\x00"s)) == R"("\"\n\u0000")");
    CHECK(arg("\x92\x01\x91\x02") == "[1,[2]]");
    CHECK(arg("\x82" + text("a") + "\x01\x05\x02") == R"({"a":1,"5":2})");
    CHECK(arg("\x80") == "{}");
  }

  TEST_CASE("a Date is its ISO text") {
    CHECK(arg("\xd7\x00\x00\x00\x00\x00\x00\x00\x00\x7b"s) == R"("1970-01-01T00:00:00.123Z")");
    CHECK(arg("\xd7\x00\xff\xff\xff\xff\xff\xff\xff\xff"s) == R"("1969-12-31T23:59:59.999Z")");
    CHECK(arg("\xd7\x00\x7f\xff\xff\xff\xff\xff\xff\xff"s) == "null");
  }

  TEST_CASE("bytes stand beside the text, whichever way they are written") {
    CHECK(read(event("\xc4\x02hi")) == R"(51-["e",{"_placeholder":true,"num":0}] hi)");
    CHECK(read(event("\xc7\x08\x00"
                     "12345678"s)) == R"(51-["e",{"_placeholder":true,"num":0}] 12345678)");
    CHECK(read(event("\x92\xc4\x01"
                     "a\xc4\x00"s)) ==
          R"(52-["e",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]] a )");
    CHECK(read(packet(0, "\x81" + text("token") + "\xc4\x01x")) == "");
  }
}

TEST_SUITE("socketio/msgpack_decoder: violations") {
  TEST_CASE("what is no packet") {
    for (const std::string& message :
         {""s,
          "\x01"s,
          "\x90"s,
          "\x80"s,
          "noise"s,
          packet(5, "\x90"),
          packet(6, "\x90"),
          packet(2, "\x90", "chat"),
          packet(2, "\x90", "/a,b"),
          packet(2, "\x90", ""),
          event("\x01") + "\x01",
          event("\x01").substr(0, 20),
          event(""),
          "\x81" + text("type") + "\x00"s,
          "\x81" + text("nsp") + text("/"),
          "\x82" + text("type") + text("2") + text("nsp") + text("/"),
          "\x82" + text("type") + "\x02" + text("nsp") + "\x01",
          "\x83" + text("type") + "\x00"s + text("type") + "\x00"s + text("nsp") + text("/"),
          "\x83" + text("type") + "\x03" + text("nsp") + text("/") + text("id") + text("7"),
          "\x83" + text("type") + "\x03" + text("nsp") + text("/") + text("id") +
              "\xcf\x00\x20\x00\x00\x00\x00\x00\x00"s}) {
      CHECK(read(message) == "");
    }
  }

  TEST_CASE("what may stand in none") {
    CHECK(arg("\xc1") == "");
    CHECK(arg("\xa1\xff") == "");
    CHECK(arg("\x81\xc0\x01") == "");
    CHECK(arg("\x81\x90\x01") == "");
    CHECK(arg("\xd4\x01\x00"s) == "");
    CHECK(arg("\xd6\x00"
              "1234"s) == "");
    CHECK(arg("\xc7\x01\x05x") == "");
  }

  TEST_CASE("counts that the message cannot hold cost nothing") {
    CHECK(arg("\xdd\xff\xff\xff\xff") == "");
    CHECK(arg("\xdf\xff\xff\xff\xff") == "");
    CHECK(arg("\xdb\xff\xff\xff\xff") == "");
    CHECK(arg("\xc6\xff\xff\xff\xff") == "");
    CHECK(arg("\xc9\xff\xff\xff\xff\x00"s) == "");
  }

  TEST_CASE("limits: depth, the number of attachments, their bytes") {
    CHECK(read(packet(2, "\x92" + text("e") + std::string(127, '\x91') + "\x01")) != "");
    CHECK(read(packet(2, "\x92" + text("e") + std::string(128, '\x91') + "\x01")) == "");
    std::string many{"\x9b"};
    for (int i = 0; i < 11; ++i) many += "\xc4\x01x";
    CHECK(arg(many) == "");
    DecoderLimits limits;
    limits.attachment_bytes_max = 3;
    CHECK(read(event("\x92\xc4\x02xx\xc4\x01x"), limits) != "");
    CHECK(read(event("\x92\xc4\x02xx\xc4\x02xx"), limits) == "");
  }

  TEST_CASE("any bytes survive, also behind a packet's beginning") {
    CHECK(rc::check([](const std::string& bytes) {
      static_cast<void>(read(bytes));
      static_cast<void>(read(event(bytes)));
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
