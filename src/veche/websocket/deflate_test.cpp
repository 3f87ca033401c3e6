// Goal: RFC 7692 section 7.2 both ways, with hostile streams told from good ones. Method: the
// RFC's own examples byte by byte; everything sent is read back; zlib makes what a peer might.

#include "veche/websocket/deflate.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <zlib.h>

namespace veche::websocket {
namespace {

using namespace std::literals;

PerMessageDeflateOptions options(std::size_t threshold = 0) {
  return {.enabled = true, .threshold = threshold};
}

struct World {
  explicit World(const PerMessageDeflateOptions& set = options())
      : extension{set}, deflate{extension.of({set.window_bits, false})} {}

  /// "done text", "too big", "malformed".
  std::string inflated(std::string_view compressed, std::size_t bytes_max = 1'000'000) {
    std::string text;
    switch (deflate.inflate(compressed, bytes_max, text)) {
      case Inflation::done: return "done " + text;
      case Inflation::too_big: return "too big";
      case Inflation::malformed: break;
    }
    return "malformed";
  }

  PerMessageDeflate extension;
  Deflate& deflate;
};

/// The payload of one frame, and whether it is compressed.
struct Parsed {
  bool is_compressed;
  std::string payload;
};

Parsed parse(const Frame& frame) {
  const std::string_view bytes = frame.bytes();
  const auto length = static_cast<unsigned char>(bytes[1]);
  const std::size_t head = length < 126 ? 2 : length == 126 ? 4 : 10;
  return {(bytes[0] & 0x40) != 0, std::string{bytes.substr(head)}};
}

/// What a peer sends that ends its blocks in its own way.
std::string compressed_by_zlib(std::string_view text, int flush, int window_bits = 15) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 16, '\0');
  std::string in{text};
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, flush);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  if (flush == Z_SYNC_FLUSH) out.resize(out.size() - 4);
  return out;
}

std::string words(std::size_t size) {
  std::string text;
  for (std::uint64_t i = 0; text.size() < size; ++i)
    text += "message " + std::to_string(i * i) + "; ";
  text.resize(size);
  return text;
}

TEST_SUITE("websocket/deflate: RFC 7692 section 7.2.3, the examples") {
  TEST_CASE("one compressed block") {
    CHECK(World{}.inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"s) == "done Hello");
  }
  TEST_CASE("a block without compression") {
    CHECK(World{}.inflated("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s) == "done Hello");
  }
  TEST_CASE("a block that says it is the last") {
    CHECK(World{}.inflated("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s) == "done Hello");
  }
  TEST_CASE("two blocks in one message") {
    CHECK(World{}.inflated("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s) ==
          "done Hello");
  }
  TEST_CASE("an empty message") {
    CHECK(World{}.inflated("\x00"s) == "done ");
    CHECK(World{}.inflated("") == "done ");
    CHECK(World{}.inflated("\x02\x00"s) == "done ");
  }
  TEST_CASE("nothing is remembered from one message to the next") {
    World world;
    CHECK(world.inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"s) == "done Hello");
    CHECK(world.inflated("\xf2\x00\x11\x00\x00"s) == "malformed");  // the RFC's with a context
    CHECK(world.inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"s) == "done Hello");
  }
}

TEST_SUITE("websocket/deflate: receiving") {
  TEST_CASE("whatever window and flush a client has, its messages are read") {
    World world;
    for (const std::size_t size : {1U, 100U, 4'095U, 4'096U, 4'097U, 100'000U, 999'999U}) {
      const std::string text = words(size);
      for (const int bits : {9, 12, 15}) {
        CHECK(world.inflated(compressed_by_zlib(text, Z_SYNC_FLUSH, bits)) == "done " + text);
        CHECK(world.inflated(compressed_by_zlib(text, Z_FINISH, bits)) == "done " + text);
      }
    }
  }

  TEST_CASE("a message may go on behind a last block") {
    World world;
    CHECK(world.inflated(compressed_by_zlib("one ", Z_FINISH) +
                         compressed_by_zlib("two", Z_SYNC_FLUSH)) == "done one two");
  }

  TEST_CASE("a bomb is defused at the limit (RELIABILITY 26)") {
    World world;
    const std::string bomb = compressed_by_zlib(std::string(50'000'000, '0'), Z_SYNC_FLUSH);
    CHECK(bomb.size() < 50'000);
    CHECK(world.inflated(bomb, 1'000'000) == "too big");
    const std::string fits = compressed_by_zlib(std::string(1'000'000, '0'), Z_SYNC_FLUSH);
    CHECK(world.inflated(fits, 1'000'000) == "done " + std::string(1'000'000, '0'));
    CHECK(world.inflated(fits, 999'999) == "too big");
    CHECK(world.inflated("\x00"s, 0) == "done ");
  }

  TEST_CASE("what is no DEFLATE data, or is cut off, is malformed") {
    World world;
    CHECK(world.inflated("\xff\xff\xff\xff") == "malformed");
    CHECK(world.inflated("\x06") == "malformed");  // the reserved block type
    const std::string whole = compressed_by_zlib(words(2'000), Z_SYNC_FLUSH);
    CHECK(world.inflated(whole.substr(0, whole.size() / 2)) == "malformed");
    CHECK(world.inflated("\x00\x05\x00\xfa\xffHe"s) == "malformed");
    CHECK(world.inflated(whole) == "done " + words(2'000));
  }

  TEST_CASE("any bytes are survived, and the next message is read") {
    CHECK(rc::check([](const std::string& bytes) {
      World world;
      static_cast<void>(world.inflated(bytes, 10'000));
      RC_ASSERT(world.inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"s) == "done Hello");
    }));
  }

  TEST_CASE("64 bytes behind a message are readable") {
    World world;
    for (const std::size_t size : {0U, 1U, 4'096U, 8'192U}) {
      std::string text;
      const auto compressed = compressed_by_zlib(words(size), Z_SYNC_FLUSH);
      REQUIRE(world.deflate.inflate(compressed, 8'192, text) == Inflation::done);
      CHECK(text.capacity() >= text.size() + 64);
    }
  }
}

TEST_SUITE("websocket/deflate: sending") {
  TEST_CASE("a message is compressed from the threshold on") {
    World world{options(100)};
    CHECK_FALSE(parse(make_frame(Opcode::text, words(99), &world.deflate)).is_compressed);
    const Parsed sent = parse(make_frame(Opcode::text, words(100), &world.deflate));
    CHECK(sent.is_compressed);
    CHECK(sent.payload.size() < 100);
    CHECK(world.inflated(sent.payload) == "done " + words(100));
    CHECK_FALSE(parse(make_frame(Opcode::text, words(100), nullptr)).is_compressed);
  }

  TEST_CASE("what compression does not make shorter is sent as it is") {
    World world;
    for (const auto& payload : {""s, "x"s, "ab"s, "\x01\x02\x03"s}) {
      const Parsed sent = parse(make_frame(Opcode::binary, payload, &world.deflate));
      CHECK_FALSE(sent.is_compressed);
      CHECK(sent.payload == payload);
    }
  }

  TEST_CASE("frames are appended behind one another, opcode by opcode") {
    World world;
    FrameBuilder builder{0};
    world.deflate.append_frame(builder, Opcode::text, std::string(50, 'a'));
    const std::size_t first = builder.size();
    world.deflate.append_frame(builder, Opcode::binary, std::string(50, 'b'));
    const Frame frame = std::move(builder).build();
    CHECK(frame.bytes()[0] == '\xc1');
    CHECK(frame.bytes()[first] == '\xc2');
    CHECK(world.inflated(parse(frame.suffix(first)).payload) == "done " + std::string(50, 'b'));
  }

  TEST_CASE("what is sent comes back, for every window and any bytes") {
    for (std::uint8_t bits = window_bits_min; bits <= window_bits_max; ++bits) {
      PerMessageDeflateOptions set = options();
      set.window_bits = bits;
      World world{set};
      CHECK(world.deflate.window_bits() == bits);
      const std::string text = words(200'000);
      const Parsed sent = parse(make_frame(Opcode::text, text, &world.deflate));
      CHECK(sent.is_compressed);
      CHECK(world.inflated(sent.payload) == "done " + text);
      CHECK(rc::check([&](const std::string& bytes) {
        const std::string payload = bytes + bytes + bytes;
        const Parsed one = parse(make_frame(Opcode::binary, payload, &world.deflate));
        RC_ASSERT((one.is_compressed ? world.inflated(one.payload) == "done " + payload
                                     : one.payload == payload));
      }));
    }
  }
}

TEST_SUITE("websocket/deflate: the extension of a loop") {
  http::Headers offering(std::string offer) {
    http::Headers headers;
    headers.add("Sec-WebSocket-Extensions", std::move(offer));
    return headers;
  }

  TEST_CASE("off, it agrees to nothing") {
    const PerMessageDeflate off{{}};
    CHECK_FALSE(off.agree(offering("permessage-deflate")).has_value());
    const PerMessageDeflate on{options()};
    CHECK(on.agree(offering("permessage-deflate")) == DeflateTerms{12, false});
  }

  TEST_CASE("a window has one Deflate for all of its connections") {
    PerMessageDeflate extension{options()};
    Deflate& usual = extension.of({12, false});
    CHECK(&extension.of({12, true}) == &usual);
    CHECK(&extension.of({9, true}) != &usual);
    CHECK(extension.of({9, true}).window_bits() == 9);
  }
}

}  // namespace
}  // namespace veche::websocket
