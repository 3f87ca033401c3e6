// Goal: every byte of a head and of a chunk header stands where the RFC lets it, and the limits
// hold to the byte. Method: whole texts and texts cut at every place, one line each.

#include "veche/http/scan.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace veche::http {
namespace {

std::string to_line(const Scanned& seen, std::size_t before = 0) {
  const auto at = " at " + std::to_string(before + seen.consumed);
  switch (seen.status) {
    case Scanned::Status::need_more: return "more" + at;
    case Scanned::Status::done: return "done" + at;
    case Scanned::Status::refused: return std::to_string(seen.refused.status) + at;
  }
  return "";
}

/// Feeds byte by byte and checks that the whole text gives the same.
template <typename Scan>
std::string scan(Scan cut, std::string_view text) {
  Scan whole = cut;
  const auto expected = to_line(whole.feed(text));
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto seen = cut.feed(text.substr(i, 1));
    line = to_line(seen, i);
    if (seen.status != Scanned::Status::need_more) break;
  }
  CHECK(line == expected);
  return line;
}

std::string head(std::string_view text, const Limits& limits = {}) {
  return scan(HeadScan{limits}, text);
}

std::string chunk(std::string_view text,
                  ChunkScan::Position position = ChunkScan::Position::first) {
  return scan(ChunkScan{position}, text);
}

TEST_SUITE("http/scan: RFC 9112 section 2.2, lines") {
  TEST_CASE("the head ends with the empty line, wherever the bytes are cut") {
    CHECK(head("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest") == "done at 27");
    CHECK(head("GET / HTTP/1.0\r\n\r\n") == "done at 18");
    CHECK(head("GET / HTTP/1.1\r\nA:\tb \xc3\xa9\r\n\r") == "more at 26");
  }

  TEST_CASE("one empty line in front is passed over, a second is not") {
    CHECK(head("\r\nGET / HTTP/1.0\r\n\r\n") == "done at 20");
    CHECK(head("\r\n\r\nGET / HTTP/1.0\r\n\r\n") == "400 at 3");
    CHECK(head("\nGET") == "400 at 1");
  }

  TEST_CASE("a bare CR or LF is refused where it stands") {
    CHECK(head("GET / HTTP/1.1\n") == "400 at 15");
    CHECK(head("GET / HTTP/1.1\rH") == "400 at 16");
    CHECK(head("GET / HTTP/1.1\r\nA: b\nC: d") == "400 at 21");
    CHECK(head("GET / HTTP/1.1\r\nA: b\rC: d") == "400 at 22");
    CHECK(head("GET / HTTP/1.1\r\nA: b\r\n\rX") == "400 at 24");
  }
}

TEST_SUITE("http/scan: RFC 9112 section 3, request line") {
  TEST_CASE("noise is refused at its first byte that no method has") {
    CHECK(head("\x16\x03\x01\x02") == "400 at 1");
    CHECK(head(" GET /") == "400 at 1");
    CHECK(head("GET\t/") == "400 at 4");
    CHECK(head(std::string_view{"G\0", 2}) == "400 at 2");
  }

  TEST_CASE("controls and a fourth part are refused") {
    CHECK(head("GET /a\tb HTTP/1.1") == "400 at 7");
    CHECK(head("GET /\r\n") == "400 at 6");
    CHECK(head("GET / HTTP/1.1 ") == "400 at 15");
    CHECK(head("GET /\x7f") == "400 at 6");
  }

  TEST_CASE("a method that is longer than any is not implemented") {
    CHECK(head(std::string(32, 'A')) == "more at 32");
    CHECK(head(std::string(33, 'A')) == "501 at 33");
  }

  TEST_CASE("the line may be as long as the limit and not a byte longer") {
    const Limits limits{.request_line_bytes = 20};
    CHECK(head("GET /123456 HTTP/1.1\r\n\r\n", limits) == "done at 24");
    CHECK(head("GET /1234567 HTTP/1.1\r\n", limits) == "414 at 21");
  }
}

TEST_SUITE("http/scan: RFC 9112 section 5, fields") {
  TEST_CASE("folds, nameless fields, white space before a colon and controls are refused") {
    CHECK(head("GET / HTTP/1.1\r\n A: b") == "400 at 17");
    CHECK(head("GET / HTTP/1.1\r\nA: b\r\n\tc") == "400 at 23");
    CHECK(head("GET / HTTP/1.1\r\n: b") == "400 at 17");
    CHECK(head("GET / HTTP/1.1\r\nA : b") == "400 at 18");
    CHECK(head("GET / HTTP/1.1\r\nA\r\n") == "400 at 18");
    CHECK(head(std::string_view{"GET / HTTP/1.1\r\nA: b\0", 21}) == "400 at 21");
    CHECK(head("GET / HTTP/1.1\r\nA: b\x1b") == "400 at 21");
  }

  TEST_CASE("a control is found at any place of a long value, and nothing is taken for one") {
    for (std::size_t place = 0; place < 20; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string value(20, 'v');
        value[place] = static_cast<char>(byte);
        const bool is_control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        if (byte == '\r') continue;
        const auto seen = HeadScan{Limits{}}.feed("GET / HTTP/1.1\r\nA:" + value + "\r\n\r\n");
        CHECK(to_line(seen) ==
              (is_control ? "400 at " + std::to_string(19 + place) : "done at 42"));
      }
    }
  }

  TEST_CASE("the limits of bytes and fields hold to the byte and the field") {
    const Limits fields{.field_count = 2};
    CHECK(head("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n", fields) == "done at 30");
    CHECK(head("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3", fields) == "431 at 29");
    CHECK(head("GET / HTTP/1.1\r\nA: 1\r\n\r\n", {.header_bytes = 24}) == "done at 24");
    CHECK(head("GET / HTTP/1.1\r\nA: 12\r\n\r\n", {.header_bytes = 24}) == "431 at 24");
  }
}

TEST_SUITE("http/scan: RFC 9112 section 7.1, chunks") {
  TEST_CASE("a chunk header is digits and a line end, the last one ends the body") {
    CHECK(chunk("1aF\r\n") == "done at 5");
    CHECK(chunk("0\r\n\r\nrest") == "done at 5");
    CHECK(chunk("000\r\n\r") == "more at 6");
    CHECK(chunk("\r\n5\r\n", ChunkScan::Position::after_data) == "done at 5");
    CHECK(chunk("\r\n0000000000000000\r\n\r\n", ChunkScan::Position::after_data) == "done at 22");
  }

  TEST_CASE("anything else is refused, extensions and trailers too") {
    CHECK(chunk("0x10\r\n") == "400 at 2");
    CHECK(chunk("0_0\r\n") == "400 at 2");
    CHECK(chunk("\r\n") == "400 at 1");
    CHECK(chunk("+5\r\n") == "400 at 1");
    CHECK(chunk(" 5\r\n") == "400 at 1");
    CHECK(chunk("5 \r\n") == "400 at 2");
    CHECK(chunk("5;a=b\r\n") == "400 at 2");
    CHECK(chunk("5\n") == "400 at 2");
    CHECK(chunk("5\rx") == "400 at 3");
    CHECK(chunk("12345678901234567\r\n") == "400 at 17");
    CHECK(chunk("0\r\nA: b\r\n\r\n") == "400 at 4");
    CHECK(chunk("5\r\n", ChunkScan::Position::after_data) == "400 at 1");
  }
}

}  // namespace
}  // namespace veche::http
