// Goal: only who knows the password changes it, and every other device is out. Method: the whole
// API over doubles; hashing happens when the test says so.

#include "veche/api/password_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

const std::string change = R"({"old":"password123","new":"password456"})";
const std::string done = R"(200 {"success":true})";

std::string login(RestWorld& world, const std::string& password) {
  const auto answer =
      world.post("/auth/login", R"({"email":"ada@example.com","password":")" + password + "\"}");
  return answer.substr(0, 3);
}

TEST_SUITE("api/password") {
  TEST_CASE("the new password signs in, the old one no longer") {
    RestWorld world;
    CHECK(world.post("/auth/password", change, "ada") == done);
    CHECK(login(world, "password123") == "401");
    CHECK(login(world, "password456") == "200");
    CHECK(world.post("/api/auth/password",
                     R"({"oldPassword":"password456","newPassword":"password789"})",
                     "ada") == done);
    CHECK(login(world, "password789") == "200");
  }

  TEST_CASE("every other device is signed out, this one is not") {
    RestWorld world;
    CHECK(login(world, "password123") == "200");
    const auto one = world.tokens.issued_session;
    CHECK(login(world, "password123") == "200");
    const auto two = world.tokens.issued_session;
    world.tokens.identities["two"] = {
        .user_id = "ada", .name = {}, .email = {}, .session_id = two, .expires = {}};
    auto request = RestWorld::request(http::Method::post, "/auth/password");
    request.headers.add("Authorization", "Bearer two");
    request.body = change;
    CHECK(world.ask(request) == done);
    CHECK(world.commands.store.find_session(one)->is_revoked);
    CHECK_FALSE(world.commands.store.find_session(two)->is_revoked);
  }

  TEST_CASE("a wrong old password, and an account without one, get the same 401 after one hash") {
    RestWorld world;
    world.enrol("zoe", "");
    const auto* wrong = R"({"old":"password124","new":"password456"})";
    const auto first = world.post("/auth/password", wrong, "ada");
    CHECK(first == R"(401 {"statusCode":401,"error":"Unauthorized",)"
                   R"("message":"Invalid credentials","code":"unauthorized"})");
    CHECK(world.post("/auth/password", change, "zoe") == first);
    CHECK(world.post("/auth/password", change, "nobody") == first);
    CHECK(world.passwords.verified == 3);
    CHECK(login(world, "password123") == "200");
  }

  TEST_CASE("input 54: the rules are held before anybody hashes") {
    RestWorld world;
    for (const auto* body :
         {"{}", R"({"old":"password123"})", R"({"old":7,"new":"password456"})",
          R"({"old":"password123","new":"short"})", R"({"new":"password456"})"}) {
      CHECK(world.post("/auth/password", body, "ada").starts_with("400 "));
    }
    const std::string head = R"({"old":"password123","new":")";
    CHECK(world.post("/auth/password", head + std::string(900'000, 'p') + "\"}", "ada")
              .starts_with("400 "));
    CHECK(world.post("/auth/password", change).starts_with("401 "));
    CHECK(world.passwords.verified == 0);
  }

  TEST_CASE("of two changes at once the second no longer knows the password") {
    RestWorld world;
    auto request = RestWorld::request(http::Method::post, "/auth/password", "ada");
    request.body = change;
    world.submit(request);
    world.commands.run();
    const auto other = world.commands.now([&](domain::Transaction& t) {
      return domain::Accounts{t}.set_password_hash(t.user_by_id("ada")->ref, "hash:other");
    });
    CHECK(other.has_value());
    world.settle();
    CHECK(world.shown().starts_with("401 "));
    CHECK(login(world, "other") == "200");
  }

  TEST_CASE("it shares the limit of logins, and a full queue of hashes is 429") {
    PeerLimiter limiter{{.interval = std::chrono::seconds{6}, .burst = 1}};
    RestWorld limited{{.auth = {.sign_ins = &limiter}}};
    CHECK(limited.post("/auth/password", change, "ada") == done);
    CHECK(login(limited, "password456") == "429");

    RestWorld full;
    full.offload.room = 0;
    CHECK(full.post("/auth/password", change, "ada").starts_with("429 "));
    CHECK(login(full, "password123") == "429");
  }
}

}  // namespace
}  // namespace veche::api
