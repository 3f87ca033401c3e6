// Goal: everybody is brought up, a few at a time, and the first who is not is named.

#include "veche/client/bench/crowd.hpp"

#include <doctest/doctest.h>

#include "veche/client/bench/fake_chat_server_test.hpp"

namespace veche::client::bench {
namespace {

using testing::BenchWorld;

std::string failure(Crowd& crowd, BenchWorld& world) {
  crowd.admit(1);
  world.steps(10);
  CHECK_FALSE(crowd.is_settled());
  return crowd.failure().value_or("none");
}

TEST_SUITE("client/bench/crowd") {
  TEST_CASE("everybody comes, no more than so many at once, and more when asked for") {
    BenchWorld world{{.chats = 5, .members = 4, .connected = 2, .senders = 1}};
    world.options.at_once = 3;
    Crowd crowd{world.context, world.options};
    crowd.admit(4);
    world.steps(20);
    CHECK(crowd.is_settled());
    CHECK(crowd.present() == 4);
    crowd.admit(10);
    CHECK_FALSE(crowd.is_settled());
    world.steps(30);
    CHECK(crowd.is_settled());
    CHECK(world.chat.connects == 10);
    CHECK(world.chat.most_at_once == 3);
    CHECK(crowd.failure() == std::nullopt);
  }

  TEST_CASE("no connection, a refused token, a lost connection: the first is named") {
    BenchWorld world{{}};
    Crowd refused{world.context, world.options};
    world.network.refuse_to_connect(true);
    CHECK(failure(refused, world) == "client 0: cannot connect to 127.0.0.1: Connection refused");
    world.network.refuse_to_connect(false);
    Crowd rejected{world.context, world.options};
    world.chat.refuses_tokens = true;
    CHECK(failure(rejected, world) == "client 0: io server disconnect");
  }

  TEST_CASE("the chats and users may lie anywhere in the world, and need a token each") {
    BenchWorld world{{.chats = 2,
                      .members = 3,
                      .connected = 2,
                      .senders = 1,
                      .first_chat = 5,
                      .first_user = 15}};
    CHECK(world.options.shape.user_of(3) == 19);
    CHECK(world.options.shape.chat_of(3) == 6);
    CHECK(world.options.shape.users_end() == 21);
    Crowd crowd{world.context, world.options};
    crowd.admit(4);
    world.steps(10);
    CHECK(crowd.is_settled());
    world.options.tokens = std::make_shared<const std::vector<std::string>>();
    Crowd without{world.context, world.options};
    CHECK(failure(without, world) == "client 0: there is no token for user 15");
  }

  TEST_CASE("the address goes around") {
    CHECK(source_address(7, 1) == "");
    CHECK(source_address(0, 3) == "127.0.0.1");
    CHECK(source_address(5, 3) == "127.0.0.3");
  }
}

}  // namespace
}  // namespace veche::client::bench
