// Goal: everyone who takes part hears of a fact exactly once, nobody else does.
// Method: clients in all mixtures of rooms; what each gets is counted, with and without memory.

#include "veche/gateway/broadcaster.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::count;
using testing::SocketWorld;

constexpr Broadcaster::Options always_remembers{.remembered_from = 0};
constexpr Broadcaster::Options never_remembers{.remembered_from = 1'000'000};

const std::string silent_join = R"(["chat:join",{"chatId":"c1"}])";
const std::string send = R"(["message:send",{"chatId":"c1","text":"x"}])";

TEST_SUITE("gateway/broadcaster: R14, message:new") {
  TEST_CASE("every socket of every participant, joined or not, exactly once") {
    for (const auto& options : {always_remembers, never_remembers}) {
      SocketWorld world{{}, options};
      ChatClient& ada = world.signed_in("ada");
      ChatClient& ada_too = world.signed_in("ada");
      ChatClient& bob = world.signed_in("bob");
      ChatClient& eve = world.signed_in("eve");
      world.say(ada, silent_join);
      world.say(bob, silent_join);
      world.say(ada, send);
      CHECK(count(ada_too.take(), "message:new") == 1);
      CHECK(count(bob.take(), "message:new") == 1);
      CHECK(eve.take() == "");
      CHECK(count(world.say(ada, send), "message:new") == 1);
    }
  }

  TEST_CASE("the same bytes whether a chat is remembered or looked up") {
    std::string got[2];
    for (int i = 0; i < 2; ++i) {
      SocketWorld world{{}, i == 0 ? always_remembers : never_remembers};
      ChatClient& bob = world.signed_in("bob");
      got[i] = world.say(bob, send);
    }
    CHECK(got[0] == got[1]);
    CHECK(got[0].starts_with(R"(42["message:new",{"_id":")"));
  }

  TEST_CASE("sockets that come and go are followed") {
    SocketWorld world{{}, always_remembers};
    ChatClient& ada = world.signed_in("ada");
    world.say(ada, send);
    ChatClient& bob = world.signed_in("bob");
    world.say(ada, send);
    CHECK(count(bob.take(), "message:new") == 1);
    bob.vanish();
    world.say(ada, send);
    ChatClient& again = world.signed_in("bob");
    world.say(ada, send);
    CHECK(count(again.take(), "message:new") == 1);
  }

  TEST_CASE("remembered or not, any mixture of rooms gives the same deliveries") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& steps) {
      SocketWorld remembered{{}, always_remembers};
      SocketWorld looked_up{{}, never_remembers};
      const char* users[] = {"ada", "bob", "eve"};
      for (auto* world : {&remembered, &looked_up}) world->signed_in("ada");
      for (const auto step : steps) {
        for (auto* world : {&remembered, &looked_up}) {
          ChatClient& client = *world->clients[step % world->clients.size()];
          if (step % 4 == 0) world->signed_in(users[step % 3]);
          if (client.is_closed()) continue;
          if (step % 4 == 1) world->say(client, silent_join);
          if (step % 4 == 2) world->say(client, send);
          if (step % 4 == 3) client.vanish();
        }
      }
      for (std::size_t i = 0; i < remembered.clients.size(); ++i) {
        RC_ASSERT(remembered.clients[i]->take() == looked_up.clients[i]->take());
      }
    }));
  }
}

TEST_SUITE("gateway/broadcaster: hold() and settle()") {
  /// What came, whether in one piece or in several.
  std::string in_one(std::string text) {
    for (auto at = text.find('\x1e'); at != std::string::npos; at = text.find('\x1e', at)) {
      text.replace(at, 1, " | ");
    }
    return text;
  }

  TEST_CASE("whatever is held, clients get what they would have got at once") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& steps) {
      SocketWorld at_once{{}, always_remembers};
      SocketWorld held{{}, always_remembers};
      held.commands.on_fact = [&](const domain::FactPtr& fact) {
        RC_ASSERT(held.broadcaster.hold(fact));
      };
      for (auto* world : {&at_once, &held}) {
        world->open_chat("ada", {"bob"}, "c2");
        for (const char* user : {"ada", "bob", "ada"}) world->signed_in(user);
        RC_ASSERT(world->broadcaster.settle());
      }
      for (const auto step : steps) {
        for (auto* world : {&at_once, &held}) {
          // Acks are not held: a client that says nothing shows what is told to all.
          ChatClient& speaker = *world->clients[0];
          const std::string chat = step % 3 == 0 ? "c2" : "c1";
          world->say(speaker, R"(["message:send",{"text":"x","chatId":")" + chat + "\"}]");
          if (step % 5 == 0) RC_ASSERT(world->broadcaster.settle());
        }
      }
      RC_ASSERT(held.broadcaster.settle());
      for (std::size_t i = 1; i < held.clients.size(); ++i) {
        RC_ASSERT(in_one(held.clients[i]->take()) == at_once.clients[i]->take());
      }
      RC_ASSERT(held.broadcaster.deliveries() == at_once.broadcaster.deliveries());
    }));
  }

  TEST_CASE("nothing leaves before settle(), and then in one piece") {
    SocketWorld world{{}, always_remembers};
    world.commands.on_fact = [&](const domain::FactPtr& fact) {
      CHECK(world.broadcaster.hold(fact));
    };
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    bob.take();
    for (int i = 0; i < 3; ++i) world.say(ada, send);
    CHECK(bob.take() == "");
    CHECK(world.broadcaster.settle());
    CHECK(count(bob.take(), "message:new") == 3);
    CHECK(world.broadcaster.settle());
    CHECK(bob.take() == "");
  }
}

TEST_SUITE("gateway/broadcaster: slices") {
  /// Ada's chats c1 with Bob and c2 with Eve, and facts that are held when the test says so.
  struct Hall : SocketWorld {
    explicit Hall(std::size_t slice)
        : SocketWorld{{}, {.remembered_from = 0, .rooms_max = 100'000, .slice = slice}} {
      open_chat("ada", {"eve"}, "c2");
      commands.on_fact = [this](const domain::FactPtr& fact) { facts.push_back(fact); };
    }

    /// Somebody sends this many bytes to the chat.
    domain::FactPtr message(const std::string& chat, std::size_t bytes = 1) {
      signed_in("ada");
      say(*clients.back(), R"(["message:send",{"text":")" + std::string(bytes, 'x') +
                               R"(","chatId":")" + chat + "\"}]");
      clients.back()->vanish();
      return std::exchange(facts, {}).at(0);
    }
    domain::FactPtr reading(const std::string& user) {
      ChatClient& client = signed_in(user);
      say(client, R"(["messages:read",{"chatId":"c1"}])");
      client.vanish();
      return std::exchange(facts, {}).at(0);
    }

    /// How many messages each client has got since: "110".
    std::string got(std::string_view event = "message:new") {
      std::string counts;
      for (const auto& client : clients) {
        const int heard = count(client->take(), event);
        if (!client->is_closed()) counts += std::to_string(heard);
      }
      return counts;
    }

    std::vector<domain::FactPtr> facts;
  };

  TEST_CASE("a message to more sockets than a slice, turn by turn") {
    Hall hall{2};
    const auto first = hall.message("c1");
    for (int i = 0; i < 5; ++i) hall.signed_in("bob");
    CHECK(hall.broadcaster.hold(first));
    CHECK(hall.got() == "00000");
    CHECK_FALSE(hall.broadcaster.settle());
    CHECK(hall.got() == "11000");
    CHECK_FALSE(hall.broadcaster.settle());
    CHECK(hall.got() == "00110");
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "00001");
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "00000");
    CHECK(hall.broadcaster.deliveries() == 5);
  }

  TEST_CASE("as many as a slice are not put off") {
    Hall hall{2};
    const auto first = hall.message("c1");
    for (int i = 0; i < 2; ++i) hall.signed_in("bob");
    CHECK(hall.broadcaster.hold(first));
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "11");
  }

  TEST_CASE("a fact for others is not taken before everybody has what is on its way") {
    Hall hall{2};
    const auto first = hall.message("c1");
    const auto second = hall.message("c1");
    const auto other = hall.message("c2");
    for (const char* user : {"ada", "ada", "bob", "bob", "eve"}) hall.signed_in(user);
    CHECK(hall.broadcaster.hold(first));
    CHECK(hall.broadcaster.hold(second));
    CHECK_FALSE(hall.broadcaster.hold(other));
    CHECK_FALSE(hall.broadcaster.texts().find(second->pos).empty());
    CHECK(hall.broadcaster.texts().find(other->pos).empty());
    CHECK(hall.got() == "22000");
    CHECK(hall.broadcaster.hold(other));
    CHECK(hall.got() == "00220");
    CHECK_FALSE(hall.broadcaster.settle());
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "11001");
  }

  TEST_CASE("who joins meanwhile hears nothing of it, who has gone neither") {
    Hall hall{2};
    const auto first = hall.message("c1");
    const auto second = hall.message("c1");
    for (int i = 0; i < 5; ++i) hall.signed_in("bob");
    CHECK(hall.broadcaster.hold(first));
    CHECK_FALSE(hall.broadcaster.settle());
    hall.clients.back()->vanish();
    hall.signed_in("bob");
    CHECK_FALSE(hall.broadcaster.settle());
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "11110");
    hall.broadcaster.tell(second);
    CHECK(hall.got() == "11111");
  }

  TEST_CASE("what is held leaves when it is half full, so that the next message has room") {
    Hall hall{2};
    std::vector<domain::FactPtr> long_ones;
    for (int i = 0; i < 5; ++i) long_ones.push_back(hall.message("c1", 4'000));
    for (int i = 0; i < 3; ++i) hall.signed_in("bob");
    for (std::size_t i = 0; i < 4; ++i) CHECK(hall.broadcaster.hold(long_ones[i]));
    CHECK_FALSE(hall.broadcaster.hold(long_ones[4]));
    CHECK(hall.got() == "440");
    CHECK(hall.broadcaster.hold(long_ones[4]));
    CHECK(hall.got() == "004");
    CHECK_FALSE(hall.broadcaster.settle());
    CHECK(hall.broadcaster.settle());
    CHECK(hall.got() == "111");
  }

  TEST_CASE("a fact of several events waits too, and then is told at once") {
    Hall hall{2};
    const auto first = hall.message("c1");
    const auto read = hall.reading("bob");
    for (int i = 0; i < 3; ++i) hall.signed_in("bob");
    CHECK(hall.broadcaster.hold(first));
    CHECK_FALSE(hall.broadcaster.hold(read));
    CHECK(hall.broadcaster.hold(read));
    CHECK(hall.got("messages:read") == "111");
    CHECK(hall.broadcaster.settle());
  }
}

TEST_SUITE("gateway/broadcaster: memory") {
  TEST_CASE("the chats longest unheard of are forgotten first") {
    // Three rooms a chat: its own and those of two users.
    SocketWorld world{{}, {.remembered_from = 0, .rooms_max = 6}};
    world.open_chat("ada", {"eve"}, "c2");
    world.open_chat("bob", {"eve"}, "c3");
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    const auto send_to = [&](ChatClient& client, const std::string& chat) {
      return count(world.say(client, R"(["message:send",{"text":"x","chatId":")" + chat + "\"}]"),
                   "message:new");
    };
    CHECK(send_to(ada, "c1") == 1);
    CHECK(send_to(ada, "c2") == 1);
    CHECK(world.broadcaster.remembered_rooms() == 6);
    bob.take();
    CHECK(send_to(bob, "c3") == 1);
    CHECK(world.broadcaster.remembered_rooms() == 6);
    CHECK(send_to(ada, "c1") == 1);
    world.erase_chat("ada", "c1");
    CHECK(world.broadcaster.remembered_rooms() == 3);
  }
}

TEST_SUITE("gateway/broadcaster: R18, R19, chats") {
  TEST_CASE("chat:created reaches those who take part, once, with nothing unread") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    ChatClient& eve = world.signed_in("eve");
    world.open_chat("ada", {"bob", "ada"}, "g1");
    const auto got = ada.take();
    CHECK(got.starts_with(R"(42["chat:created",{"_id":"g1","type":"group","name":"g1",)"));
    CHECK(count(got, "chat:created") == 1);
    CHECK(count(got, "group:created") == 1);
    CHECK(count(got, R"("unreadCount":0)") == 2);
    CHECK(bob.take() == got);
    CHECK(eve.take() == "");
  }

  TEST_CASE("chat:deleted reaches those who took part, and the room is empty after it") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    ChatClient& eve = world.signed_in("eve");
    world.say(ada, silent_join);
    world.erase_chat("bob", "c1");
    CHECK(ada.take() == R"(42["chat:deleted",{"chatId":"c1","rev":2}])");
    CHECK(bob.take() == R"(42["chat:deleted",{"chatId":"c1","rev":2}])");
    CHECK(eve.take() == "");
    CHECK(world.node.of("/").rooms().find("chat-c1") == nullptr);
  }
}

}  // namespace
}  // namespace veche::gateway
