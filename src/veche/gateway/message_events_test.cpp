// Goal: a send and its ack, every refusal of hostile input 47, and reading back.
// Method: clients over doubles and the real rules; what they get is compared as text.

#include "veche/gateway/message_events.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::message_json;
using testing::SocketWorld;

const std::string denied = R"(431[{"success":false,"error":"Access denied","code":"forbidden"}])";

std::string send_event(const std::string& payload) {
  return R"(1["message:send",)" + payload + "]";
}

TEST_SUITE("gateway/messages: R11, message:send") {
  TEST_CASE("message:new on the sender's own socket, then the ack, with the same message") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    const auto hi = message_json(2, 1, "ada", "hi");
    CHECK(world.say(ada, send_event(R"({"chatId":"c1","text":"hi"})")) ==
          R"(42["message:new",)" + hi + R"(] | 431[{"success":true,"message":)" + hi + "}]");
    CHECK(bob.take() == R"(42["message:new",)" + hi + "]");
    CHECK(world.log.has("Message sent successfully"));
  }

  TEST_CASE("R15: no join is needed, and no reply is sent when no ack was asked for") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(["message:send",{"chatId":"c1","text":"hi"}])") ==
          R"(42["message:new",)" + message_json(2, 1, "ada", "hi") + "]");
  }

  TEST_CASE("a repeat with the client's key returns the original and tells nobody") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    const auto payload = R"({"chatId":"c1","text":"once","clientMessageId":"k1"})";
    const auto first = world.say(ada, send_event(payload));
    CHECK(first.find(R"("clientMessageId":"k1")") != std::string::npos);
    bob.take();
    const auto again = world.say(ada, send_event(payload));
    CHECK(again.starts_with("431["));
    CHECK(again.ends_with(R"(,"duplicate":true}])"));
    CHECK(bob.take() == "");
    CHECK(world.say(ada, send_event(R"({"chatId":"c1","text":"2","clientMessageId":"k1"})"))
              .find(R"("code":"conflict")") != std::string::npos);
  }

  TEST_CASE("R12, R19: strangers and deleted chats: Access denied, nothing stored or sent") {
    SocketWorld world;
    ChatClient& eve = world.signed_in("eve");
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(eve, send_event(R"({"chatId":"c1","text":"x"})")) == denied);
    CHECK(ada.take() == "");
    CHECK(world.commands.store.head() == 1);
    CHECK(world.log.has("Message send error: Access denied"));
    world.erase_chat("bob", "c1");
    ada.take();
    CHECK(world.say(ada, send_event(R"({"chatId":"c1","text":"x"})")) == denied);
  }

  TEST_CASE("input 47: what is no send is refused, and no row is made") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto refused = [&](const std::string& text) {
      return R"(431[{"success":false,"error":")" + text + R"(","code":"validation"}])";
    };
    CHECK(world.say(ada, R"(1["message:send"])") == refused("payload must be an object"));
    CHECK(world.say(ada, send_event("null")) == refused("payload must be an object"));
    CHECK(world.say(ada, send_event("[]")) == refused("payload must be an object"));
    CHECK(world.say(ada, send_event(R"({"chatId":{"$gt":""},"text":"x"})")) ==
          refused("chatId must be a string"));
    CHECK(world.say(ada, send_event(R"({"chatId":"c1","text":42})")) ==
          refused("text must be a string"));
    for (const auto& text :
         {std::string{"   "}, std::string(900'000, 'x'), std::string{"\\u0000"}}) {
      const auto got = world.say(ada, send_event(R"({"chatId":"c1","text":")" + text + "\"}"));
      CHECK(got.starts_with(R"(431[{"success":false,"error":")"));
      CHECK(got.ends_with(R"(,"code":"validation"}])"));
    }
    CHECK(world.commands.store.head() == 1);
  }

  TEST_CASE("input 48: joiners, marks and emoji come out as they went in") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const std::string text = "👩‍👩‍👧 \u200F \U0001F600";
    const auto got = world.say(ada, send_event(R"({"chatId":"c1","text":")" + text + "\"}"));
    CHECK(got.find(R"("text":")" + text + "\"") != std::string::npos);
  }
}

TEST_SUITE("gateway/messages: messages:list") {
  TEST_CASE("ascending, with hasMore and a cursor") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    for (const auto* text : {"1", "2", "3"}) {
      world.say(ada, send_event(R"({"chatId":"c1","text":")" + std::string{text} + "\"}"));
    }
    bob.take();
    CHECK(world.say(bob, R"(1["messages:list",{"chatId":"c1","limit":2}])") ==
          R"(431[{"success":true,"messages":[)" + message_json(3, 2, "ada", "2") + "," +
              message_json(4, 3, "ada", "3") + R"(],"hasMore":true,"nextCursor":2}])");
    CHECK(world.say(bob, R"(1["messages:list",{"chatId":"c1","beforeSeq":2}])") ==
          R"(431[{"success":true,"messages":[)" + message_json(2, 1, "ada", "1") +
              R"(],"hasMore":false,"nextCursor":null}])");
  }

  TEST_CASE("input 49: a stranger is denied, as for a chat that is not there") {
    SocketWorld world;
    ChatClient& eve = world.signed_in("eve");
    CHECK(world.say(eve, R"(1["messages:list",{"chatId":"c1"}])") == denied);
    CHECK(world.say(eve, R"(1["messages:list",{"chatId":"c9"}])") == denied);
    CHECK(world.say(eve, R"(1["messages:list",{"chatId":"c1","limit":500}])") ==
          R"(431[{"success":false,"error":"limit must be from 1 to 200","code":"validation"}])");
  }
}

TEST_SUITE("gateway/messages: messages:read (CONTRACT sections 3 and 4)") {
  TEST_CASE("everybody in the chat hears, the reader's devices learn what is left, then the ack") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    ChatClient& bob_too = world.signed_in("bob");
    for (const auto* text : {"a", "b"})
      world.say(ada, send_event(std::string{R"({"chatId":"c1","text":")"} + text + "\"}"));
    for (auto* client : {&ada, &bob, &bob_too}) client->take();
    const std::string read =
        R"(42["messages:read",{"chatId":"c1","rev":4,"readBy":"bob","readSeq":1}])";
    const std::string unread =
        R"(42["chat:unread",{"chatId":"c1","unreadCount":1,"readSeq":1,"totalUnread":1}])";
    CHECK(world.say(bob, R"(1["messages:read",{"chatId":"c1","seq":1}])") ==
          read + " | " + unread +
              R"( | 431[{"success":true,"updatedCount":1,"messageIds":)"
              R"(["6b49d2000000000000000002"],"readSeq":1,"unreadCount":1}])");
    CHECK(bob_too.take() == read + " | " + unread);
    CHECK(ada.take() == read);
    CHECK(world.say(bob, R"(1["message:read",{"messageId":"6b49d2000000000000000002"}])") ==
          R"(431[{"success":true,"updatedCount":0,"messageIds":[],"readSeq":1,"unreadCount":1}])");
  }

  TEST_CASE("what is not there, and what is somebody else's: Access denied") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& eve = world.signed_in("eve");
    world.say(ada, send_event(R"({"chatId":"c1","text":"x"})"));
    for (const auto* payload : {R"({"chatId":"c1"})", R"({"chatId":"none"})", R"({"chatId":"$"})",
                                R"({"messageId":"6b49d2000000000000000002"})",
                                R"({"messageId":"6b49d2000000000000000009"})"})
      CHECK(world.say(eve, std::string{R"(1["message:read",)"} + payload + "]") == denied);
    CHECK(world.say(eve, R"(1["message:read",{}])").find("validation") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::gateway
