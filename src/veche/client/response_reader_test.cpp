// Goal: answers are read whole however they are cut, and what is none is found.

#include "veche/client/response_reader.hpp"

#include <doctest/doctest.h>

namespace veche::client {
namespace {

using Outcome = ResponseReader::Outcome;

constexpr std::string_view two_packets =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\n2\x1e"
    "42x";

TEST_SUITE("client/response_reader: RFC 9112 section 6") {
  TEST_CASE("one answer after the other, in one piece and byte by byte") {
    ResponseReader reader;
    CHECK(reader.receive(two_packets) == Outcome::done);
    CHECK(reader.status() == 200);
    CHECK(reader.body() ==
          "2\x1e"
          "42x");
    CHECK(reader.keeps_alive());
    for (std::size_t i = 0; i + 1 < two_packets.size(); ++i) {
      REQUIRE(reader.receive(two_packets.substr(i, 1)) == Outcome::need_more);
    }
    CHECK(reader.receive(two_packets.substr(two_packets.size() - 1)) == Outcome::done);
    CHECK(reader.body() ==
          "2\x1e"
          "42x");
  }

  TEST_CASE("an empty answer, and one that closes the connection") {
    ResponseReader reader;
    CHECK(reader.receive("HTTP/1.1 400 Bad Request\r\nConnection: Close\r\nContent-Length: "
                         "0\r\n\r\n") == Outcome::done);
    CHECK(reader.status() == 400);
    CHECK(reader.body().empty());
    CHECK_FALSE(reader.keeps_alive());
  }

  TEST_CASE("what is no such answer") {
    for (const std::string_view text :
         {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 xyz\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
      ResponseReader reader;
      CHECK(reader.receive(text) == Outcome::malformed);
      CHECK(reader.why() == "the server's answer is not what Engine.IO's polling sends");
    }
    ResponseReader more;
    CHECK(more.receive("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab") == Outcome::malformed);
    CHECK(more.why() == "the server answered more than it was asked");
    ResponseReader endless;
    CHECK(endless.receive(std::string(ResponseReader::head_bytes_max - 1, 'x')) ==
          Outcome::need_more);
    CHECK(endless.receive("x") == Outcome::malformed);
    CHECK(endless.why() == "the head of the server's answer is longer than 16 KiB");
  }
}

}  // namespace
}  // namespace veche::client
