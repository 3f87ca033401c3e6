// Goal: one message in both encodings, made once and shared. Method: bytes compared with what
// the protocol's documents show; sharing seen by the address of the bytes.

#include "veche/engineio/outgoing.hpp"

#include <cstring>
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

  TEST_CASE("a run of texts is one after the other, for either transport") {
    const std::string longer(300, 'b');  // beyond the room that was asked for
    TextRun run{1};
    for (const std::string& text : {std::string{"a"}, std::string{}, longer}) {
      text.copy(run.add(text.size()), text.size());
    }
    const auto frame = [](std::string_view text) {
      return std::string{Outgoing::text(text).websocket().bytes()};
    };
    CHECK(run.bytes() == (frame("a") + frame("") + frame(longer)).size());
    const Outgoing all = std::move(run).build();
    CHECK(all.websocket().bytes() == frame("a") + frame("") + frame(longer));
    CHECK(all.payload().bytes() ==
          "4a\x1e"
          "4\x1e"
          "4" +
              longer);
    CHECK(all.messages() == std::vector<std::string_view>{"a", "", longer});
    CHECK(all.packet_count() == 3);
  }

  TEST_CASE("a run that was meant to be longer does not keep the room") {
    TextRun run{100'000};
    std::memcpy(run.add(1), "a", 1);
    std::memcpy(run.add(1), "b", 1);
    const Outgoing both = std::move(run).build();
    CHECK(both.messages() == std::vector<std::string_view>{"a", "b"});
    CHECK(both.websocket().capacity() < 100);
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
