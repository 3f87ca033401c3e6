// Goal: an audience is the union of its rooms at every moment.

#include "veche/socketio/audience.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::socketio {
namespace {

struct Someone final : Member {};

TEST_SUITE("socketio/audience: the union of rooms") {
  constexpr std::array every_upkeep{Upkeep::told, Upkeep::looks};

  TEST_CASE("each member once, also of rooms that are made later") {
    for (const Upkeep upkeep : every_upkeep) {
      Rooms rooms;
      Someone a;
      Someone b;
      Audience audience{rooms, upkeep};
      audience.add("x");
      audience.add("x");
      audience.add("y");
      CHECK(audience.room_count() == 2);
      CHECK(audience.members().empty());
      CHECK(rooms.size() == 0);
      rooms.join(a, "x");
      rooms.join(a, "y");
      rooms.join(b, "y");
      CHECK(audience.members().size() == 2);
      audience.remove("y");
      audience.remove("nowhere");
      CHECK(audience.members().size() == 1);
      rooms.leave_all(a);
      rooms.leave_all(b);
      CHECK(audience.members().empty());
    }
  }

  TEST_CASE("it is worked out again only after a change in one of its rooms") {
    for (const Upkeep upkeep : every_upkeep) {
      Rooms rooms;
      Someone a;
      Audience audience{rooms, upkeep};
      audience.add("x");
      rooms.join(a, "x");
      const auto before = rooms.next_mark();
      CHECK(audience.members().size() == 1);
      const auto built = rooms.next_mark();
      CHECK(built == before + 2);
      rooms.join(a, "elsewhere");
      CHECK(audience.members().size() == 1);
      CHECK(rooms.next_mark() == built + 1);
      rooms.leave_all(a);
    }
  }

  TEST_CASE("its end frees the rooms that only it named") {
    Rooms rooms;
    Someone a;
    {
      Audience first{rooms};
      first.add("x");
      {
        Audience second{rooms, Upkeep::looks};
        second.add("x");
      }
      Audience third{rooms, Upkeep::looks};
      third.add("x");
      first.remove("x");
      rooms.join(a, "x");
      CHECK(third.members().size() == 1);
      rooms.leave(a, "x");
      CHECK(rooms.find("x") == nullptr);
    }
    rooms.join(a, "x");
    CHECK(rooms.find("x")->size() == 1);
    rooms.leave_all(a);
    CHECK(rooms.kept_count() == 0);
  }
}

TEST_SUITE("socketio/audience: properties") {
  TEST_CASE("whatever changes, it equals the union") {
    CHECK(rc::check([](const std::vector<std::array<std::uint8_t, 3>>& steps) {
      Rooms rooms;
      std::array<Someone, 5> people;
      std::array<Audience, 2> audiences{Audience{rooms}, Audience{rooms, Upkeep::looks}};
      std::array<std::set<std::string>, 2> sets;
      for (const auto& [what, who, where] : steps) {
        Someone& someone = people[who % people.size()];
        const std::string room(1, static_cast<char>('r' + where % 4));
        const std::size_t which = who % 2;
        switch (what % 6) {
          case 0: rooms.leave(someone, room); break;
          case 1: rooms.leave_all(someone); break;
          case 2: audiences[which].remove(room), sets[which].erase(room); break;
          case 3: audiences[which].add(room), sets[which].insert(room); break;
          default: rooms.join(someone, room);
        }
        for (std::size_t i = 0; i < 2; ++i) {
          std::set<Member*> expected;
          for (const std::string& name : sets[i]) {
            if (const Room* found = rooms.find(name))
              for (const Room::Seat& seat : found->seats()) expected.insert(seat.member);
          }
          const auto members = audiences[i].members();
          RC_ASSERT(members.size() == expected.size());
          RC_ASSERT(std::set<Member*>(members.begin(), members.end()) == expected);
        }
      }
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
