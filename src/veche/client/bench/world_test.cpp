// Goal: the lines that `veche import` and the peers in bench/ read.

#include "veche/client/bench/world.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

std::string lines(const World& world) {
  std::string all;
  write_world(world, [&](std::string_view line) { all.append(line).append("\n"); });
  return all;
}

TEST_SUITE("client/bench/world") {
  TEST_CASE("users first, then chats; a chat of two is personal") {
    CHECK(lines({.chats = 1, .members = 2, .users = 0}) ==
          R"({"user":{"_id":"u0","email":"u0@bench.invalid","name":"User 0"}})"
          "\n"
          R"({"user":{"_id":"u1","email":"u1@bench.invalid","name":"User 1"}})"
          "\n"
          R"({"chat":{"_id":"c0","type":"personal","participants":["u0","u1"]}})"
          "\n");
  }

  TEST_CASE("chats share no users, and there may be users without a chat") {
    const std::string all = lines({.chats = 2, .members = 3, .users = 7});
    CHECK(all.find("\"u6\"") != std::string::npos);
    CHECK(all.find("\"u7\"") == std::string::npos);
    CHECK(all.ends_with(
        R"({"chat":{"_id":"c0","type":"group","name":"Chat 0","participants":["u0","u1","u2"]}})"
        "\n"
        R"({"chat":{"_id":"c1","type":"group","name":"Chat 1","participants":["u3","u4","u5"]}})"
        "\n"));
  }

  TEST_CASE("pairs follow the other chats, of the users after theirs") {
    const std::string all = lines({.chats = 1, .members = 3, .pairs = 2, .users = 0});
    CHECK(all.find("\"u6\"") != std::string::npos);
    CHECK(all.find("\"u7\"") == std::string::npos);
    CHECK(all.ends_with(R"({"chat":{"_id":"c1","type":"personal","participants":["u3","u4"]}})"
                        "\n"
                        R"({"chat":{"_id":"c2","type":"personal","participants":["u5","u6"]}})"
                        "\n"));
  }

  TEST_CASE("the longest chat stays under the megabyte that an import takes") {
    std::size_t longest = 0;
    write_world({.chats = 1, .members = members_max, .users = 0},
                [&](std::string_view line) { longest = std::max(longest, line.size()); });
    CHECK(longest < (1U << 20));
  }

  TEST_CASE("ids and numbers") {
    CHECK(user_id(12) == "u12");
    CHECK(chat_number(chat_id(0)) == 0U);
    CHECK(chat_number(chat_id(4'294'967'295)) == 4'294'967'295U);
    for (const char* id : {"", "c", "u1", "c01", "c1x", "c-1", "c4294967296", "c 1"}) {
      CAPTURE(id);
      CHECK(chat_number(id) == std::nullopt);
    }
  }
}

}  // namespace
}  // namespace veche::client::bench
