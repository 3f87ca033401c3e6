// Goal: answers are framed as RFC 9112 asks and nothing that a request said can end a line.
// Method: a response in, the bytes out; the parser of requests is no witness here.

#include "veche/http/serialize.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::http {
namespace {

std::string bytes(const Response& response, const AnswerTo& to = {}) {
  return std::string{serialize(response, to).frame.bytes()};
}

Response with(int status, std::initializer_list<Header> fields, std::string body = "") {
  Response response{.status = status, .body = std::move(body)};
  for (const auto& field : fields) response.headers.add(field.name, field.value);
  return response;
}

TEST_SUITE("http/serialize: RFC 9112 section 6, framing") {
  TEST_CASE("an answer is its line, its fields in order, its length and its body") {
    CHECK(bytes(with(200, {{"Content-Type", "text/plain"}, {"Vary", "Origin"}}, "ok"),
                {.date = "Tue, 24 Nov 2026 05:32:05 GMT"}) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nVary: Origin\r\n"
          "Date: Tue, 24 Nov 2026 05:32:05 GMT\r\nContent-Length: 2\r\n\r\nok");
  }

  TEST_CASE("an empty body has a length too, and an unknown status an empty phrase") {
    CHECK(bytes(with(404, {})) == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    CHECK(bytes(with(299, {})) == "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
  }

  TEST_CASE("HEAD is answered with the length of a body that stays away") {
    CHECK(bytes(with(200, {}, "hello"), {.method = Method::head}) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  }

  TEST_CASE("204 and 304 have no body and no length, but for the zero a 204 asks for") {
    CHECK(bytes(with(204, {}, "x")) == "HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(bytes(with(304, {{"ETag", "\"4\""}}, "x")) ==
          "HTTP/1.1 304 Not Modified\r\nETag: \"4\"\r\n\r\n");
    CHECK(bytes(with(204, {{"Content-Length", "0"}})) ==
          "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
    CHECK(bytes(with(204, {{"Content-Length", "7"}})) == "HTTP/1.1 204 No Content\r\n\r\n");
  }

  TEST_CASE("101 keeps the Connection field of its own") {
    CHECK(bytes(with(101, {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}), {.date = "x"}) ==
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  }

  TEST_CASE("framing fields of the answerer are replaced") {
    const auto response = with(
        200,
        {{"content-length", "9"}, {"Transfer-Encoding", "chunked"}, {"Connection", "keep-alive"}});
    CHECK(bytes(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  TEST_CASE("the last answer of a connection says so, whoever wants it") {
    auto response = with(200, {});
    const std::string closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    CHECK(bytes(response, {.keep_alive = false}) == closing);
    CHECK(serialize(response, {.keep_alive = false}).close);
    CHECK_FALSE(serialize(response, {}).close);
    response.close = true;
    CHECK(bytes(response) == closing);
    CHECK(serialize(response, {}).close);
  }
}

TEST_SUITE("http/serialize: hostile input 15, response splitting") {
  TEST_CASE("a value with a line end, NUL or another control takes the whole answer with it") {
    for (const auto& value : {std::string{"a\r\nSet-Cookie: b"}, std::string{"a\nb"},
                              std::string{"a\rb"}, std::string{"a\0b", 3}, std::string{"\x7f"}}) {
      CAPTURE(value);
      const auto response = with(200, {{"Ok", "1"}, {"Location", value}}, "secret");
      CHECK_FALSE(has_safe_fields(response));
      const auto answer = serialize(response, {});
      CHECK(answer.close);
      CHECK(answer.frame.bytes() ==
            "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
  }

  TEST_CASE("a name that is no token does so too") {
    CHECK_FALSE(has_safe_fields(with(200, {{"", "a"}})));
    CHECK_FALSE(has_safe_fields(with(200, {{"a b", "c"}})));
    CHECK_FALSE(has_safe_fields(with(200, {{"a:", "c"}})));
    CHECK(has_safe_fields(with(200, {{"X-A", "caf\xc3\xa9\t!"}})));
  }

  TEST_CASE("whatever the fields hold, the head ends once") {
    CHECK(rc::check([](const std::string& name, const std::string& value) {
      const auto text = bytes(with(200, {{"X-" + name, value}}));
      RC_ASSERT(text.find("\r\n\r\n") == text.size() - 4);
    }));
  }
}

TEST_SUITE("http/serialize: RFC 9110 section 5.6.7, Date") {
  TEST_CASE("dates have names of three letters and two digits each") {
    using namespace std::chrono;
    CHECK(http_date(sys_days{2026y / 11 / 24} + 5h + 32min + 5s + 999ms) ==
          "Tue, 24 Nov 2026 05:32:05 GMT");
    CHECK(http_date(WallTime{}) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(sys_days{1969y / 12 / 31} + 23h + 59min + 59s) ==
          "Wed, 31 Dec 1969 23:59:59 GMT");
  }
}

}  // namespace
}  // namespace veche::http
