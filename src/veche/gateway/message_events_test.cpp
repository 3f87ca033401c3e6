// Goal: a send and its ack, every refusal of hostile input 47, and reading back.
// Method: clients over doubles and the real rules; what they get is compared as text.

#include "veche/gateway/message_events.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::denied;
using testing::message_json;
using testing::SocketWorld;

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

  TEST_CASE("of messages in a second ten have a line; the next line says how many had none") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto send = send_event(R"({"chatId":"c1","text":"hi"})");
    world.advance(Milliseconds{1'000});
    world.log.lines.clear();
    for (int i = 0; i < 12; ++i) world.say(ada, send);
    std::string ten;
    for (int i = 0; i < 10; ++i) ten += "Message sent successfully\n";
    CHECK(world.log.lines == ten);
    world.advance(Milliseconds{1'000});
    world.say(ada, send);
    CHECK(world.log.lines == ten + "Message sent successfully x3\n");
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

TEST_SUITE("gateway/messages: message:edit, message:delete (CONTRACT sections 3 and 4)") {
  const std::string first = "6b49d2000000000000000002";

  TEST_CASE("an edit reaches everybody once, then the ack has the same message") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& ada_too = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    world.say(bob, R"(["chat:join",{"chatId":"c1"}])");
    world.say(ada, send_event(R"({"chatId":"c1","text":"hi"})"));
    for (auto* client : {&ada, &ada_too, &bob}) client->take();
    auto edited = message_json(2, 1, "ada", "ho");
    edited.replace(edited.find(R"("rev":2)"), 8,
                   R"("rev":3,"editedAt":"2027-01-15T08:00:00.000Z"})");
    const auto told = R"(42["message:edited",)" + edited + "]";
    CHECK(world.say(ada, R"(1["message:edit",{"messageId":")" + first + R"(","text":"ho"}])") ==
          told + R"( | 431[{"success":true,"message":)" + edited + "}]");
    CHECK(ada_too.take() == told);
    CHECK(bob.take() == told);
    CHECK(world.say(ada, R"(["message:edit",{"messageId":")" + first + R"(","text":"ho"}])") == "");
  }

  TEST_CASE("a deletion reaches everybody once, and those it was news to learn what is left") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    world.say(bob, R"(["chat:join",{"chatId":"c1"}])");
    world.say(ada, send_event(R"({"chatId":"c1","text":"hi"})"));
    world.say(ada, send_event(R"({"chatId":"c1","text":"ho"})"));
    bob.take();
    const std::string told = R"(42["message:deleted",{"messageId":")" + first +
                             R"(","chatId":"c1","seq":1,"rev":4,"deletedBy":"ada",)"
                             R"("newLastMessage":)" +
                             message_json(3, 2, "ada", "ho") + "}]";
    CHECK(world.say(ada, R"(1["message:delete",{"messageId":")" + first + R"("}])") ==
          told + R"( | 431[{"success":true,"messageId":")" + first + R"("}])");
    CHECK(bob.take() == told + R"( | 42["chat:unread",{"chatId":"c1","unreadCount":1,"readSeq":0,)"
                               R"("totalUnread":1}])");
    CHECK(world.say(ada, R"(1["message:delete",{"messageId":")" + first + R"("}])") ==
          R"(431[{"success":false,"error":"The message has been deleted","code":"not_found"}])");
  }

  TEST_CASE("refusals: not the author, a stranger, no such message, a wrong shape") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    ChatClient& eve = world.signed_in("eve");
    world.say(ada, send_event(R"({"chatId":"c1","text":"hi"})"));
    bob.take();
    const auto edit = [&](ChatClient& client, const std::string& id, const std::string& rest) {
      return world.say(client, R"(1["message:edit",{"messageId":")" + id + R"(")" + rest + "}]");
    };
    const auto erase = [&](ChatClient& client, const std::string& id, const std::string& rest) {
      return world.say(client, R"(1["message:delete",{"messageId":")" + id + R"(")" + rest + "}]");
    };
    CHECK(edit(bob, first, R"(,"text":"x")").find("Only the author") != std::string::npos);
    CHECK(erase(bob, first, "").find(R"("code":"forbidden")") != std::string::npos);
    for (const auto& id : {first, std::string{"6b49d2000000000000000009"}, std::string{"$"}}) {
      CHECK(edit(eve, id, R"(,"text":"x")") == denied);
      CHECK(erase(eve, id, "") == denied);
    }
    CHECK(edit(ada, first, R"(,"text":"x","ifRev":1)").find(R"("code":"conflict")") !=
          std::string::npos);
    CHECK(edit(ada, first, R"(,"text":"")").find(R"("code":"validation")") != std::string::npos);
    CHECK(erase(ada, first, R"(,"scope":"me")") ==
          R"(431[{"success":false,"error":"scope must be all","code":"validation"}])");
    CHECK(bob.take() == "");
    CHECK(world.commands.store.head() == 2);
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
