// Goal: what comes before every handler: the path, the method, the body's type, the token.
// Method: requests against the whole API over doubles and a store in memory.

#include "veche/api/api.hpp"

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

TEST_SUITE("api: CONTRACT 5, every path") {
  TEST_CASE("with and without /api") {
    RestWorld world;
    CHECK(world.get("/auth/me", "ada").starts_with("200 "));
    CHECK(world.get("/api/auth/me", "ada").starts_with("200 "));
    CHECK(world.get("/api/api/auth/me", "ada").starts_with("404 "));
  }

  TEST_CASE("an unknown path is not found, and is not repeated") {
    RestWorld world;
    CHECK(world.get("/<script>") ==
          R"(404 {"statusCode":404,"error":"Not Found","message":"Not found","code":"not_found"})");
  }

  TEST_CASE("input 14: a wrong method is told which ones are right") {
    RestWorld world;
    CHECK(world.get("/auth/login").starts_with("405 "));
    CHECK(world.last->headers.find("Allow") == "POST");
    CHECK(world.ask(RestWorld::request(http::Method::del, "/chats", "ada")).starts_with("405 "));
    CHECK(world.last->headers.find("Allow")->find("GET") != std::string_view::npos);
  }

  TEST_CASE("input 14: a wrong content type is refused") {
    RestWorld world;
    for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "", "json"}) {
      auto request = RestWorld::request(http::Method::post, "/auth/login");
      request.headers.add("Content-Type", type);
      request.body = R"({"email":"ada@example.com","password":"password123"})";
      CHECK(world.ask(request) ==
            R"(415 {"statusCode":415,"error":"Unsupported Media Type",)"
            R"("message":"Content-Type must be application/json","code":"bad_request"})");
    }
    auto request = RestWorld::request(http::Method::post, "/auth/login");
    request.headers.add("Content-Type", "Application/JSON; charset=utf-8");
    request.body = R"({"email":"ada@example.com","password":"password123"})";
    CHECK(world.ask(request).starts_with("200 "));
  }

  TEST_CASE("input 55: what is no JSON is a bad request") {
    RestWorld world;
    for (const auto* body : {"", "{", "{\"a\":1}x", "\xEF\xBB\xBF{}", "{\"a\":1e400}", "\xff"}) {
      CHECK(world.post("/auth/login", body).starts_with(R"(400 {"statusCode":400,)"));
      CHECK(world.last->body.find(R"("code":"bad_request")") != std::string::npos);
    }
    CHECK(world.post("/auth/login", std::string(1'000'001, ' ')).starts_with("413 "));
  }
}

TEST_SUITE("api: CONTRACT 1, tokens") {
  TEST_CASE("a missing or wrong token is refused with its code") {
    RestWorld world;
    const auto* missing =
        R"(401 {"statusCode":401,"error":"Unauthorized","message":"Unauthorized",)"
        R"("code":"unauthorized"})";
    CHECK(world.get("/chats") == missing);
    CHECK(world.last->headers.find("WWW-Authenticate") == "Bearer");

    auto request = RestWorld::request(http::Method::get, "/chats");
    request.headers.add("Authorization", "Bearer forged");
    CHECK(world.ask(request) == missing);
    CHECK(world.log.has("Auth error: signature does not match"));

    request.headers.set("Authorization", "Bearer expired");
    CHECK(world.ask(request) ==
          R"(401 {"statusCode":401,"error":"Unauthorized","message":"Token expired",)"
          R"("code":"token_expired"})");

    request.headers.set("Authorization", "Basic token-ada");
    CHECK(world.ask(request) == missing);
  }

  TEST_CASE("the scheme may stand in any case") {
    RestWorld world;
    auto request = RestWorld::request(http::Method::get, "/auth/me");
    request.headers.add("Authorization", "bearer  token-ada");
    CHECK(world.ask(request).starts_with("200 "));
  }

  TEST_CASE("R4: the user of another issuer's token is made at first use, once") {
    RestWorld world;
    world.tokens.identities["foreign"] = {.user_id = "42",
                                          .name = "Zoe",
                                          .email = "zoe@example.com",
                                          .session_id = {},
                                          .expires = {}};
    auto request = RestWorld::request(http::Method::get, "/auth/me");
    request.headers.add("Authorization", "Bearer foreign");
    const auto first = world.ask(request);
    CHECK(first.starts_with(R"(200 {"_id":"42","name":"Zoe","email":"zoe@example.com")"));
    CHECK(world.ask(request) == first);
  }

  TEST_CASE("a full writer is told as unavailable") {
    RestWorld world;
    world.commands.fails = true;
    CHECK(world.get("/chats", "ada").starts_with("503 "));
    CHECK(world.post("/messages", R"({"chat":"c1","text":"x"})", "ada").starts_with("503 "));
    CHECK(world.last->body.find("queue") == std::string::npos);
  }
}

}  // namespace
}  // namespace veche::api
