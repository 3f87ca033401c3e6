// Goal: only whoever shows a valid token is heard, and for as long as the token holds.
// Method: clients over doubles; what a client gets is compared as one line.

#include "veche/gateway/auth_events.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "veche/domain/sessions.hpp"

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::SocketWorld;
using namespace std::chrono_literals;

const std::string ada_token = R"({"token":"token-ada"})";
const std::string connected = R"(40{"sid":"<sid>"})";
const std::string send_hi = R"(1["message:send",{"chatId":"c1","text":"hi"}])";

TEST_SUITE("gateway/auth: R4, R7, a valid token") {
  TEST_CASE("CONNECT, the user's room, session:ready") {
    SocketWorld world;
    ChatClient& ada = world.connect(ada_token);
    CHECK(ada.take() == connected);
    CHECK(world.node.of("/").rooms().find("user-ada") != nullptr);
    world.commands.run();
    CHECK(ada.take() ==
          R"(42["session:ready",{"userId":"ada","sessionId":"","epoch":"epoch-1","userRev":0,)"
          R"("serverTime":"2027-01-15T09:00:00.000Z","limits":{"textLength":10000,)"
          R"("pageSize":200,"participants":100},)"
          R"("features":["clientMessageId","groups","history","messageDelete","messageEdit",)"
          R"("tokenRefresh"],"contract":1}])");
    CHECK(world.log.has("User ada connected"));
  }

  TEST_CASE("the token may stand after Bearer") {
    SocketWorld world;
    ChatClient& ada = world.connect(R"({"token":"Bearer token-ada"})");
    world.commands.run();
    CHECK(ada.take().find("session:ready") != std::string::npos);
  }

  TEST_CASE("an unknown sub is let in, its row is made from the token") {
    SocketWorld world;
    world.tokens.identities["foreign"] = {
        .user_id = "42", .name = "Zoe", .email = "z@e.com", .session_id = {}, .expires = {}};
    ChatClient& zoe = world.connect(R"({"token":"foreign"})");
    world.commands.run();
    CHECK(zoe.take().find(R"("userId":"42")") != std::string::npos);
    CHECK(world.commands.store.find_account_by_id("42")->user->name == "Zoe");
  }

  TEST_CASE("the handshake's memory is freed at once") {
    SocketWorld world;
    CHECK_FALSE(world.connect(ada_token).has_request);
  }
}

TEST_SUITE("gateway/auth: R5, R6, no valid token") {
  TEST_CASE("R5: no token: CONNECT, then the disconnect, nothing else") {
    SocketWorld world;
    for (const auto* auth : {"", "{}", R"({"token":""})", R"({"token":7})", R"({"token":null})"}) {
      ChatClient& client = world.connect(auth);
      CHECK(client.take() == connected + " | 41 | closed");
    }
    CHECK(world.log.has("Auth error: no token"));
    CHECK(world.commands.waiting() == 0);
  }

  TEST_CASE("R6: a bad token: auth:error between, nothing else") {
    SocketWorld world;
    CHECK(world.connect(R"({"token":"forged"})").take() ==
          connected + R"( | 42["auth:error",{"code":"unauthorized","message":"Unauthorized"}] | 41)"
                      R"( | closed)");
    CHECK(world.connect(R"({"token":"expired"})").take() ==
          connected +
              R"( | 42["auth:error",{"code":"token_expired","message":"Token expired"}] | 41)"
              R"( | closed)");
    CHECK(world.log.has("Auth error: signature does not match"));
    CHECK(world.log.has("Auth error: token expired"));
  }

  TEST_CASE("a sub that can be no id is no token") {
    SocketWorld world;
    world.tokens.identities["odd"] = {
        .user_id = "a b", .name = {}, .email = {}, .session_id = {}, .expires = {}};
    CHECK(world.connect(R"({"token":"odd"})").take().find("auth:error") != std::string::npos);
  }

  TEST_CASE("R6: no event of that socket is processed") {
    SocketWorld world;
    ChatClient& client = world.connect(R"({"token":"forged"})");
    client.take();
    if (!client.is_closed()) world.send(client, send_hi);
    CHECK(world.commands.waiting() == 0);
  }
}

TEST_SUITE("gateway/auth: R23, events before the user is there") {
  TEST_CASE("they wait behind the admission, in order, and none is dropped") {
    SocketWorld world;
    world.tokens.identities["foreign"] = {
        .user_id = "zoe", .name = "Zoe", .email = {}, .session_id = {}, .expires = {}};
    ChatClient& zoe = world.connect(R"({"token":"foreign"})");
    zoe.take();
    world.send(zoe, R"(1["chat:create",{"participantId":"ada","clientChatId":"k"}])");
    world.send(zoe, R"(2["messages:list",{"chatId":"c1"}])");
    CHECK(zoe.take() == "");
    world.commands.run();
    const auto got = zoe.take();
    const auto ready = got.find("session:ready");
    const auto created = got.find("chat:created");
    const auto ack = got.find(R"(431[{"success":true,"chat":)");
    const auto list =
        got.find(R"(432[{"success":false,"error":"Access denied","code":"forbidden"}])");
    CHECK(ready < created);
    CHECK(created < ack);
    CHECK(ack < list);
    CHECK(list != std::string::npos);
  }

  TEST_CASE("a store that cannot admit closes so that the client comes back") {
    SocketWorld world;
    ChatClient& ada = world.connect(ada_token);
    world.commands.fails = true;
    world.commands.run();
    CHECK(ada.take() == connected + " | closed slow");
  }

  TEST_CASE("a client that goes before it is admitted is no matter") {
    SocketWorld world;
    world.connect(ada_token).vanish();
    world.commands.run();
    CHECK(world.log.lines.find("Client disconnected: ") != std::string::npos);
  }
}

TEST_SUITE("gateway/auth: input 53, the end of a token") {
  TEST_CASE("announced 60 s before, then the disconnect, within a second") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.advance(59min - 1s);
    CHECK(ada.take() == "");
    world.advance(1s + 8ms);
    CHECK(ada.take() == R"(42["auth:expiring",{"expiresAt":"2027-01-15T10:00:00.000Z"}])");
    world.advance(59s);
    CHECK(ada.take() == "");
    world.advance(1s);
    CHECK(ada.take() ==
          R"(42["auth:error",{"code":"token_expired","message":"Token expired"}] | 41 | closed)");
  }

  TEST_CASE("a token that ends within 60 s is announced at once") {
    SocketWorld world;
    world.tokens.identities["short"] = {.user_id = "ada",
                                        .name = {},
                                        .email = {},
                                        .session_id = {},
                                        .expires = world.clock.wall() + 5s};
    ChatClient& ada = world.connect(R"({"token":"short"})");
    world.commands.run();
    world.advance(8ms);
    CHECK(ada.take().find("auth:expiring") != std::string::npos);
    world.advance(5s);
    CHECK(ada.take().find("41 | closed") != std::string::npos);
  }

  TEST_CASE("auth:refresh moves the end, for the same user only") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.advance(30min);
    CHECK(world.say(ada, R"(1["auth:refresh",{"token":"token-ada"}])") ==
          R"(431[{"success":true,"expiresAt":"2027-01-15T10:30:00.000Z"}])");
    CHECK(world.say(ada, R"(2["auth:refresh",{"token":"token-bob"}])") ==
          R"(432[{"success":false,"error":"Access denied","code":"forbidden"}])");
    CHECK(world.say(ada, R"(3["auth:refresh",{"token":"expired"}])") ==
          R"(433[{"success":false,"error":"Token expired","code":"token_expired"}])");
    CHECK(world.say(ada, R"(4["auth:refresh",{}])") ==
          R"(434[{"success":false,"error":"token must be a string","code":"validation"}])");
    world.advance(31min);
    CHECK_FALSE(ada.is_closed());
    world.advance(30min);
    CHECK(ada.is_closed());
  }

  TEST_CASE("an endless token after one that ends takes the end away") {
    SocketWorld world;
    world.tokens.identities["endless"] = {
        .user_id = "ada", .name = {}, .email = {}, .session_id = {}, .expires = {}};
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(1["auth:refresh",{"token":"endless"}])") ==
          R"(431[{"success":true,"expiresAt":null}])");
    world.advance(24h);
    CHECK_FALSE(ada.is_closed());
  }

  TEST_CASE("a client that has gone leaves no timer") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto armed = world.wheel.size();
    ada.vanish();
    CHECK(world.wheel.size() == armed - 1);
  }
}

TEST_SUITE("gateway/auth: sessions") {
  struct Devices : SocketWorld {
    Devices() {
      for (const auto* name : {"phone", "laptop"}) {
        const auto id = commands.now([&](domain::Transaction& t) -> Result<std::string> {
          return domain::Sessions{t}.open(t.user_by_id("ada")->ref, name, {});
        });
        ids[name] = *id;
        tokens.identities[name] = {.user_id = "ada",
                                   .name = {},
                                   .email = {},
                                   .session_id = *id,
                                   .expires = clock.wall() + 1h};
      }
    }
    ChatClient& device(const std::string& name) {
      ChatClient& client = connect(R"({"token":")" + name + "\"}");
      commands.run();
      ready = client.take();
      return client;
    }
    void revoke(const std::string& name) {
      const auto revoked = commands.now([&](domain::Transaction& t) {
        return domain::Sessions{t}.revoke(t.user_by_id("ada")->ref, ids[name]);
      });
      CHECK(revoked.has_value());
    }
    std::map<std::string, std::string> ids;
    std::string ready;
  };
  const std::string revoked =
      R"(42["auth:error",{"code":"token_revoked","message":"Token revoked"}] | 41 | closed)";

  TEST_CASE("a revoked device is told and sent away, the user's others are not") {
    Devices world;
    ChatClient& phone = world.device("phone");
    CHECK(world.ready.find(R"("sessionId":")" + world.ids["phone"]) != std::string::npos);
    ChatClient& tab = world.device("phone");
    ChatClient& laptop = world.device("laptop");
    ChatClient& foreign = world.signed_in("ada");
    world.revoke("phone");
    CHECK(phone.take() == revoked);
    CHECK(tab.take() == revoked);
    CHECK(laptop.take() == "");
    CHECK(foreign.take() == "");
    world.revoke("laptop");
    CHECK(laptop.take() == revoked);
  }

  TEST_CASE("R6: a token of a revoked session is refused, and nothing it asks is done") {
    Devices world;
    world.revoke("phone");
    ChatClient& phone = world.connect(R"({"token":"phone"})");
    phone.take();
    world.send(phone, send_hi);
    world.send(phone, R"(2["ping"])");
    world.send(phone, R"(3["messages:list",{"chatId":"c1"}])");
    world.commands.run();
    CHECK(phone.take() == revoked);
    ChatClient& laptop = world.device("laptop");
    CHECK(world.say(laptop, R"(1["messages:list",{"chatId":"c1"}])").find(R"("messages":[])") !=
          std::string::npos);
  }

  TEST_CASE("revoked between CONNECT and the admission") {
    Devices world;
    ChatClient& phone = world.connect(R"({"token":"phone"})");
    phone.take();
    world.revoke("phone");
    CHECK(phone.take() == revoked);
    world.commands.run();
    CHECK(phone.take() == "");
  }

  TEST_CASE("who was let in before is let in at once, with the same session alone") {
    Devices world;
    world.device("phone");
    const std::string first = world.ready;
    CHECK(world.connect(R"({"token":"phone"})").take() == first);
    CHECK(world.commands.waiting() == 0);
    CHECK(world.connect(R"({"token":"laptop"})").take() == connected);
    CHECK(world.commands.waiting() == 1);
  }

  TEST_CASE("R6: a device that was let in before and is revoked is refused by the writer") {
    Devices world;
    world.device("phone").vanish();
    world.revoke("phone");
    ChatClient& phone = world.connect(R"({"token":"phone"})");
    CHECK(phone.take() == connected);
    world.send(phone, send_hi);
    world.commands.run();
    CHECK(phone.take() == revoked);
  }

  TEST_CASE("a user who was let in before and has been erased is refused by the writer") {
    Devices world;
    world.signed_in("ada").vanish();
    const auto erased = world.commands.now(
        [](domain::Transaction& t) { return domain::Accounts{t}.erase(t.user_by_id("ada")->ref); });
    CHECK(erased.has_value());
    CHECK(world.connect(ada_token).take() == connected);
    CHECK(world.commands.waiting() == 1);
  }

  TEST_CASE("what the writer said before it heard of a revocation is not gone by") {
    Devices world;
    ChatClient& laptop = world.connect(R"({"token":"laptop"})");
    world.revoke("phone");
    world.commands.run();
    CHECK(laptop.take().find("session:ready") != std::string::npos);
    CHECK(world.connect(R"({"token":"laptop"})").take() == connected);
    CHECK(world.commands.waiting() == 1);
  }

  TEST_CASE("auth:refresh moves the socket to the session of the new token") {
    Devices world;
    ChatClient& phone = world.device("phone");
    CHECK(world.say(phone, R"(1["auth:refresh",{"token":"laptop"}])")
              .starts_with(R"(431[{"success":true,"expiresAt":)"));
    world.revoke("phone");
    CHECK(phone.take() == "");
    CHECK(world.say(phone, R"(2["auth:refresh",{"token":"phone"}])") ==
          R"(432[{"success":false,"error":"Token revoked","code":"token_revoked"}])");
    world.revoke("laptop");
    CHECK(phone.take() == revoked);
  }

  TEST_CASE("auth:refresh to another issuer's token leaves the session") {
    Devices world;
    ChatClient& phone = world.device("phone");
    world.say(phone, R"(1["auth:refresh",{"token":"token-ada"}])");
    world.revoke("phone");
    CHECK(phone.take() == "");
  }
}

TEST_SUITE("gateway/auth: user:join") {
  TEST_CASE("oneself only") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(1["user:join",{"userId":"ada"}])") == R"(431[{"success":true}])");
    CHECK(world.say(ada, R"(2["user:join",{"userId":"bob"}])") ==
          R"(432[{"success":false,"error":"Access denied","code":"forbidden"}])");
  }
}

}  // namespace
}  // namespace veche::gateway
