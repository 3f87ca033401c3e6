// Goal: one message in both encodings, made once and shared. Method: bytes compared with what
// the protocol's documents show; sharing seen by the address of the bytes.

#include "veche/engineio/outgoing.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

using namespace std::string_view_literals;

TEST_SUITE("engineio/outgoing: Transport encoding, WebSocket") {
  TEST_CASE("its messages can be taken out again") {
    CHECK(Outgoing::text("hello").messages() == std::vector<std::string_view>{"hello"});
    CHECK(Outgoing::binary("bytes").messages() == std::vector<std::string_view>{"bytes"});
    const std::string large(70'000, 'x');
    const auto packet = Outgoing::with_binary("51-[]", {large, ""});
    CHECK(packet.messages() == std::vector<std::string_view>{"51-[]", large, ""});
  }

  TEST_CASE("a text is one text frame with the packet type in front") {
    CHECK(Outgoing::text("hi").websocket().bytes() ==
          "\x81\x03"
          "4hi"sv);
    CHECK(Outgoing::text("").websocket().bytes() ==
          "\x81\x01"
          "4"sv);
  }

  TEST_CASE("parts make up the text, empty ones too") {
    for (const std::size_t size : {0U, 1U, 120U, 130U, 70'000U}) {
      const std::string middle(size, 'm');
      CHECK(Outgoing::text({"a", "", middle, "z"}).websocket().bytes() ==
            Outgoing::text("a" + middle + "z").websocket().bytes());
    }
  }

  TEST_CASE("a text of 125 bytes needs the longer header, because the type counts") {
    const Outgoing outgoing = Outgoing::text(std::string(125, 'x'));
    CHECK(
        outgoing.websocket().bytes().starts_with("\x81\x7e\x00\x7e"
                                                 "4x"sv));
    CHECK(outgoing.websocket().size() == 4 + 126);
  }

  TEST_CASE("a binary message is a binary frame without a type") {
    CHECK(Outgoing::binary("\x00\x01\x02"sv).websocket().bytes() == "\x82\x03\x00\x01\x02"sv);
    CHECK(Outgoing::binary("").websocket().bytes() == "\x82\x00"sv);
  }

  TEST_CASE("attachments follow their text in the same block, in order") {
    const Outgoing outgoing = Outgoing::with_binary("51-[]", {"ab", ""});
    CHECK(outgoing.websocket().bytes() ==
          "\x81\x06"
          "451-[]"
          "\x82\x02"
          "ab"
          "\x82\x00"sv);
    CHECK(outgoing.packet_count() == 3);
  }
}

TEST_SUITE("engineio/outgoing: RFC 7692, compressed once for all") {
  struct Compression {
    websocket::PerMessageDeflate extension{{.enabled = true}};
    websocket::Deflate* usual{&extension.of({12, false})};
    websocket::Deflate* small{&extension.of({9, true})};
  };

  TEST_CASE("a long text is compressed once a window, and shared") {
    Compression compression;
    const Outgoing outgoing = Outgoing::text(std::string(2'000, 'x'));
    const Frame usual = outgoing.websocket(compression.usual);
    const Frame small = outgoing.websocket(compression.small);
    CHECK(usual.bytes().front() == '\xc1');
    CHECK(usual.size() < 100);
    CHECK(outgoing.websocket(compression.usual).bytes().data() == usual.bytes().data());
    CHECK(outgoing.websocket(compression.small).bytes().data() == small.bytes().data());
    CHECK(small.bytes().data() != usual.bytes().data());
  }

  TEST_CASE("whoever has not agreed, short messages and compress off get the plain frame") {
    Compression compression;
    const Outgoing text = Outgoing::text("short");
    CHECK(text.websocket(compression.usual).bytes().data() == text.websocket().bytes().data());
    Outgoing off = Outgoing::text(std::string(2'000, 'x'));
    CHECK(off.websocket(nullptr).bytes().data() == off.websocket().bytes().data());
    CHECK(off.compress());
    off.set_compress(false);
    CHECK(off.websocket(compression.usual).bytes().data() == off.websocket().bytes().data());
  }

  TEST_CASE("what does not become shorter stays one block") {
    Compression compression;
    std::string noise;
    for (std::uint32_t i = 1; noise.size() < 1'500; ++i) noise += static_cast<char>(i * i * i >> 7);
    const Outgoing outgoing = Outgoing::with_binary("51-[]", {noise.substr(0, 1'023)});
    CHECK(outgoing.websocket(compression.usual).bytes().data() ==
          outgoing.websocket().bytes().data());
  }

  TEST_CASE("of a text and its attachments only the long ones are compressed") {
    Compression compression;
    const Outgoing outgoing = Outgoing::with_binary("51-[]", {std::string(2'000, 'b')});
    const std::string_view frames = outgoing.websocket(compression.usual).bytes();
    CHECK(
        frames.starts_with("\x81\x06"
                           "451-[]\xc2"));
  }
}

TEST_SUITE("engineio/outgoing: Transport encoding, HTTP long-polling") {
  TEST_CASE("the payload of a text is a slice of its frame") {
    for (std::size_t size : {0U, 2U, 124U, 125U, 65534U, 65535U}) {
      const std::string text(size, 'x');
      const Outgoing outgoing = Outgoing::text(text);
      CHECK(outgoing.payload().bytes() == "4" + text);
      CHECK(outgoing.payload().bytes().end() == outgoing.websocket().bytes().end());
      CHECK(outgoing.packet_count() == 1);
    }
  }

  TEST_CASE("binary is b and base64") {
    CHECK(Outgoing::binary("\x01\x02\x03\x04").payload().bytes() == "bAQIDBA==");
    CHECK(Outgoing::binary("").payload().bytes() == "b");
    CHECK(Outgoing::binary("x").packet_count() == 1);
  }

  TEST_CASE("a text and its attachments are joined by record separators") {
    const Outgoing outgoing = Outgoing::with_binary("52-[]", {"\x01\x02\x03\x04", ""});
    CHECK(outgoing.payload().bytes() ==
          "452-[]\x1e"
          "bAQIDBA==\x1e"
          "b");
  }

  TEST_CASE("several joined are one after the other, for either transport") {
    const std::vector<Outgoing> parts{Outgoing::text("a"), Outgoing::with_binary("51-", {"b"})};
    const Outgoing joined = Outgoing::joined(parts);
    CHECK(joined.websocket().bytes() ==
          std::string{parts[0].websocket().bytes()}.append(parts[1].websocket().bytes()));
    CHECK(joined.payload().bytes() ==
          "4a\x1e"
          "451-\x1e"
          "bYg==");
    CHECK(joined.packet_count() == 3);
  }

  TEST_CASE("the payload is made once") {
    const Outgoing outgoing = Outgoing::with_binary("51-[]", {"ab"});
    const Outgoing copy = outgoing;
    CHECK(outgoing.payload().bytes().data() == outgoing.payload().bytes().data());
    CHECK(copy.websocket().bytes().data() == outgoing.websocket().bytes().data());
  }
}

}  // namespace
}  // namespace veche::engineio
