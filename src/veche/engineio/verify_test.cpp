// Goal: what a request says alone is judged as the reference server's verify() does, in its order.

#include "veche/engineio/verify.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

http::Request make(std::string query, http::Method method = http::Method::get) {
  http::Request request;
  request.method = method;
  request.query = std::move(query);
  return request;
}

/// "passes", or the code's words and the context.
std::string judged(const http::Request& request, Wants wants = Wants::answer,
                   const Options& options = {}) {
  const Query query = read_query(request);
  const auto refused = verify(request, query, wants, options);
  if (!refused) return "passes";
  return std::string{to_string(refused->code)} + ": " + std::string{refused->context};
}

TEST_SUITE("engineio/verify: Handshake") {
  TEST_CASE("a query is read decoded, and what is missing is empty") {
    const auto query = read_query(make("EIO=4&transport=%70olling&sid=a%20b"));
    CHECK(query.transport == "polling");
    CHECK(query.sid == "a b");
    CHECK(query.revision == "4");
    CHECK(read_query(make("")).transport.empty());
  }

  TEST_CASE("a handshake passes over either transport") {
    CHECK(judged(make("EIO=4&transport=polling")) == "passes");
    CHECK(judged(make("EIO=4&transport=websocket"), Wants::websocket) == "passes");
  }

  TEST_CASE("the context of a refusal is what was asked for, as it came") {
    CHECK(judged(make("EIO=4&transport=a%00b")) ==
          "Transport unknown: a" + std::string(1, '\0') + "b");
    CHECK(judged(make("EIO=3&transport=polling")) == "Unsupported protocol version: 3");
    CHECK(judged(make("EIO=4&transport=polling", http::Method::put)) ==
          "Bad handshake method: PUT");
    CHECK(judged(make("EIO=4&transport=websocket")) == "Bad request: TRANSPORT_HANDSHAKE_ERROR");
    CHECK(judged(make("EIO=4&transport=polling"), Wants::websocket) ==
          "Bad request: TRANSPORT_MISMATCH");
    auto request = make("EIO=4&transport=polling");
    request.headers.add("Origin", "a\x01");
    CHECK(judged(request) == "Bad request: INVALID_ORIGIN");
  }

  TEST_CASE("a session id leaves method and revision to whoever has the session") {
    CHECK(judged(make("transport=polling&sid=x", http::Method::post)) == "passes");
    CHECK(judged(make("transport=websocket&sid=x"), Wants::websocket) == "passes");
  }
}

TEST_SUITE("engineio/verify: Options::transports") {
  TEST_CASE("a transport that is not served is unknown, before everything else") {
    const Options polling{.transports = {Transport::polling}};
    const Options websocket{.transports = {Transport::websocket}};
    CHECK(judged(make("EIO=4&transport=polling"), Wants::answer, polling) == "passes");
    CHECK(judged(make("EIO=3&transport=websocket"), Wants::websocket, polling) ==
          "Transport unknown: websocket");
    CHECK(judged(make("EIO=4&transport=websocket"), Wants::websocket, websocket) == "passes");
    CHECK(judged(make("EIO=4&transport=polling&sid=x"), Wants::answer, websocket) ==
          "Transport unknown: polling");
  }
}

}  // namespace
}  // namespace veche::engineio
