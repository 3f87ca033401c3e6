// Goal: an answer goes by the ack, and a failure without one by `exception`, in one piece.
// Method: a client over doubles; events that fail, with and without an ack.

#include "veche/gateway/call.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::SocketWorld;

TEST_SUITE("gateway/call: R13, failures") {
  TEST_CASE("with an ack: error and code, and nothing else") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(7["chat:join",{"chatId":5}])") ==
          R"(437[{"success":false,"error":"chatId must be a string","code":"validation"}])");
  }

  TEST_CASE("without one: exception, with the event and its payload") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    CHECK(world.say(ada, R"(["chat:join",{"chatId":"nowhere"},1])") ==
          R"(42["exception",{"status":"error","message":"Access denied","code":"forbidden",)"
          R"("cause":{"pattern":"chat:join","data":{"chatId":"nowhere"}}}])");
    CHECK(world.say(ada, R"(["message:send"])") ==
          R"(42["exception",{"status":"error","message":"payload must be an object",)"
          R"("code":"validation","cause":{"pattern":"message:send","data":null}}])");
  }

  TEST_CASE("a large payload is not sent back") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    const auto got = world.say(
        ada, R"(["message:send",{"chatId":"c1","text":)" + std::string(100'000, '1') + "}]");
    // A number of 100,000 digits is no JSON to us, so the connection is closed instead.
    CHECK(ada.is_closed());
    ChatClient& bob = world.signed_in("bob");
    const auto refused = world.say(
        bob, R"(["message:send",{"chatId":"c1","text":")" + std::string(100'000, 'x') + "\"}]");
    CHECK(refused.find(R"("data":null)") != std::string::npos);
    CHECK(refused.size() < 300);
  }

  TEST_CASE("a client that has gone is told nothing") {
    SocketWorld world;
    ChatClient& ada = world.signed_in("ada");
    world.send(ada, R"(["chat:join",{"chatId":"nowhere"}])");
    world.send(ada, R"(1["chat:join",{"chatId":"c1"}])");
    ada.vanish();
    world.commands.run();
    CHECK(ada.take() == "");
  }
}

}  // namespace
}  // namespace veche::gateway
