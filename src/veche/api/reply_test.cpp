// Goal: REST answers in the contract's form, with the headers that belong to their status.
// Method: a responder that keeps the response; status, headers and body compared.

#include "veche/api/reply.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace veche::api {
namespace {

template <typename Answer>
http::Response answered(Answer answer) {
  http::Response kept;
  auto exchange = std::make_shared<http::Exchange>(
      [&kept](http::Response response) { kept = std::move(response); });
  Reply reply{http::Responder{std::move(exchange)}};
  answer(reply);
  return kept;
}

std::string header(const http::Response& response, std::string_view name) {
  return std::string{response.headers.find(name).value_or("none")};
}

TEST_SUITE("api/reply: CONTRACT 2, REST errors") {
  TEST_CASE("a failure says status, reason, text and code") {
    const auto response = answered([](Reply& reply) {
      reply.refuse({Errc::not_found, "No chat"});
    });
    CHECK(response.status == 404);
    CHECK(response.body ==
          R"({"statusCode":404,"error":"Not Found","message":"No chat","code":"not_found"})");
    CHECK(header(response, "Content-Type") == "application/json; charset=utf-8");
    CHECK(header(response, "Cache-Control") == "no-store");
  }

  TEST_CASE("401 names the scheme, 503 says when to come back") {
    CHECK(header(answered([](Reply& reply) {
                   reply.refuse({Errc::token_expired, {}});
                 }),
                 "WWW-Authenticate") == "Bearer");
    CHECK(header(answered([](Reply& reply) {
                   reply.refuse({Errc::unavailable, {}});
                 }),
                 "Retry-After") == "1");
  }

  TEST_CASE("429 says how long to wait") {
    const auto response = answered([](Reply& reply) {
      reply.refuse_rate({.retry_after = std::chrono::seconds{6}, .limit = 10});
    });
    CHECK(response.status == 429);
    CHECK(header(response, "Retry-After") == "6");
    CHECK(header(response, "X-RateLimit-Limit") == "10");
    CHECK(header(response, "X-RateLimit-Remaining") == "0");
    CHECK(response.body.find(R"("code":"rate_limited")") != std::string::npos);
    const auto queue_full = answered([](Reply& reply) { reply.refuse_rate({}); });
    CHECK(header(queue_full, "X-RateLimit-Limit") == "none");
  }

  TEST_CASE("405 says what is allowed") {
    const auto response = answered([](Reply& reply) { reply.refuse_method("GET, HEAD"); });
    CHECK(response.status == 405);
    CHECK(header(response, "Allow") == "GET, HEAD");
  }

  TEST_CASE("a reply that is dropped answers 500") {
    http::Response kept;
    {
      auto exchange = std::make_shared<http::Exchange>(
          [&kept](http::Response response) { kept = std::move(response); });
      const Reply reply{http::Responder{std::move(exchange)}};
    }
    CHECK(kept.status == 500);
  }
}

}  // namespace
}  // namespace veche::api
