// Goal: the page, and the two questions an operator's machine asks.
// Method: requests against the whole API over doubles.

#include "veche/api/site_routes.hpp"

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

TEST_SUITE("api/site: CONTRACT 5, operations") {
  TEST_CASE("the page says what this is and which version") {
    RestWorld world{{.site = {.version = "1.2.3", .is_ready = {}}}};
    const auto page = world.get("/");
    CHECK(page.starts_with("200 <!doctype html>"));
    CHECK(page.find("veche 1.2.3") != std::string::npos);
    CHECK(page.find("/auth/login") != std::string::npos);
    CHECK(world.last->headers.find("Content-Type") == "text/html; charset=utf-8");
  }

  TEST_CASE("healthz answers while the process lives") {
    RestWorld world;
    world.commands.fails = true;
    CHECK(world.get("/healthz") == R"(200 {"status":"ok"})");
    CHECK(world.get("/api/healthz") == R"(200 {"status":"ok"})");
  }

  TEST_CASE("readyz answers 503 without a store") {
    RestWorld world;
    CHECK(world.get("/readyz") == R"(200 {"status":"ready"})");
    world.commands.fails = true;
    CHECK(world.get("/readyz").starts_with("503 "));
  }

  TEST_CASE("readyz answers 503 while draining") {
    bool is_ready = true;
    RestWorld world{{.site = {.version = "1", .is_ready = [&is_ready] { return is_ready; }}}};
    CHECK(world.get("/readyz").starts_with("200 "));
    is_ready = false;
    CHECK(world.get("/readyz") == R"(503 {"statusCode":503,"error":"Service Unavailable",)"
                                  R"("message":"Service unavailable","code":"unavailable"})");
    CHECK(world.last->headers.find("Retry-After") == "1");
  }

  TEST_CASE("metrics are for this machine alone, and not through a proxy") {
    RestWorld world{{.site = {.version = "1", .metrics = [](auto done) { done("veche_up 1\n"); }}}};
    auto request = RestWorld::request(http::Method::get, "/metrics");
    for (const auto* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
      request.address = address;
      CHECK(world.ask(request) == "200 veche_up 1\n");
    }
    CHECK(world.last->headers.find("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    for (const auto* address : {"10.0.0.1", "::ffff:10.0.0.1", "fe80::1", ""}) {
      request.address = address;
      CHECK(world.ask(request).starts_with("403 "));
    }
    for (const auto* field : {"X-Forwarded-For", "Forwarded"}) {
      request.address = "127.0.0.1";
      auto forwarded = request;
      forwarded.headers.add(field, "10.0.0.1");
      CHECK(world.ask(forwarded).starts_with("403 "));
    }
    RestWorld without;
    CHECK(without.get("/metrics").starts_with("404 "));
  }
}

}  // namespace
}  // namespace veche::api
