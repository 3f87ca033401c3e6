// Goal: status, content type and body of every answer, as clients and proxies expect them.

#include "veche/engineio/answers.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

/// "400 application/json {...}".
std::string line(const http::Response& response) {
  return std::to_string(response.status) + " " +
         std::string{response.headers.find("content-type").value_or("-")} + " " + response.body;
}

TEST_SUITE("engineio/answers: refusals") {
  TEST_CASE("every code has its status and its words") {
    CHECK(line(refuse(Refusal::unknown_transport)) ==
          R"(400 application/json {"code":0,"message":"Transport unknown"})");
    CHECK(line(refuse(Refusal::unknown_sid)) ==
          R"(400 application/json {"code":1,"message":"Session ID unknown"})");
    CHECK(line(refuse(Refusal::bad_handshake_method)) ==
          R"(400 application/json {"code":2,"message":"Bad handshake method"})");
    CHECK(line(refuse(Refusal::bad_request)) ==
          R"(400 application/json {"code":3,"message":"Bad request"})");
    CHECK(line(refuse(Refusal::forbidden)) ==
          R"(403 application/json {"code":4,"message":"Forbidden"})");
    CHECK(line(refuse(Refusal::unsupported_protocol_version)) ==
          R"(400 application/json {"code":5,"message":"Unsupported protocol version"})");
  }

  TEST_CASE("a message may be given, and is escaped") {
    CHECK(line(refuse(Refusal::forbidden, "no \"x\"")) ==
          R"(403 application/json {"code":4,"message":"no \"x\""})");
  }

  TEST_CASE("an upgrade is refused with the message alone, and the connection ends") {
    CHECK(line(refuse_upgrade(Refusal::unknown_sid)) == "400 text/html Session ID unknown");
    CHECK(line(refuse_upgrade(Refusal::forbidden, "go")) == "403 text/html go");
    CHECK(refuse_upgrade(Refusal::bad_request).close);
  }

  TEST_CASE("no room, and methods that are neither GET nor POST") {
    CHECK(refuse_for_now().status == 503);
    CHECK(line(refuse_method()) == "405 - ");
    CHECK(refuse_method().headers.find("Allow") == "GET, POST");
  }
}

TEST_SUITE("engineio/answers: GET and POST") {
  TEST_CASE("payloads are text that nobody may store") {
    CHECK(line(answer_get("4a")) == "200 text/plain; charset=UTF-8 4a");
    CHECK(answer_get("4a").headers.find("cache-control") == "no-store");
  }

  TEST_CASE("a POST is answered ok") {
    CHECK(line(answer_post()) == "200 text/html ok");
    CHECK(answer_post().headers.find("cache-control") == "no-store");
    CHECK(line(answer_empty(413)) == "413 - ");
  }
}

}  // namespace
}  // namespace veche::engineio
