// Goal: the whole server, every layer of it, plays the seed's story in one thread: a network in
// memory, a clock of our own, a store in memory. The same seed gives the same story, to the byte.

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "simulation/house.hpp"

namespace veche::simulation {
namespace {

using namespace std::chrono_literals;

/// The value of a text member, wherever it stands first.
std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const auto at = json.find(key);
  REQUIRE(at != std::string::npos);
  const auto begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

std::string enrol(House& house, const std::string& name) {
  const auto made = rest(house, "POST /auth/register", {},
                         R"({"name":")" + name + R"(","email":")" + name +
                             R"(@example.com","password":"password123"})");
  REQUIRE(made.status == 201);
  return made.body;
}

/// How many of the packets are this event.
std::size_t count(const std::vector<std::string>& packets, const std::string& event) {
  return static_cast<std::size_t>(std::ranges::count_if(
      packets, [&](const auto& packet) { return packet.starts_with("2[\"" + event + "\""); }));
}

/// Everything that two people were told, in order.
std::string play(House& house) {
  const auto ann = enrol(house, "ann");
  const auto bob = enrol(house, "bob");
  const auto token = member(ann, "accessToken");
  const auto made =
      rest(house, "POST /chats", token, R"({"participantId":")" + member(bob, "_id") + R"("})");
  CHECK(made.status == 201);
  const std::string chat = member(made.body, "_id");

  Client one{house, token};
  Client two{house, member(bob, "accessToken")};
  Client two_again{house, member(bob, "accessToken")};
  one.emit(R"(["chat:join",{"chatId":")" + chat + R"("}])", 0);
  two.emit(R"(["chat:join",{"chatId":")" + chat + R"("}])", 0);
  one.emit(R"(["message:send",{"chatId":")" + chat + R"(","text":"hello"}])", 1);

  const auto heard_by_one = one.packets();
  const auto heard_by_two = two.packets();
  const auto heard_again = two_again.packets();
  CHECK(count(heard_by_one, "message:new") == 1);
  CHECK(count(heard_by_two, "message:new") == 1);
  CHECK(count(heard_again, "message:new") == 1);
  REQUIRE(heard_by_one.size() >= 2);
  CHECK(heard_by_one.back().starts_with(R"(31[{"success":true,"message":{)"));
  CHECK(heard_by_one[heard_by_one.size() - 2].starts_with(R"(2["message:new")"));

  const auto list = rest(house, "GET /chats", member(bob, "accessToken"));
  CHECK(list.body.find(R"("unreadCount":1)") != std::string::npos);
  const auto page = rest(house, "GET /chats/" + chat + "/messages", token);
  CHECK(page.body.find(R"("text":"hello")") != std::string::npos);

  std::string all = list.body + page.body;
  for (const auto& packets : {heard_by_one, heard_by_two, heard_again}) {
    for (const auto& packet : packets) all += packet + "\n";
  }
  return all;
}

TEST_SUITE("simulation: the seed's story") {
  TEST_CASE("register, connect, join, send, receive: each device once, the own before the ack") {
    House house{1};
    CHECK_FALSE(play(house).empty());
    CHECK(house.log.has("WebSocket Gateway initialized"));
    CHECK(house.log.has("Message sent successfully"));
  }

  TEST_CASE("the same seed tells the same story to the byte, another seed another") {
    House first{7};
    House again{7};
    House other{8};
    const std::string story = play(first);
    CHECK(story == play(again));
    CHECK(story != play(other));
  }

  TEST_CASE("no token, a bad token: connect, then a disconnect by the server") {
    House house{2};
    Client nobody{house, ""};
    const auto packets = nobody.packets();
    REQUIRE(packets.size() >= 2);
    CHECK(packets.front().starts_with("0{\"sid\":"));
    CHECK(packets.back() == "1");
  }

  TEST_CASE("heartbeats: who pongs stays, who does not goes, on virtual time") {
    House house{3};
    const auto token = member(enrol(house, "ann"), "accessToken");
    Client answering{house, token};
    Client silent{house, token};
    for (int i = 0; i < 15; ++i) {
      house.pass(5s);
      static_cast<void>(answering.packets());  // reads, and pongs
    }
    CHECK_FALSE(answering.is_closed());
    CHECK(silent.is_closed());
  }

  TEST_CASE("a client that never joins a namespace is closed after connectTimeout") {
    House house{4};
    auto wire = house.connect();
    wire.send(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    house.settle();
    house.pass(20s);
    CHECK_FALSE(wire.is_at_end());
    house.pass(26s);
    CHECK(wire.is_at_end());
  }
}

}  // namespace
}  // namespace veche::simulation
