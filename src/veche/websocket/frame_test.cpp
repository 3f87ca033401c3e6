// Goal: frames leave with the shortest correct header, and close codes are judged as the RFC and
// its registry say. Method: bytes compared in hex; headers read back by a reader written here.

#include "veche/websocket/frame.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/base/encoding.hpp"

namespace veche::websocket {
namespace {

std::string header_hex(Opcode opcode, Fin fin, std::uint64_t payload_size) {
  char header[header_size_max];
  const std::size_t size = write_header(header, opcode, fin, payload_size);
  CHECK(size == header_size(payload_size));
  return hex_encode({header, size});
}

std::string hex(const Frame& frame) { return hex_encode(frame.bytes()); }

TEST_SUITE("websocket/frame: RFC 6455 5.2 base framing") {
  TEST_CASE("the length takes the shortest of its three forms") {
    CHECK(header_hex(Opcode::text, Fin::last, 0) == "8100");
    CHECK(header_hex(Opcode::text, Fin::last, 125) == "817d");
    CHECK(header_hex(Opcode::text, Fin::last, 126) == "817e007e");
    CHECK(header_hex(Opcode::binary, Fin::last, 256) == "827e0100");
    CHECK(header_hex(Opcode::binary, Fin::last, 65535) == "827effff");
    CHECK(header_hex(Opcode::binary, Fin::last, 65536) == "827f0000000000010000");
    CHECK(header_hex(Opcode::binary, Fin::last, 0x7FFF'FFFF'FFFF'FFFF) == "827f7fffffffffffffff");
  }

  TEST_CASE("only the last frame of a message has FIN") {
    CHECK(header_hex(Opcode::text, Fin::more, 3) == "0103");
    CHECK(header_hex(Opcode::continuation, Fin::more, 2) == "0002");
    CHECK(header_hex(Opcode::continuation, Fin::last, 2) == "8002");
  }

  TEST_CASE("any length can be read back from its header") {
    CHECK(rc::check([](std::uint64_t number, std::uint8_t shift) {
      const std::uint64_t wanted = (number >> 1) >> (shift % 63);
      char header[header_size_max];
      const std::size_t size = write_header(header, Opcode::binary, Fin::last, wanted);
      std::uint64_t read = static_cast<unsigned char>(header[1]);
      if (size > 2) read = 0;
      for (std::size_t at = 2; at < size; ++at) {
        read = read << 8 | static_cast<unsigned char>(header[at]);
      }
      RC_ASSERT(read == wanted);
    }));
  }
}

TEST_SUITE("websocket/frame: RFC 6455 5.5 and 5.6, frames of a server") {
  TEST_CASE("the examples of section 5.7") {
    CHECK(hex(make_frame(Opcode::text, "Hello")) == "810548656c6c6f");
    CHECK(hex(make_frame(Opcode::ping, "Hello")) == "890548656c6c6f");
    CHECK(make_frame(Opcode::binary, std::string(256, 'x')).bytes().starts_with("\x82\x7e\x01"));
  }

  TEST_CASE("pings, pongs and empty messages") {
    CHECK(hex(make_frame(Opcode::ping, {})) == "8900");
    CHECK(hex(make_frame(Opcode::pong, "ab")) == "8a026162");
    CHECK(hex(make_frame(Opcode::binary, {})) == "8200");
  }

  TEST_CASE("a close frame has a code and a reason, or nothing") {
    CHECK(hex(make_close_frame(std::nullopt)) == "8800");
    CHECK(hex(make_close_frame(close_code::normal)) == "880203e8");
    CHECK(hex(make_close_frame(close_code::service_restart, "bye")) == "880503f4627965");
    CHECK(make_close_frame(close_code::too_big, std::string(123, 'r')).size() == 127);
  }
}

TEST_SUITE("websocket/frame: RFC 6455 7.4 close codes") {
  TEST_CASE("codes that may be on the wire") {
    for (unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U,
                          1013U, 1014U, 3000U, 3999U, 4000U, 4999U}) {
      CAPTURE(code);
      CHECK(is_valid_close_code(static_cast<std::uint16_t>(code)));
    }
  }

  TEST_CASE("codes that may not") {
    for (unsigned code :
         {0U, 1U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U}) {
      CAPTURE(code);
      CHECK_FALSE(is_valid_close_code(static_cast<std::uint16_t>(code)));
    }
  }
}

}  // namespace
}  // namespace veche::websocket
