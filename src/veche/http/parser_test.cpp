// Goal: requests come out whole whatever the cut, and what could be read in two ways is
// refused. Method: bytes in, one line out: "GET /a|query|body; more", "400". The numbered cases
// are the hostile inputs of the reliability plan. Random cuts and random bytes besides.

#include "veche/http/parser.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::http {
namespace {

using namespace std::literals;

struct Line {
  std::string operator()(const RequestParser::NeedMore&) const { return ""; }
  std::string operator()(const RequestParser::ContinueExpected&) const { return "continue; "; }
  std::string operator()(const Request& request) const {
    return std::string{to_string(request.method)} + " " + request.path + "|" + request.query + "|" +
           request.body + (request.keep_alive ? "; " : " close; ");
  }
  std::string operator()(const Refused& refused) const {
    return std::to_string(refused.status) + "; ";
  }
};

/// Feeds pieces of at most `piece` bytes and writes down what came of them, up to a refusal.
std::string transcript(RequestParser& parser, std::string_view bytes, std::size_t piece) {
  std::string line;
  while (!bytes.empty()) {
    const auto outcome = parser.feed(bytes.substr(0, piece));
    line += std::visit(Line{}, outcome.event);
    if (std::holds_alternative<Refused>(outcome.event)) break;
    bytes.remove_prefix(outcome.consumed);
  }
  if (parser.phase() == RequestParser::Phase::head) line += "in head; ";
  if (parser.phase() == RequestParser::Phase::body) line += "in body; ";
  return line.empty() ? line : line.substr(0, line.size() - 2);
}

/// The whole text at once and byte by byte must come to the same.
std::string parse(std::string_view bytes, const Limits& limits = {}) {
  RequestParser whole{limits};
  RequestParser cut{limits};
  auto line = transcript(whole, bytes, bytes.size());
  CHECK(transcript(cut, bytes, 1) == line);
  return line;
}

/// A request of HTTP/1.1 for "/" with these fields, each ending with CRLF.
std::string post(std::string_view fields, std::string_view rest = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string{fields} + "\r\n" + std::string{rest};
}

std::string chunked(std::string_view rest) { return post("Transfer-Encoding: chunked\r\n", rest); }

std::string hex(std::size_t size) {
  std::string digits;
  for (; size != 0; size /= 16) digits.insert(digits.begin(), "0123456789abcdef"[size % 16]);
  return digits;
}

TEST_SUITE("http/parser: requests") {
  TEST_CASE("a request is its line, its fields and its body") {
    RequestParser parser;
    const auto outcome = parser.feed(
        "PUT /a%20b?x=1 HTTP/1.1\r\nHost: h:3001\r\nX-Empty:\r\nx-b: \t c d\t \r\n"
        "Content-Length: 3\r\n\r\nabcGET");
    const auto& request = std::get<Request>(outcome.event);
    CHECK(outcome.consumed == 87);
    CHECK(request.target == "/a%20b?x=1");
    CHECK(request.path == "/a b");
    CHECK(request.query == "x=1");
    CHECK(request.body == "abc");
    CHECK(request.headers.find("X-Empty") == "");
    CHECK(request.headers.find("X-B") == "c d");
    CHECK(request.headers.size() == 4);
    CHECK(parser.phase() == RequestParser::Phase::idle);
  }

  TEST_CASE("pipelined requests come out one by one, in order") {
    const auto bytes = post("Content-Length: 2\r\n", "hi") +
                       "GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n" +
                       chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n") + "\r\nHEAD /z";
    CHECK(parse(bytes) == "POST /||hi; GET /x|y|; POST /||abc0123456789; in head");
  }

  TEST_CASE("every method passes, unknown ones too") {
    CHECK(parse("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n") == "DELETE /||");
    CHECK(parse("PATCH / HTTP/1.1\r\nHost: a\r\n\r\n") == "PATCH /||");
    CHECK(parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == " /||");
    CHECK(parse("get / HTTP/1.1\r\nHost: a\r\n\r\n") == " /||");
    CHECK(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == "OPTIONS *||");
  }

  TEST_CASE("an upgrade ends with its head and leaves the other bytes alone") {
    RequestParser parser;
    const auto text =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"s;
    const auto outcome = parser.feed(text + "\x81\x80");
    CHECK(outcome.consumed == text.size());
    CHECK(std::get<Request>(outcome.event).headers.has_token("upgrade", "websocket"));
  }

  TEST_CASE("the phase tells which deadline runs") {
    RequestParser parser;
    CHECK(parser.phase() == RequestParser::Phase::idle);
    (void)parser.feed("");
    CHECK(parser.phase() == RequestParser::Phase::idle);
    (void)parser.feed("P");
    CHECK(parser.phase() == RequestParser::Phase::head);
    (void)parser.feed("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    CHECK(parser.phase() == RequestParser::Phase::body);
    (void)parser.feed("ab");
    CHECK(parser.phase() == RequestParser::Phase::idle);
  }

  TEST_CASE("a refused parser swallows what follows") {
    RequestParser parser;
    CHECK(std::visit(Line{}, parser.feed("\x16").event) == "400; ");
    const auto outcome = parser.feed("GET / HTTP/1.0\r\n\r\n");
    CHECK(std::visit(Line{}, outcome.event) == "400; ");
    CHECK(outcome.consumed == 18);
    CHECK(parser.phase() == RequestParser::Phase::idle);
  }

  TEST_CASE("an answer to a refusal ends the connection") {
    const auto response = to_response(request_timeout);
    CHECK(response.status == 408);
    CHECK(response.close);
    CHECK(response.body == "The request took too long");
  }
}

TEST_SUITE("http/parser: RFC 9112 section 9.3, persistence") {
  TEST_CASE("HTTP/1.1 stays unless it says close, HTTP/1.0 never does") {
    const auto get = [](const char* version, const char* fields) {
      return parse("GET / HTTP/"s + version + "\r\nHost: a\r\n" + fields + "\r\n");
    };
    CHECK(get("1.1", "") == "GET /||");
    CHECK(get("1.1", "Connection: keep-alive\r\n") == "GET /||");
    CHECK(get("1.1", "Connection: x, Close\r\n") == "GET /|| close");
    CHECK(get("1.0", "") == "GET /|| close");
    CHECK(get("1.0", "Connection: keep-alive\r\n") == "GET /|| close");
  }

  TEST_CASE("HTTP/1.0 needs no Host and cannot upgrade") {
    RequestParser parser;
    const auto outcome = parser.feed("GET / HTTP/1.0\r\nUpgrade: websocket\r\n\r\n");
    CHECK(std::get<Request>(outcome.event).headers.size() == 0);
  }
}

TEST_SUITE("http/parser: RFC 9110 section 10.1.1, Expect") {
  TEST_CASE("the caller is told once, before the body") {
    const auto bytes = post("Content-Length: 2\r\nExpect: 100-Continue\r\n", "hi");
    CHECK(parse(bytes) == "continue; POST /||hi");
    CHECK(parse(post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", "0\r\n\r\n")) ==
          "continue; POST /||");
  }

  TEST_CASE("nobody waits without a body, nor in HTTP/1.0, and other expectations fail") {
    CHECK(parse(post("Expect: 100-continue\r\n")) == "POST /||");
    CHECK(parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na") ==
          "POST /||a close");
    CHECK(parse(post("Expect: tea\r\n")) == "417");
  }
}

TEST_SUITE("http/parser: hostile inputs 2 to 4, limits") {
  TEST_CASE("2: large heads and many fields are 431") {
    CHECK(parse(post("A: " + std::string(17 * 1024, 'a') + "\r\n")) == "431");
    const auto fields = [](int count) {
      std::string text;
      for (int i = 0; i < count; ++i) text += "A: b\r\n";
      return text;
    };
    CHECK(parse(post(fields(99))) == "POST /||");
    CHECK(parse(post(fields(100))) == "431");
    CHECK(parse(post(fields(2000))) == "431");
  }

  TEST_CASE("3: a long request line is 414") {
    CHECK(parse("GET /" + std::string(9 * 1024, 'a') + " HTTP/1.1\r\n") == "414");
  }

  TEST_CASE("4: a huge body is 413 before it is read") {
    CHECK(parse(post("Content-Length: 1000000000000\r\n")) == "413");
    CHECK(parse(post("Content-Length: 1000001\r\n")) == "413");
    CHECK(parse(post("Content-Length: 1000001\r\nExpect: 100-continue\r\n")) == "413");
    CHECK(parse(post("Content-Length: 1000000\r\n")) == "in body");
    CHECK(parse(post("Content-Length: 4\r\n", "abcd"), {.body_bytes = 4}) == "POST /||abcd");
  }

  TEST_CASE("5: a chunked body is 413 where it crosses the limit") {
    const Limits limits{.body_bytes = 5};
    CHECK(parse(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), limits) == "POST /||abcde");
    CHECK(parse(chunked("3\r\nabc\r\n3\r\n"), limits) == "413");
    CHECK(parse(chunked("FFFFFFFFFFFFFFFF\r\n")) == "413");
    CHECK(parse(chunked("F4241\r\n")) == "413");
    CHECK(parse(chunked("F4240\r\n")) == "in body");
  }
}

TEST_SUITE("http/parser: hostile inputs 6 and 7, framing") {
  TEST_CASE("6: Content-Length stands once, in digits, and never beside Transfer-Encoding") {
    for (const auto* fields :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
          "Content-Length: +5\r\n", "Content-Length: -1\r\n", "Content-Length: 0x10\r\n",
          "Content-Length: \r\n", "Content-Length: 5 5\r\n",
          "Content-Length: 99999999999999999999999\r\n"}) {
      CAPTURE(fields);
      CHECK(parse(post(fields, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")) == "400");
    }
  }

  TEST_CASE("6: the only transfer coding is chunked, once, in HTTP/1.1") {
    for (const auto* value : {"xchunked", "chunked, chunked", "chunked, gzip", "identity", "",
                              "chunked;q=1", "chunked,",
                              "\x0b"
                              "chunked",
                              "chunked x"}) {
      CAPTURE(value);
      CHECK(parse(post("Transfer-Encoding: "s + value + "\r\n")) == "400");
    }
    CHECK(parse(post("Transfer-Encoding: gzip, chunked\r\n")) == "501");
    CHECK(parse(post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n")) == "POST /||");
    CHECK(parse(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == "400");
    CHECK(parse(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n")) == "400");
    CHECK(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "400");
  }

  TEST_CASE("7: malformed chunks are 400") {
    for (const auto* rest :
         {"0x100000005\r\n", "12345678901234567\r\n", "\r\n", "0_0\r\n", "5\r\nabcdeX",
          "5\r\nabcde\n", "5;ext\r\n", "0\r\nTrailer: x\r\n\r\n", "-1\r\n", "5\n", "g\r\n"}) {
      CAPTURE(rest);
      CHECK(parse(chunked(rest)) == "400");
    }
  }
}

TEST_SUITE("http/parser: hostile inputs 8, 9, 13 and 15, bytes") {
  TEST_CASE("8: Host stands once and is a host") {
    CHECK(parse("GET / HTTP/1.1\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/1.1\r\nHost:\r\n\r\n") == "GET /||");
  }

  TEST_CASE("8: the host of an absolute target agrees with Host") {
    CHECK(parse("GET http://A:80/b HTTP/1.1\r\nHost: a\r\n\r\n") == "GET /b||");
    CHECK(parse("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse("GET https://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse("GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n") == "400");
    RequestParser parser;
    const auto outcome = parser.feed("GET http://a:81/ HTTP/1.0\r\n\r\n");
    CHECK(std::get<Request>(outcome.event).headers.find("host") == "a:81");
  }

  TEST_CASE("8: folds, white space before a colon, NUL and bare line ends are 400") {
    for (const auto& fields : {"A: b\r\n c\r\n"s, "A : b\r\n"s, "A: b\0\r\n"s, "A: b\rc\r\n"s,
                               "A: b\nc: d\r\n"s, "A\0: b\r\n"s, "A\r\n"s, ": b\r\n"s}) {
      CAPTURE(fields);
      CHECK(parse(post(fields)) == "400");
    }
  }

  TEST_CASE("9: other protocols and noise end at once") {
    CHECK(parse("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s) == "400");
    CHECK(parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == "505");
    CHECK(parse("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == "505");
    CHECK(parse("GET / HTTP/0.9\r\n\r\n") == "505");
    CHECK(parse("GET / HTTQ/1.1\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse("GET / HTTP/11\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse("GET /\r\n") == "400");
    CHECK(parse(std::string(1'048'576, 'A')) == "501");
    CHECK(parse(std::string(1'048'576, '\xff')) == "400");
  }

  TEST_CASE("13: dot segments, NUL and bad escapes are 400, CONNECT and a stray asterisk too") {
    for (const auto* target : {"/../", "/%2e%2e/", "/%00", "/%", "/%ff", "*", "a", "a:80"}) {
      CAPTURE(target);
      CHECK(parse("GET "s + target + " HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
    }
    CHECK(parse("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n") == "400");
    CHECK(parse("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  }

  TEST_CASE("13: a query of 64k parameters is read once, byte by byte too") {
    std::string query;
    for (int i = 0; i < 65'536; ++i) query += "a&";
    const Limits limits{.header_bytes = 262'144, .request_line_bytes = 200'000};
    const auto bytes = "GET /?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(parse(bytes, limits) == "GET /|" + query + "|");
    CHECK(parse(bytes) == "414");
  }

  TEST_CASE("15: CRLF in a target or a value never makes it in") {
    CHECK(parse("GET /?a=\r\nb HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse("GET /%0d%0aX HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
    CHECK(parse(post("Origin: http://a\x01\r\n")) == "400");
  }
}

TEST_SUITE("http/parser: any cut, any bytes") {
  TEST_CASE("a head of 16 KiB is read byte by byte in linear time") {
    std::string fields;
    while (fields.size() < 16'000) fields += "X-Header-Name: " + std::string(300, 'v') + "\r\n";
    CHECK(parse(post(fields)) == "POST /||");
  }

  TEST_CASE("every cut of valid requests gives the same requests") {
    CHECK(rc::check([] {
      std::string bytes;
      std::string expected;
      for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
        const auto body = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
        if (*rc::gen::arbitrary<bool>()) {
          bytes += post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
        } else {
          bytes += chunked((body.empty() ? "" : hex(body.size()) + "\r\n" + body + "\r\n") +
                           "0\r\n\r\n");
        }
        expected += "POST /||" + body + "; ";
      }
      for (int cut = 0; cut < 20; ++cut) {
        const auto pieces = *rc::gen::nonEmpty<std::vector<unsigned char>>();
        RequestParser parser;
        std::string line;
        std::string_view rest = bytes;
        for (std::size_t i = 0; !rest.empty(); ++i) {
          const auto outcome = parser.feed(rest.substr(0, pieces[i % pieces.size()] + 1));
          line += std::visit(Line{}, outcome.event);
          rest.remove_prefix(outcome.consumed);
        }
        RC_ASSERT(line == expected);
      }
    }));
  }

  TEST_CASE("random bytes never crash") {
    CHECK(rc::check([](const std::vector<std::string>& pieces) {
      RequestParser parser;
      for (const auto& piece : pieces) (void)parser.feed(piece);
    }));
  }

  TEST_CASE("damaged requests never crash, and no cut changes the outcome") {
    const auto whole = post("Content-Length: 2\r\n", "hi") + chunked("3\r\nabc\r\n0\r\n\r\n");
    CHECK(rc::check([whole] {
      for (int damage = 0; damage < 30; ++damage) {
        auto bytes = whole;
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        const auto gone = *rc::gen::inRange<std::size_t>(0, 4);
        bytes.replace(at, gone, *rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
        RequestParser one;
        RequestParser other;
        RC_ASSERT(transcript(one, bytes, bytes.size()) ==
                  transcript(other, bytes, *rc::gen::inRange<std::size_t>(1, 40)));
      }
    }));
  }
}

}  // namespace
}  // namespace veche::http
