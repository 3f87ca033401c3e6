// Goal: exactly one answer, and limits: of what is unanswered, and of what comes too fast.
// Method: clients over doubles; the commands run when the test says so.

#include "veche/gateway/requests.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::count;
using testing::SocketWorld;
using namespace std::chrono_literals;

const std::string silent_send = R"(["message:send",{"chatId":"c1","text":"x"}])";
const std::string asked_send = R"(1["message:send",{"chatId":"c1","text":"x"}])";
const std::string asked_join = R"(1["chat:join",{"chatId":"c1"}])";

/// A world with the rates of CONTRACT section 6.
struct PacedWorld {
  PeerLimiter sends{send_rate};
  PeerLimiter joins{join_rate};
  SocketWorld world{{.limits = {.sends = &sends, .joins = &joins}}};
};

TEST_SUITE("gateway/requests: exactly one ack") {
  TEST_CASE("one for every event that asked for one, none for the others") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    for (int i = 0; i < 10; ++i) world.send(ada, i % 2 == 0 ? silent_send : asked_send);
    world.commands.run();
    const auto got = ada.take();
    CHECK(count(got, "431[{\"success\":true,\"message\":") == 5);
    CHECK(count(got, "42[\"message:new\"") == 10);
  }

  TEST_CASE("a writer that is full is told as unavailable") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.commands.fails = true;
    CHECK(world.say(ada, asked_send) ==
          R"(431[{"success":false,"error":"Service unavailable","code":"unavailable"}])");
    CHECK(world.say(ada, R"(2["messages:list",{"chatId":"c1"}])") ==
          R"(432[{"success":false,"error":"Service unavailable","code":"unavailable"}])");
    CHECK(world.log.has("Message send error: Service unavailable"));
  }
}

TEST_SUITE("gateway/requests: DESIGN 4.6, backpressure") {
  TEST_CASE("reading rests at 64 unanswered and goes on below") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    for (int i = 0; i < 63; ++i) world.send(ada, silent_send);
    CHECK(ada.take() == "");
    for (int i = 0; i < 3; ++i) world.send(ada, silent_send);
    CHECK(ada.take() == "paused");
    world.commands.run();
    const auto got = ada.take();
    CHECK(count(got, "resumed") == 1);
    CHECK(count(got, "42[\"message:new\"") == 66);
    CHECK(count(got.substr(0, got.find("resumed")), "message:new") == 34);
  }

  TEST_CASE("refused commands are answered too, so they never hold reading back") {
    SocketWorld world;
    ChatClient& eve = world.signed_in("eve");
    for (int i = 0; i < 64; ++i) world.send(eve, silent_send);
    world.commands.run();
    CHECK(count(eve.take(), "resumed") == 1);
  }
}

TEST_SUITE("gateway/requests: input 51, floods") {
  TEST_CASE("a burst of 30 sends, then 30 in 10 s") {
    PacedWorld paced;
    SocketWorld& world = paced.world;
    ChatClient& ada = world.signed_in("ada");
    for (int i = 0; i < 30; ++i)
      CHECK(world.say(ada, asked_send).find("431[") != std::string::npos);
    CHECK(world.say(ada, asked_send) ==
          R"(431[{"success":false,"error":"Too many requests","code":"rate_limited"}] | )"
          R"(42["rate:limited",{"event":"message:send","retryAfterMs":334}])");
    CHECK(world.say(ada, asked_send) ==
          R"(431[{"success":false,"error":"Too many requests","code":"rate_limited"}])");
    world.advance(334ms);
    CHECK(world.say(ada, asked_send).find(R"("success":true)") != std::string::npos);
  }

  TEST_CASE("joins and leaves have a rate of their own") {
    PacedWorld paced;
    SocketWorld& world = paced.world;
    ChatClient& ada = world.signed_in("ada");
    for (int i = 0; i < 60; ++i) {
      CHECK(world.say(ada, asked_join).find(R"("success":true)") != std::string::npos);
    }
    CHECK(world.say(ada, R"(1["chat:leave",{"chatId":"c1"}])").find("rate_limited") !=
          std::string::npos);
    CHECK(world.say(ada, asked_send).find(R"("success":true)") != std::string::npos);
  }

  TEST_CASE("who does not stop is closed with 1008, the others are not disturbed") {
    PacedWorld paced;
    SocketWorld& world = paced.world;
    ChatClient& ada = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    int sent = 0;
    for (; sent < 1'000 && !ada.is_closed(); ++sent) world.send(ada, silent_send);
    CHECK(sent == 30 + 200 + 1);
    world.commands.run();
    CHECK(ada.take().ends_with("closed policy"));
    CHECK(count(bob.take(), "message:new") == 30);
    CHECK(world.say(bob, asked_send).find(R"("success":true)") != std::string::npos);
    CHECK(world.log.has("Closed a flood of user ada"));
  }

  TEST_CASE("limits off means off") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    for (int i = 0; i < 500; ++i) {
      REQUIRE(world.say(ada, asked_send).find(R"("success":true)") != std::string::npos);
    }
  }

  TEST_CASE("the sockets of a user share the rate, other users have their own") {
    PacedWorld paced;
    SocketWorld& world = paced.world;
    ChatClient& phone = world.signed_in("ada");
    ChatClient& desk = world.signed_in("ada");
    ChatClient& bob = world.signed_in("bob");
    for (int i = 0; i < 30; ++i) static_cast<void>(world.say(phone, asked_send));
    CHECK(world.say(desk, asked_send).find("rate_limited") != std::string::npos);
    CHECK(world.say(bob, asked_send).find(R"("success":true)") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::gateway
