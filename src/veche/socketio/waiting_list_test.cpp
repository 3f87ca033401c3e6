// Goal: many wait behind one timer, and each is told at its own time.

#include "veche/socketio/waiting_list.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

using namespace std::chrono_literals;

struct Guest final : Waiting {
  explicit Guest(char letter) : name{letter} {}
  char name;
};

struct Lobby {
  Instant now{};
  TimerWheel wheel{Instant{}};
  std::string told;
  WaitingList list{wheel, 100ms, [this](Waiting& waiting, Instant) {
                     told.push_back(static_cast<Guest&>(waiting).name);
                   }};
  void advance(Milliseconds time) { wheel.advance_to(now += time); }
};

TEST_SUITE("socketio/waiting_list") {
  TEST_CASE("each is told after the delay, first come first") {
    Lobby lobby;
    Guest a{'a'};
    Guest b{'b'};
    lobby.list.add(a, lobby.now);
    lobby.advance(40ms);
    lobby.list.add(b, lobby.now);
    CHECK(lobby.wheel.size() == 1);
    lobby.advance(59ms);
    CHECK(lobby.told == "");
    lobby.advance(5ms);
    CHECK(lobby.told == "a");
    CHECK_FALSE(a.is_waiting());
    lobby.advance(40ms);
    CHECK(lobby.told == "ab");
    CHECK(lobby.wheel.size() == 0);
  }

  TEST_CASE("who stops waiting or ends is not told, and the others are") {
    Lobby lobby;
    Guest a{'a'};
    auto b = std::make_unique<Guest>('b');
    Guest c{'c'};
    lobby.list.add(a, lobby.now);
    lobby.list.add(*b, lobby.now);
    lobby.advance(20ms);
    lobby.list.add(c, lobby.now);
    a.stop_waiting();
    b.reset();
    lobby.advance(90ms);
    CHECK(lobby.told == "");
    lobby.advance(20ms);
    CHECK(lobby.told == "c");
  }

  TEST_CASE("the list may end before those who wait") {
    Guest a{'a'};
    {
      Lobby lobby;
      lobby.list.add(a, lobby.now);
    }
    CHECK_FALSE(a.is_waiting());
  }
}

}  // namespace
}  // namespace veche::socketio
