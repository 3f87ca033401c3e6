// Goal: join, leave and create, in the seed's words.
// Method: clients over doubles and the real rules; acks compared as text.

#include "veche/gateway/room_events.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::denied;
using testing::SocketWorld;

TEST_SUITE("gateway/rooms: R8, R9, chat:join") {
  TEST_CASE("a participant joins") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(1["chat:join",{"chatId":"c1"}])") ==
          R"(431[{"success":true,"message":"Joined chat c1","lastSeq":0,"rev":1,"readSeq":0}])");
    CHECK(world.node.of("/").rooms().find("chat-c1")->size() == 1);
    CHECK(world.log.has("Joined chat c1"));
  }

  TEST_CASE("without an ack there is no reply, but the room") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(["chat:join",{"chatId":"c1"}])") == "");
    CHECK(world.node.of("/").rooms().find("chat-c1") != nullptr);
  }

  TEST_CASE("strangers, unknown and deleted chats get one answer") {
    SocketWorld world;
    ChatClient& eve = world.signed_in("eve");
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(eve, R"(1["chat:join",{"chatId":"c1"}])") == denied);
    CHECK(world.say(ada, R"(1["chat:join",{"chatId":"c9"}])") == denied);
    CHECK(world.say(ada, R"(1["chat:join",{"chatId":"no id at all"}])") == denied);
    world.erase_chat("bob", "c1");
    ada.take();
    CHECK(world.say(ada, R"(1["chat:join",{"chatId":"c1"}])") == denied);
    CHECK(world.node.of("/").rooms().find("chat-c1") == nullptr);
  }

  TEST_CASE("a chat that is deleted while a join is under way keeps nobody in its room") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.send(ada, R"(1["chat:join",{"chatId":"c1"}])");
    world.commands.run();
    world.erase_chat("bob", "c1");
    CHECK(world.node.of("/").rooms().find("chat-c1") == nullptr);
  }
}

TEST_SUITE("gateway/rooms: R10, chat:leave") {
  TEST_CASE("leaves the room, joined or not") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto* left = R"(431[{"success":true,"message":"Left chat c1"}])";
    CHECK(world.say(ada, R"(1["chat:leave",{"chatId":"c1"}])") == left);
    world.say(ada, R"(1["chat:join",{"chatId":"c1"}])");
    CHECK(world.say(ada, R"(1["chat:leave",{"chatId":"c1"}])") == left);
    CHECK(world.node.of("/").rooms().find("chat-c1") == nullptr);
  }

  TEST_CASE("message:new still arrives through the user's room") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    world.say(ada, R"(1["chat:join",{"chatId":"c1"}])");
    world.say(ada, R"(1["chat:leave",{"chatId":"c1"}])");
    world.say(bob, R"(["message:send",{"chatId":"c1","text":"x"}])");
    CHECK(ada.take().starts_with(R"(42["message:new",)"));
  }
}

TEST_SUITE("gateway/rooms: chat:create") {
  TEST_CASE("R18: chat:created to everyone, the creator included, then the ack") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& eve = world.signed_in("eve");
    ChatClient& bob = world.signed_in("bob");
    const auto got =
        world.say(ada, R"(1["chat:create",{"type":"personal","participantId":"eve"}])");
    CHECK(got.starts_with(R"(42["chat:created",{"_id":")"));
    CHECK(got.find(R"(] | 431[{"success":true,"chat":{"_id":")") != std::string::npos);
    const auto told = eve.take();
    CHECK(got.starts_with(told));
    CHECK(told.find(R"("unreadCount":0)") != std::string::npos);
    CHECK(told.find(R"("participants":[{"_id":"ada")") != std::string::npos);
    CHECK(bob.take() == "");
  }

  TEST_CASE("a personal chat that exists is answered and not told again") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto got = world.say(ada, R"(1["chat:create",{"participantId":"bob"}])");
    CHECK(got.starts_with(R"(431[{"success":true,"chat":{"_id":"c1")"));
    CHECK(got.ends_with(R"(,"existing":true}])"));
  }

  TEST_CASE("group:create names the chat twice") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto got =
        world.say(ada, R"(1["group:create",{"name":"Team","memberIds":["bob","eve"]}])");
    const auto ack = got.substr(got.find("431["));
    CHECK(ack.starts_with(R"(431[{"success":true,"chat":{"_id":")"));
    CHECK(ack.find(R"("type":"group","name":"Team")") != std::string::npos);
    CHECK(ack.find(R"(},"group":{"_id":")") != std::string::npos);
  }

  TEST_CASE("the domain's refusals") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(1["chat:create",{"participantId":"nobody"}])") ==
          R"(431[{"success":false,"error":"User not found","code":"not_found"}])");
    CHECK(world.say(ada, R"(1["chat:create",{"participantId":"ada"}])")
              .find(R"("code":"validation")") != std::string::npos);
  }
}

TEST_SUITE("gateway/rooms: R19, chat:delete") {
  TEST_CASE("both hear of it, and afterwards nobody joins, sends or deletes") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    ChatClient& eve = world.signed_in("eve");
    const std::string erase = R"(1["chat:delete",{"chatId":"c1"}])";
    CHECK(world.say(eve, erase) == denied);
    world.say(bob, R"(["chat:join",{"chatId":"c1"}])");
    CHECK(world.say(ada, erase) == R"(42["chat:deleted",{"chatId":"c1","rev":2}] | )"
                                   R"(431[{"success":true,"chatId":"c1","rev":2}])");
    CHECK(bob.take() == R"(42["chat:deleted",{"chatId":"c1","rev":2}])");
    CHECK(world.node.of("/").rooms().find("chat-c1") == nullptr);
    for (const auto* event :
         {R"(1["chat:join",{"chatId":"c1"}])", R"(1["message:send",{"chatId":"c1","text":"x"}])",
          R"(1["chat:delete",{"chatId":"c1"}])"})
      CHECK(world.say(bob, event) == denied);
  }
}

TEST_SUITE("gateway/rooms: chat:update") {
  TEST_CASE("everybody in the chat hears what has changed, then the ack has the chat") {
    SocketWorld world;
    world.open_chat("ada", {"bob", "eve"}, "g");
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    const std::string told =
        R"(42["chat:updated",{"chatId":"g","rev":2,"changes":{"name":"N","avatar":"a.png"}}])";
    const auto line =
        world.say(ada, R"(1["chat:update",{"chatId":"g","name":"N","avatar":"a.png"}])");
    CHECK(line.starts_with(told + R"( | 431[{"success":true,"chat":{"_id":"g","type":"group",)" +
                           R"("name":"N","avatar":"a.png",)"));
    CHECK(bob.take() == told);
    CHECK(world.say(bob, R"(1["chat:update",{"chatId":"g","name":"M"}])")
              .find(R"("code":"forbidden")") != std::string::npos);
    CHECK(world.say(bob, R"(1["chat:update",{"chatId":"no","name":"M"}])") == denied);
    CHECK(world.say(ada, R"(1["chat:update",{"chatId":"g","name":7}])")
              .find("name must be a string") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::gateway
