// Goal: changing who takes part, in the contract's words, and what each side hears of it.
// Method: clients over doubles and the real rules; what each gets is compared as text.

#include "veche/gateway/group_events.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::denied;
using testing::SocketWorld;

/// Ada owns the group "g" with bob; eve is a stranger.
struct Fixture {
  explicit Fixture(Broadcaster::Options options = {}) : world{{}, options} {
    world.open_chat("ada", {"bob", "ada"}, "g");
    ada.take();
    bob.take();
  }

  std::string add(ChatClient& by, const std::string& ids) {
    return world.say(by, R"(1["group:add-members",{"chatId":"g","userIds":)" + ids + "}]");
  }
  std::string remove(ChatClient& by, const std::string& id) {
    return world.say(by, R"(1["group:remove-member",{"chatId":"g","userId":")" + id + R"("}])");
  }
  std::string set_role(ChatClient& by, const std::string& id, const std::string& role) {
    return world.say(by, R"(1["group:set-role",{"chatId":"g","userId":")" + id + R"(","role":")" +
                             role + R"("}])");
  }
  std::string leave(ChatClient& by) { return world.say(by, R"(1["group:leave",{"chatId":"g"}])"); }
  void join(ChatClient& client) { world.say(client, R"(["chat:join",{"chatId":"g"}])"); }
  void send(ChatClient& client) {
    world.say(client, R"(["message:send",{"chatId":"g","text":"x"}])");
  }

  SocketWorld world;
  ChatClient& ada{world.signed_in("ada")};
  ChatClient& bob{world.signed_in("bob")};
  ChatClient& eve{world.signed_in("eve")};
};

std::string code_of(const std::string& ack) {
  const std::string key = R"("code":")";
  const auto at = ack.find(key);
  if (at == std::string::npos) return "none";
  return ack.substr(at + key.size(), ack.find('"', at + key.size()) - at - key.size());
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST_SUITE("gateway/groups: group:add-members") {
  TEST_CASE("the new one gets the chat, everybody hears who came, then the ack has the chat") {
    Fixture f;
    const auto got = f.add(f.ada, R"(["eve"])");
    const std::string told =
        R"(42["group:member-added",{"chatId":"g","rev":2,"members":[{"_id":"eve",)";
    CHECK(got.starts_with(told));
    CHECK(has(got, R"(],"addedBy":"ada"}] | 431[{"success":true,"chat":{"_id":"g",)"));
    CHECK(has(got, R"("memberCount":3)"));
    CHECK(f.bob.take().starts_with(told));
    const auto news = f.eve.take();
    CHECK(news.starts_with(R"(42["chat:created",{"_id":"g","type":"group",)"));
    CHECK(has(news, R"("unreadCount":0)"));
    CHECK(has(news, R"( | 42["group:joined",{"_id":"g",)"));
    CHECK(has(news, R"( | )" + told));
  }

  TEST_CASE("who is in already: the chat, and nothing is told") {
    Fixture f;
    CHECK(f.add(f.ada, R"(["bob"])").starts_with(R"(431[{"success":true,"chat":{"_id":"g")"));
    CHECK(f.bob.take() == "");
  }

  TEST_CASE("refusals") {
    Fixture f;
    CHECK(f.add(f.eve, R"(["eve"])") == denied);
    CHECK(code_of(f.add(f.bob, R"(["eve"])")) == "forbidden");
    CHECK(code_of(f.add(f.ada, R"(["nobody"])")) == "not_found");
    CHECK(code_of(f.add(f.ada, "[]")) == "validation");
    CHECK(code_of(f.add(f.ada, R"("eve")")) == "validation");
    CHECK(code_of(f.world.say(f.ada, R"(1["group:add-members",{"chatId":"g"}])")) == "validation");
    CHECK(f.eve.take() == "");
  }
}

TEST_SUITE("gateway/groups: group:remove-member (input 49)") {
  TEST_CASE("the removed one's sockets leave the room and hear nothing more") {
    for (const std::size_t remembered_from : {std::size_t{0}, std::size_t{1'000'000}}) {
      Fixture f{{.remembered_from = remembered_from}};
      ChatClient& bob_too = f.world.signed_in("bob");
      for (auto* client : {&f.ada, &f.bob, &bob_too}) f.join(*client);
      f.send(f.ada);
      for (auto* client : {&f.ada, &f.bob, &bob_too}) client->take();
      const auto got = f.remove(f.ada, "bob");
      CHECK(
          got.starts_with(R"(42["group:member-removed",{"chatId":"g","rev":3,)"
                          R"("userId":"bob","removedBy":"ada"}] | 431[{"success":true,"chat":{)"));
      CHECK(f.world.node.of("/").rooms().find("chat-g")->size() == 1);
      f.send(f.ada);
      const std::string gone = R"(42["group:removed",{"chatId":"g","rev":3}])";
      CHECK(f.bob.take() == gone);
      CHECK(bob_too.take() == gone);
      CHECK(f.world.say(f.bob, R"(1["chat:join",{"chatId":"g"}])") == denied);
    }
  }

  TEST_CASE("a removal while a join is under way keeps nobody in the room") {
    Fixture f;
    f.world.send(f.bob, R"(["chat:join",{"chatId":"g"}])");
    f.world.send(f.ada, R"(["group:remove-member",{"chatId":"g","userId":"bob"}])");
    f.world.commands.run();
    CHECK(f.world.node.of("/").rooms().find("chat-g") == nullptr);
  }

  TEST_CASE("refusals") {
    Fixture f;
    CHECK(f.remove(f.eve, "bob") == denied);
    CHECK(code_of(f.remove(f.bob, "ada")) == "forbidden");
    CHECK(code_of(f.remove(f.ada, "eve")) == "not_found");
    CHECK(
        code_of(f.world.say(f.ada, R"(1["group:remove-member",{"chatId":"c1","userId":"bob"}])")) ==
        "validation");
  }
}

TEST_SUITE("gateway/groups: group:set-role") {
  TEST_CASE("everybody hears of it; handing over is told twice") {
    Fixture f;
    CHECK(f.set_role(f.ada, "bob", "admin")
              .starts_with(R"(42["group:role-changed",{"chatId":"g","rev":2,"userId":"bob",)"
                           R"("role":"admin","changedBy":"ada"}] | 431[{"success":true,)"));
    f.bob.take();
    f.set_role(f.ada, "bob", "owner");
    CHECK(f.bob.take() == R"(42["group:role-changed",{"chatId":"g","rev":3,"userId":"bob",)"
                          R"("role":"owner","changedBy":"ada"}] | )"
                          R"(42["group:role-changed",{"chatId":"g","rev":4,"userId":"ada",)"
                          R"("role":"admin","changedBy":"ada"}])");
    CHECK(code_of(f.set_role(f.ada, "bob", "member")) == "forbidden");
    CHECK(code_of(f.set_role(f.bob, "ada", "king")) == "validation");
    CHECK(f.set_role(f.eve, "ada", "admin") == denied);
  }
}

TEST_SUITE("gateway/groups: group:leave") {
  TEST_CASE("the chat as the others see it; the last one deletes it") {
    Fixture f;
    f.join(f.ada);
    const auto got = f.leave(f.ada);
    CHECK(got.starts_with(R"(42["group:removed",{"chatId":"g","rev":2}] | 431[{"success":true,)"));
    CHECK(has(got, R"("members":[{"user":"bob","role":"owner")"));
    CHECK(f.bob.take() == R"(42["group:member-removed",{"chatId":"g","rev":2,"userId":"ada",)"
                          R"("removedBy":"ada"}] | )"
                          R"(42["group:role-changed",{"chatId":"g","rev":3,"userId":"bob",)"
                          R"("role":"owner","changedBy":"ada"}])");
    CHECK(f.leave(f.ada) == denied);
    CHECK(f.leave(f.bob) == R"(42["chat:deleted",{"chatId":"g","rev":4}] | 431[{"success":true}])");
  }
}

}  // namespace
}  // namespace veche::gateway
