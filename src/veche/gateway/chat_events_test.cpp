// Goal: which events there are, and the seed's own story from start to end.
// Method: clients over doubles and the real rules; transcripts compared as text.

#include "veche/gateway/chat_events.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::message_json;
using testing::SocketWorld;

TEST_SUITE("gateway/chat_events: CONTRACT 2, events") {
  TEST_CASE("an unknown event is answered when an ack was asked for, else not at all") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(3["no:such",{}])") ==
          R"(433[{"success":false,"error":"Unknown event","code":"unknown_event"}])");
    CHECK(world.say(ada, R"(["no:such",{}])") == "");
  }

  TEST_CASE("ping is answered") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(1["ping"])") == R"(431[{"success":true}])");
    CHECK(world.say(ada, R"(["ping",1,2])") == "");
  }

  TEST_CASE("R20: what the log says of a life") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.say(ada, R"(1["chat:join",{"chatId":"c1"}])");
    world.say(ada, R"(1["message:send",{"chatId":"c1","text":"x"}])");
    world.say(ada, R"(1["message:send",{"chatId":"c9","text":"x"}])");
    const std::string sid{world.node.of("/").sockets()[0]->id()};
    ada.vanish();
    CHECK(world.log.lines ==
          "WebSocket Gateway initialized\n"
          "User ada connected\n"
          "Joined chat c1\n"
          "Message sent successfully\n"
          "Message send error: Access denied\n"
          "Client disconnected: " +
              sid + "\n");
  }

  TEST_CASE("further loops do not announce the gateway again") {
    SocketWorld world{{.limits = {}, .announcement = ChatEvents::Announcement::none}};
    CHECK(world.log.lines == "");
  }
}

TEST_SUITE("gateway/chat_events: R24, the seed's script") {
  TEST_CASE("connect, join, send, listen") {
    SocketWorld world;
    ChatClient& one = world.signed_in("ada");
    ChatClient& other = world.signed_in("bob");
    CHECK(world.say(one, R"(0["chat:join",{"chatId":"c1"}])") ==
          "430[{\"success\":true,\"message\":\"Joined chat c1\",\"lastSeq\":0,\"rev\":1,"
          "\"readSeq\":0}]");
    CHECK(world.say(other, R"(0["chat:join",{"chatId":"c1"}])").find("Joined chat c1") !=
          std::string::npos);
    const auto hello = message_json(2, 1, "ada", "Hello");
    CHECK(world.say(one, R"(1["message:send",{"chatId":"c1","text":"Hello"}])") ==
          R"(42["message:new",)" + hello + R"(] | 431[{"success":true,"message":)" + hello + "}]");
    CHECK(other.take() == R"(42["message:new",)" + hello + "]");
    CHECK(world.say(other, R"(1["chat:leave",{"chatId":"c1"}])") ==
          R"(431[{"success":true,"message":"Left chat c1"}])");
  }
}

TEST_SUITE("gateway/chat_events: RELIABILITY 6, no secrets") {
  TEST_CASE("nothing a client gets names a password, a hash or a refresh token") {
    SocketWorld world;
    ChatClient& ada = world.connect(R"({"token":"token-ada"})");
    ChatClient& bob = world.signed_in("bob");
    world.commands.run();
    for (const auto* event :
         {R"(1["chat:join",{"chatId":"c1"}])", R"(1["message:send",{"chatId":"c1","text":"x"}])",
          R"(1["chat:create",{"participantId":"eve"}])", R"(1["messages:list",{"chatId":"c1"}])",
          R"(1["auth:refresh",{"token":"token-ada"}])", R"(["chat:join",{"chatId":"c9"}])"}) {
      world.send(ada, event);
    }
    world.commands.run();
    const auto all = ada.take() + bob.take();
    CHECK(all.size() > 1'000);
    for (const auto* word : {"assword", "hash", "refreshToken", "digest", "token-ada"}) {
      CHECK(all.find(word) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace veche::gateway
