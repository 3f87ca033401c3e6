// Goal: what goes to very many is told over turns of a loop; nobody notices but by the clock.
// Method: the whole server in one thread, slices of one socket, and a look at every wire after
// each turn.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "simulation/house.hpp"

namespace veche::simulation {
namespace {

/// How often `what` stands in `text`.
int count(const std::string& text, std::string_view what) {
  int found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

/// A client, and all that it was ever sent.
struct Peer {
  testing::FakeClient wire;
  std::string heard;

  [[nodiscard]] bool has(std::string_view what) const { return heard.find(what) != heard.npos; }
};

/// Ann writes to Bob, who is there many times; Dan and Eve have a chat of their own.
struct Street {
  static constexpr std::size_t bobs_count = 24;  // fewer than a turn flushes

  explicit Street(std::size_t loops = 1) : house{9, options(loops)} {
    for (std::size_t i = 0; i < bobs_count; ++i) bobs.push_back(&connect("bob"));
    house.settle();
    near = open_chat("ann", "bob");
    far = open_chat("dan", "eve");
    look();
  }

  static HouseOptions options(std::size_t loops) {
    HouseOptions options;
    options.loops = loops;
    options.backend.broadcaster.slice = 1;
    return options;
  }

  /// Its CONNECT is on the way; `more` are members of the auth object.
  Peer& connect(std::string_view user, const std::string& more = {}) {
    peers.push_back(std::make_unique<Peer>(Peer{house.connect(), {}}));
    Peer& peer = *peers.back();
    peer.wire.send(websocket_request);
    peer.wire.send(masked_frame("40{\"token\":\"" + house.token(user) + "\"" + more + "}"));
    return peer;
  }
  std::string open_chat(std::string_view one, std::string_view other) {
    const auto made = rest(house, "POST /chats", house.token(one),
                           R"({"participantId":")" + std::string{other} + R"("})");
    REQUIRE(made.status == 201);
    return made.body.substr(made.body.find(R"("_id":")") + 7, 24);
  }
  void send(Peer& from, const std::string& chat) {
    from.wire.send(masked_frame(R"(421["message:send",{"chatId":")" + chat + R"(","text":"x"}])"));
  }

  /// What came to anybody.
  void look() {
    for (auto& peer : peers) peer->heard += peer->wire.receive();
  }
  void turn() {
    house.turn();
    look();
  }
  void settle() {
    house.settle();
    look();
  }
  /// Turns until the first, and not the last, of the bobs has the message.
  void turn_into_the_middle() {
    for (int turns = 0; told() == 0; ++turns) {
      REQUIRE(turns < 10);
      turn();
    }
    REQUIRE(told() < bobs_count);
  }
  /// How many of the bobs have the message, and have it once.
  [[nodiscard]] std::size_t told() const {
    std::size_t who = 0;
    for (const Peer* bob : bobs) who += count(bob->heard, "message:new") == 1 ? 1 : 0;
    return who;
  }

  House house;
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<Peer*> bobs;
  Peer& ann = connect("ann");
  Peer& dan = connect("dan");
  Peer& eve = connect("eve");
  std::string near;
  std::string far;
};

const std::string sent = R"(431[{"success":true)";

TEST_SUITE("simulation: a message to many, in slices") {
  TEST_CASE("acks and other chats' messages come behind it, all else meanwhile") {
    Street street;
    street.send(street.ann, street.near);
    street.send(street.dan, street.far);
    street.turn_into_the_middle();
    street.eve.wire.send(masked_frame(R"(427["ping"])"));
    while (street.told() < Street::bobs_count) {
      CHECK_FALSE(street.ann.has(sent));
      CHECK_FALSE(street.dan.has(sent));
      CHECK_FALSE(street.eve.has("message:new"));
      CHECK_FALSE(street.house.turn());
      street.look();
    }
    CHECK(street.eve.has("437["));
    street.settle();
    CHECK(street.ann.heard.find("message:new") < street.ann.heard.find(sent));
    CHECK(street.dan.heard.find("message:new") < street.dan.heard.find(sent));
    CHECK(count(street.eve.heard, "message:new") == 1);
    CHECK(street.eve.heard.find("437[") < street.eve.heard.find("message:new"));
    CHECK(street.told() == Street::bobs_count);
  }

  TEST_CASE("who comes meanwhile hears nothing of it; who comes back hears it once, from the log") {
    Street street;
    Peer& lost = *street.bobs.back();
    const auto at = lost.heard.find(R"("pid":")") + 7;
    const auto pid = lost.heard.substr(at, lost.heard.find('"', at) - at);
    street.send(street.ann, street.near);
    street.turn_into_the_middle();
    lost.wire.vanish();
    street.bobs.pop_back();
    Peer& fresh = street.connect("bob");
    Peer& back = street.connect("bob", R"(,"pid":")" + pid + "\"");
    for (int turns = 0; !back.has(R"(40{"sid":)"); ++turns) {
      REQUIRE(turns < 10);
      street.turn();
    }
    CHECK(back.has(pid));
    CHECK(street.told() < street.bobs.size());
    street.settle();
    CHECK(street.told() == street.bobs.size());
    CHECK(count(back.heard, "message:new") == 1);
    CHECK(fresh.has("session:ready"));
    CHECK_FALSE(fresh.has("message:new"));
  }

  TEST_CASE("a server that drains tells it to everybody, and acks it, before it sends them away") {
    for (const std::size_t loops : {std::size_t{1}, std::size_t{2}}) {
      Street street{loops};
      street.send(street.ann, street.near);
      street.turn_into_the_middle();
      CHECK_FALSE(street.ann.has(sent));
      street.house.backend().drain([] {});
      street.settle();
      CHECK(street.told() == Street::bobs_count);
      CHECK(street.ann.has(sent));
      CHECK(street.ann.wire.is_at_end());
    }
  }
}

}  // namespace
}  // namespace veche::simulation
