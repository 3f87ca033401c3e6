// Goal: accounts and sign-in, and that nobody can tell an unknown user from a wrong password.
// Method: the whole API over doubles; hashing happens when the test says so.

#include "veche/api/auth_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

const std::string right = R"({"email":"Ada@Example.com","password":"password123"})";
const std::string wrong = R"({"email":"ada@example.com","password":"password124"})";
const std::string unknown = R"({"email":"eve@example.com","password":"password123"})";

std::string registration(const std::string& email) {
  return R"({"name":"Eve","email":")" + email + R"(","password":"password123"})";
}

TEST_SUITE("api/auth: R3, login") {
  TEST_CASE("a right password brings tokens under both names, and the user") {
    RestWorld world;
    CHECK(world.post("/auth/login", right)
              .starts_with(
                  R"(200 {"accessToken":"token-ada","access_token":"token-ada",)"
                  R"("refreshToken":")" +
                  world.tokens.issued_session +
                  R"(.secret-1",)"
                  R"("tokenType":"Bearer","expiresIn":604800,"user":{"_id":"ada","name":"ada",)"
                  R"("email":"ada@example.com",)"));
    CHECK(world.last->headers.find("Cache-Control") == "no-store");
  }

  TEST_CASE("the session keeps the digest, never the refresh token") {
    RestWorld world;
    world.post("/auth/login", right);
    const auto session = world.commands.store.find_session(world.tokens.issued_session);
    REQUIRE(session.has_value());
    CHECK(session->digest == "digest:secret-1");
  }

  TEST_CASE("input 54: unknown user and wrong password get one body after one hash") {
    RestWorld world;
    const auto first = world.post("/auth/login", wrong);
    CHECK(first == R"(401 {"statusCode":401,"error":"Unauthorized",)"
                   R"("message":"Invalid credentials","code":"unauthorized"})");
    CHECK(world.passwords.verified == 1);
    CHECK(world.post("/auth/login", unknown) == first);
    CHECK(world.passwords.verified == 2);
  }

  TEST_CASE("a user without a password cannot sign in by one") {
    RestWorld world;
    world.enrol("zoe", "");
    CHECK(world.post("/auth/login", R"({"email":"zoe@example.com","password":"x"})")
              .starts_with("401 "));
    CHECK(world.passwords.verified == 1);
  }

  TEST_CASE("input 54: a long password is refused before anybody hashes") {
    RestWorld world;
    const std::string head = R"({"email":"ada@example.com","password":")";
    CHECK(world.post("/auth/login", head + std::string(129, 'p') + "\"}").starts_with("400 "));
    CHECK(world.post("/auth/login", head + std::string(900'000, 'p') + "\"}").starts_with("400 "));
    CHECK(world.passwords.verified == 0);
  }

  TEST_CASE("input 54: a full queue of hashes is 429 with Retry-After") {
    RestWorld world;
    world.offload.room = 0;
    CHECK(world.post("/auth/login", right) ==
          R"(429 {"statusCode":429,"error":"Too Many Requests","message":"Too many requests",)"
          R"("code":"rate_limited"})");
    CHECK(world.last->headers.find("Retry-After") == "1");
    CHECK(world.post("/auth/register", registration("eve@example.com")).starts_with("429 "));
  }

  TEST_CASE(
      "who cannot be hashed for is refused at once, and so is who finds the queue full then") {
    RestWorld world;
    auto request = RestWorld::request(http::Method::post, "/auth/login");
    request.body = right;
    world.offload.room = 0;
    world.submit(request);
    CHECK(world.shown().starts_with("429 "));  // nothing was read meanwhile

    world.offload.room = 1;
    world.submit(request);
    world.offload.room = 0;
    world.settle();
    CHECK(world.shown().starts_with("429 "));
    CHECK(world.passwords.verified == 0);
  }

  TEST_CASE("ten logins a minute for each address, unless limits are off") {
    PeerLimiter limiter{sign_in_rate};
    RestWorld world{{.auth = {.sign_ins = &limiter}}};
    for (int i = 0; i < 10; ++i) CHECK(world.post("/auth/login", wrong).starts_with("401 "));
    CHECK(world.post("/auth/login", right).starts_with("429 "));
    CHECK(world.last->headers.find("X-RateLimit-Limit") == "10");
    CHECK(world.last->headers.find("Retry-After") == "6");
    world.clock.elapsed += std::chrono::seconds{6};
    CHECK(world.post("/auth/login", right).starts_with("200 "));
    CHECK(world.post("/auth/register", registration("eve@example.com")).starts_with("429 "));

    RestWorld open;
    for (int i = 0; i < 20; ++i) CHECK(open.post("/auth/login", wrong).starts_with("401 "));
  }

  TEST_CASE("an old hash is renewed at sign-in") {
    RestWorld world;
    const auto zoe = world.enrol("zoe", "old:password123");
    CHECK(world.post("/auth/login", R"({"email":"zoe@example.com","password":"password123"})")
              .starts_with("200 "));
    CHECK(world.commands.store.find_account(zoe->ref)->password_hash == "hash:password123");
  }

  TEST_CASE("a password that is changed while it is checked is no longer right") {
    RestWorld world;
    auto request = RestWorld::request(http::Method::post, "/auth/login");
    request.body = right;
    world.submit(request);
    world.commands.run();
    const auto changed = world.commands.now([&](domain::Transaction& t) {
      return domain::Accounts{t}.set_password_hash(t.user_by_id("ada")->ref, "hash:other");
    });
    CHECK(changed.has_value());
    world.settle();
    CHECK(world.shown().starts_with("401 "));
  }

  TEST_CASE("a peer that goes while its password is hashed leaves nothing behind") {
    RestWorld world;
    auto exchange = std::make_shared<http::Exchange>([](http::Response) { CHECK(false); });
    auto request = RestWorld::request(http::Method::post, "/auth/login");
    request.body = right;
    world.api.handle(request, http::Responder{exchange});
    world.commands.run();
    CHECK(world.offload.waiting() == 1);
    exchange->abandon();
    world.settle();
  }
}

TEST_SUITE("api/auth: register") {
  TEST_CASE("a new user is signed in at once") {
    RestWorld world;
    const auto answer = world.post("/auth/register", registration("eve@example.com"));
    CHECK(answer.starts_with(R"(201 {"accessToken":"token-)"));
    CHECK(answer.find(R"("email":"eve@example.com")") != std::string::npos);
    CHECK(world.post("/auth/login", unknown).starts_with("200 "));
  }

  TEST_CASE("an email that is taken is a conflict, in any case of letters") {
    RestWorld world;
    const auto answer = world.post("/auth/register", registration("ADA@example.com"));
    CHECK(answer.starts_with(R"(409 {"statusCode":409,"error":"Conflict",)"));
    CHECK(answer.find(R"("code":"conflict")") != std::string::npos);
  }

  TEST_CASE("the domain's rules are held before the hash") {
    RestWorld world;
    CHECK(world.post("/auth/register", R"({"name":"E","email":"no","password":"password123"})")
              .starts_with("400 "));
    CHECK(world.post("/auth/register", R"({"name":"E","email":"e@e.com","password":"short"})")
              .starts_with("400 "));
    CHECK(world.offload.waiting() == 0);
  }

  TEST_CASE("no answer holds a password or a hash") {
    RestWorld world;
    const auto answer = world.post("/auth/register", registration("eve@example.com")) +
                        world.get("/auth/me", "ada") + world.get("/auth/profile", "ada");
    CHECK(answer.find("password") == std::string::npos);
    CHECK(answer.find("hash:") == std::string::npos);
    CHECK(answer.find("digest:") == std::string::npos);
  }
}

}  // namespace
}  // namespace veche::api
