// Goal: a device goes on by its refresh token, sees its user's devices and ends them, and a
// device that was ended is refused everywhere. Method: the whole API over doubles; the secret
// after "secret-1" is "after-secret-1".

#include "veche/api/session_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using namespace std::chrono_literals;

/// Ada's devices; the access token of session "x" is "x".
struct Devices : testing::RestWorld {
  using RestWorld::RestWorld;

  std::string sign_in() {
    post("/auth/login", R"({"email":"ada@example.com","password":"password123"})");
    tokens.identities[tokens.issued_session] = {.user_id = "ada",
                                                .name = {},
                                                .email = {},
                                                .session_id = tokens.issued_session,
                                                .expires = {}};
    return tokens.issued_session;
  }
  std::string as(http::Method method, std::string_view target, const std::string& session,
                 std::string body = {}) {
    auto asked = request(method, target);
    asked.headers.add("Authorization", "Bearer " + session);
    asked.body = std::move(body);
    return ask(asked);
  }
  std::string refresh(const std::string& token) {
    return post("/auth/refresh", R"({"refreshToken":")" + token + "\"}");
  }
  bool is_in(const std::string& session) {
    const auto answer = as(http::Method::get, "/auth/me", session);
    CHECK((answer.starts_with("200 ") || answer == revoked));
    return answer.starts_with("200 ");
  }

  static inline const std::string revoked =
      R"(401 {"statusCode":401,"error":"Unauthorized","message":"Token revoked",)"
      R"("code":"token_revoked"})";
  static inline const std::string done = R"(200 {"success":true})";
};

TEST_SUITE("api/sessions: POST /auth/refresh") {
  TEST_CASE("answers as a login does, with the next token of the same session") {
    Devices world;
    const auto id = world.sign_in();
    const auto answer = world.refresh(id + ".secret-1");
    CHECK(answer.starts_with(R"(200 {"accessToken":"token-ada","access_token":"token-ada",)"
                             R"("refreshToken":")" +
                             id + R"(.after-secret-1","tokenType":"Bearer",)"));
    CHECK(world.tokens.issued_session == id);
    CHECK(world.refresh(id + ".secret-1") == answer);
    CHECK(world.refresh(id + ".after-secret-1").find("after-after-secret-1") != std::string::npos);
  }

  TEST_CASE("a token that was used up revokes its session, a wrong one nothing") {
    Devices world;
    const auto id = world.sign_in();
    CHECK(world.refresh(id + ".guess").find(R"("code":"unauthorized")") != std::string::npos);
    CHECK(world.refresh("nobody.secret-1").starts_with("401 "));
    CHECK(world.refresh("garbage").starts_with("401 "));
    CHECK(world.is_in(id));
    world.refresh(id + ".secret-1");
    world.commands.wall += domain::refresh_grace + 1ms;
    CHECK(world.refresh(id + ".secret-1") == Devices::revoked);
    CHECK(world.refresh(id + ".after-secret-1") == Devices::revoked);
    CHECK_FALSE(world.is_in(id));
    CHECK(world.log.has("Auth error: refresh token refused"));
  }

  TEST_CASE("what is no refresh token is told so; too many are told to wait") {
    PeerLimiter limiter{{.interval = 1s, .burst = 2}};
    Devices world{{.auth = {.refreshes = &limiter}}};
    for (const auto* body : {"{}", "[]", R"({"refreshToken":7})", R"({"refreshToken":""})"})
      CHECK(world.post("/auth/refresh", body).starts_with("400 "));
    CHECK(world.refresh(std::string(300, 'x')).starts_with("400 "));
    CHECK(world.refresh("x").starts_with("401 "));
    CHECK(world.refresh("x").starts_with("401 "));
    CHECK(world.refresh("x").starts_with("429 "));
    CHECK(world.last->headers.find("X-RateLimit-Limit") == "2");
  }
}

TEST_SUITE("api/sessions: POST /auth/logout") {
  TEST_CASE("ends this device, or all of the user's") {
    Devices world;
    const auto one = world.sign_in();
    const auto two = world.sign_in();
    const auto three = world.sign_in();
    using http::Method;
    CHECK(world.as(Method::post, "/auth/logout", one) == Devices::done);
    CHECK_FALSE(world.is_in(one));
    CHECK(world.as(Method::post, "/auth/logout", one) == Devices::revoked);
    CHECK(world.is_in(two));
    CHECK(world.as(Method::post, "/auth/logout?all=false", two, "{}") == Devices::done);
    CHECK(world.is_in(three));
    const auto four = world.sign_in();
    CHECK(world.as(Method::post, "/auth/logout?all", three) == Devices::done);
    CHECK_FALSE(world.is_in(three));
    CHECK_FALSE(world.is_in(four));
    const auto five = world.sign_in();
    CHECK(world.as(Method::post, "/auth/logout", world.sign_in(), R"({"all":true})") ==
          Devices::done);
    CHECK_FALSE(world.is_in(five));
  }

  TEST_CASE("by the refresh token, without an access token") {
    Devices world;
    const auto one = world.sign_in();
    const auto two = world.sign_in();
    const auto logout = [&](const std::string& token) {
      return world.post("/auth/logout", R"({"refreshToken":")" + token + "\"}");
    };
    CHECK(logout(one + ".guess").starts_with("401 "));
    CHECK(logout("garbage").starts_with("401 "));
    CHECK(world.is_in(one));
    CHECK(logout(one + ".secret-1") == Devices::done);
    CHECK(logout(one + ".secret-1") == Devices::done);
    CHECK_FALSE(world.is_in(one));
    CHECK(world.is_in(two));
  }

  TEST_CASE("another issuer's token has no session; with ?all it ends all devices") {
    Devices world;
    const auto one = world.sign_in();
    CHECK(world.post("/auth/logout", "{}", "ada") == Devices::done);
    CHECK(world.post("/auth/logout", "{}", "nobody") == Devices::done);
    CHECK(world.is_in(one));
    CHECK(world.post("/auth/logout?all=true", "{}", "ada") == Devices::done);
    CHECK_FALSE(world.is_in(one));
    CHECK(world.get("/auth/me", "ada").starts_with("200 "));
  }

  TEST_CASE("nobody is nobody") {
    Devices world;
    for (const auto* body : {"", "{}", R"({"refreshToken":""})", R"({"refreshToken":null})"})
      CHECK(world.post("/auth/logout?all", body).starts_with("401 "));
    CHECK(world.post("/auth/logout", R"({"all":1})", "ada").starts_with("400 "));
    CHECK(world.post("/auth/logout", R"({"all":true,"all":true})", "ada").starts_with("400 "));
  }
}

TEST_SUITE("api/sessions: /auth/sessions") {
  TEST_CASE("the live ones, the oldest first, and which one asks") {
    Devices world;
    const auto one = world.sign_in();
    world.commands.wall += 1s;
    const auto two = world.sign_in();
    CHECK(world.as(http::Method::get, "/auth/sessions", two) ==
          R"(200 [{"_id":")" + one +
              R"(","createdAt":"2027-01-15T08:00:00.000Z",)"
              R"("lastUsedAt":"2027-01-15T08:00:00.000Z",)"
              R"("expiresAt":"2027-02-14T08:00:00.000Z","current":false},{"_id":")" +
              two +
              R"(","createdAt":"2027-01-15T08:00:01.000Z",)"
              R"("lastUsedAt":"2027-01-15T08:00:01.000Z",)"
              R"("expiresAt":"2027-02-14T08:00:01.000Z","current":true}])");
    CHECK(world.get("/auth/sessions", "bob") == "200 []");
  }

  TEST_CASE("one's own are ended by id, others are not there") {
    Devices world;
    const auto one = world.sign_in();
    const auto two = world.sign_in();
    using http::Method;
    CHECK(world.ask(world.request(Method::del, "/auth/sessions/" + one, "bob")) ==
          R"(404 {"statusCode":404,"error":"Not Found","message":"Session not found",)"
          R"("code":"not_found"})");
    CHECK(world.as(Method::del, "/auth/sessions/" + one, two) == Devices::done);
    CHECK_FALSE(world.is_in(one));
    CHECK(world.as(Method::del, "/auth/sessions/" + one, two).starts_with("404 "));
    CHECK(world.as(Method::del, "/auth/sessions/" + two, one) == Devices::revoked);
    CHECK(world.is_in(two));
  }

  TEST_CASE("all but this one") {
    Devices world;
    const auto one = world.sign_in();
    const auto two = world.sign_in();
    const auto three = world.sign_in();
    CHECK(world.as(http::Method::del, "/auth/sessions", two) == Devices::done);
    CHECK_FALSE(world.is_in(one));
    CHECK(world.is_in(two));
    CHECK_FALSE(world.is_in(three));
  }

  TEST_CASE("the 21st sign-in ends the oldest device; how many is a setting") {
    Devices world{{.auth = {.sessions = {.devices_max = 2}}}};
    const auto one = world.sign_in();
    world.commands.wall += 1s;
    const auto two = world.sign_in();
    world.commands.wall += 1s;
    const auto three = world.sign_in();
    CHECK_FALSE(world.is_in(one));
    CHECK(world.is_in(two));
    CHECK(world.is_in(three));
  }

  TEST_CASE("a revoked session writes nothing and reads nothing") {
    Devices world;
    const auto id = world.sign_in();
    using http::Method;
    CHECK(world.as(Method::post, "/auth/logout", id) == Devices::done);
    CHECK(world.as(Method::get, "/chats", id) == Devices::revoked);
    CHECK(world.as(Method::get, "/auth/sessions", id) == Devices::revoked);
    CHECK(world.as(Method::del, "/auth/sessions", id) == Devices::revoked);
    CHECK(world.as(Method::post, "/messages", id, R"({"chat":"c1","text":"x"})") ==
          Devices::revoked);
    CHECK(world.as(Method::patch, "/chats/c1/read", id) == Devices::revoked);
    CHECK(world.as(Method::post, "/auth/password", id,
                   R"({"old":"password123","new":"password456"})") == Devices::revoked);
  }
}

}  // namespace
}  // namespace veche::api
