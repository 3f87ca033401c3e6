// Goal: rooms are sets of members, whatever the order of joins and leaves.

#include "veche/socketio/rooms.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::socketio {
namespace {

struct NamedMember final : Member {
  char name{};
};

std::string members(const Rooms& rooms, std::string_view room) {
  std::string names;
  if (const Room* found = rooms.find(room))
    for (const Room::Seat& seat : found->seats())
      names.push_back(static_cast<const NamedMember*>(seat.member)->name);
  std::sort(names.begin(), names.end());
  return names;
}

class Story final : public RoomEvents {
 public:
  void create_room(std::string_view room) override { note("create ", room); }
  void join_room(std::string_view room, Member&) override { note("join ", room); }
  void leave_room(std::string_view room, Member&) override { note("leave ", room); }
  void delete_room(std::string_view room) override { note("delete ", room); }
  std::string line;

 private:
  void note(std::string_view what, std::string_view room) {
    line.append(line.empty() ? "" : ", ").append(what).append(room);
  }
};

struct Three {
  Three() {
    a.name = 'a';
    b.name = 'b';
    c.name = 'c';
  }
  Rooms rooms;
  NamedMember a, b, c;
};

TEST_SUITE("socketio/rooms: membership") {
  TEST_CASE("joining and leaving twice changes nothing") {
    Three t;
    CHECK(t.rooms.join(t.a, "x"));
    CHECK_FALSE(t.rooms.join(t.a, "x"));
    CHECK(t.rooms.join(t.b, "x"));
    CHECK(members(t.rooms, "x") == "ab");
    CHECK(t.rooms.leave(t.a, "x"));
    CHECK_FALSE(t.rooms.leave(t.a, "x"));
    CHECK_FALSE(t.rooms.leave(t.a, "nowhere"));
    CHECK(members(t.rooms, "x") == "b");
    CHECK(t.rooms.contains("x", t.b));
    CHECK_FALSE(t.rooms.contains("x", t.a));
    t.rooms.leave_all(t.b);
  }

  TEST_CASE("a room with nobody in it is gone") {
    Three t;
    t.rooms.join(t.a, "x");
    t.rooms.join(t.a, "y");
    CHECK(t.rooms.size() == 2);
    t.rooms.leave_all(t.a);
    CHECK(t.rooms.size() == 0);
    CHECK(t.rooms.find("x") == nullptr);
    CHECK(t.a.room_count() == 0);
  }

  TEST_CASE("a member visits once for each mark") {
    Three t;
    const auto first = t.rooms.next_mark();
    CHECK(t.a.visit(first));
    CHECK_FALSE(t.a.visit(first));
    CHECK(t.a.visit(t.rooms.next_mark()));
  }

  TEST_CASE("adapters hear of rooms that come and go") {
    Three t;
    Story story;
    t.rooms.tell(&story);
    t.rooms.join(t.a, "x");
    t.rooms.join(t.a, "x");
    t.rooms.join(t.b, "x");
    t.rooms.leave_all(t.a);
    t.rooms.leave(t.b, "x");
    CHECK(story.line == "create x, join x, join x, leave x, leave x, delete x");
  }
}

TEST_SUITE("socketio/rooms: properties") {
  TEST_CASE("any sequence of joins and leaves agrees with sets") {
    CHECK(rc::check([](const std::vector<std::array<std::uint8_t, 3>>& steps) {
      Rooms rooms;
      std::array<NamedMember, 6> people;
      for (std::size_t i = 0; i < people.size(); ++i) people[i].name = static_cast<char>('a' + i);
      std::map<std::string, std::set<char>> model;
      for (const auto& [what, who, where] : steps) {
        NamedMember& someone = people[who % people.size()];
        const std::string room = "room " + std::to_string(where % 5);
        switch (what % 8) {
          case 0:
            rooms.leave_all(someone);
            for (auto& [name, set] : model) set.erase(someone.name);
            break;
          case 1:
          case 2:
          case 3:
            RC_ASSERT(rooms.leave(someone, room) == (model[room].erase(someone.name) > 0));
            break;
          default: RC_ASSERT(rooms.join(someone, room) == model[room].insert(someone.name).second);
        }
        std::size_t occupied = 0;
        for (const auto& [name, set] : model) {
          RC_ASSERT(members(rooms, name) == std::string(set.begin(), set.end()));
          occupied += set.empty() ? 0 : 1;
        }
        RC_ASSERT(rooms.size() == occupied);
        for (const NamedMember& each : people) {
          std::size_t count = 0;
          for (const auto& [name, set] : model) count += set.count(each.name);
          RC_ASSERT(each.room_count() == count);
        }
      }
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
