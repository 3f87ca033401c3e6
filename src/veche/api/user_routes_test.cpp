// Goal: users over REST. Method: the whole API over the real rules and a store in memory.

#include "veche/api/user_routes.hpp"

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

std::string change_me(RestWorld& world, const std::string& body) {
  auto request = RestWorld::request(http::Method::patch, "/users/me", "ada");
  request.body = body;
  return world.ask(request);
}

TEST_SUITE("api/users (CONTRACT section 5)") {
  TEST_CASE("search, one, me: with a token only") {
    RestWorld world;
    CHECK(world.get("/users/search?query=BO&limit=5", "ada") ==
          R"(200 {"users":[{"_id":"bob","name":"bob","email":"bob@example.com","userId":"bob",)"
          R"("avatar":""}],"total":1,"limit":5,"skip":0,"hasMore":false})");
    CHECK(world.get("/users/bob", "ada").starts_with(R"(200 {"_id":"bob")"));
    CHECK(world.get("/users/me", "ada").starts_with(R"(200 {"_id":"ada")"));
    CHECK(world.get("/api/users/nobody", "ada").starts_with("404 "));
    CHECK(world.get("/users/no%20id", "ada").starts_with("404 "));
    CHECK(world.get("/users/search", "ada").starts_with("400 "));
    CHECK(world.get("/users/search?query=a&limit=0", "ada").starts_with("400 "));
    for (const auto* path : {"/users/search?query=a", "/users/me", "/users/bob"}) {
      CHECK(world.get(path).starts_with("401 "));
    }
  }

  TEST_CASE("the own profile changes") {
    RestWorld world;
    CHECK(change_me(world, R"({"name":"Ada L."})").find(R"("name":"Ada L.")") != std::string::npos);
    CHECK(world.get("/users/me", "ada").find("Ada L.") != std::string::npos);
    for (const auto* body : {"", "{}", R"({"name":""})", R"({"name":7})"}) {
      CHECK(change_me(world, body).starts_with("400 "));
    }
  }
}

}  // namespace
}  // namespace veche::api
