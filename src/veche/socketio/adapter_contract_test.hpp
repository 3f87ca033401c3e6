#pragma once

/// @file
/// What every adapter does for the sockets of its own node. A test of an adapter hands in the
/// options that make it:
///
///     TEST_CASE("keeps the contract") { check_adapter_contract([] { return Options{}; }); }

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {

/// Three or more clients of "/", each named by the letter of its id.
struct Crowd : World {
  Crowd(Options options, int count) : World{std::move(options)} {
    for (int i = 0; i < count; ++i) join();
    receivers();
  }

  Namespace& nsp() { return node.of("/"); }
  Adapter& adapter() { return nsp().adapter(); }

  /// Who was sent something, once a letter for each message.
  std::string receivers() {
    std::string letters;
    for (std::size_t i = 0; i < engines.size(); ++i) {
      letters.append(engines[i]->sent, static_cast<char>('A' + i));
      engines[i]->sent = 0;
      engines[i]->take();
    }
    return letters;
  }

  using Names = std::vector<std::string_view>;
  std::string broadcast(const Names& rooms, const Names& except, BroadcastFlags flags = {}) {
    receivers();
    adapter().broadcast({"e", "1"}, {rooms, except, flags});
    return receivers();
  }

  std::string fetch(const Names& rooms, const Names& except = {}) {
    std::vector<std::string> found;
    adapter().fetch_sockets({rooms, except, {}},
                            [&](const Result<std::vector<RemoteSocket>>& sockets) {
                              for (const RemoteSocket& socket : sockets.value()) {
                                std::string line = socket.id.substr(0, 1);
                                for (std::size_t i = 1; i < socket.rooms.size(); ++i)
                                  line += " " + socket.rooms[i];
                                found.push_back(line);
                              }
                            });
    std::sort(found.begin(), found.end());
    std::string line;
    for (const auto& each : found) line += (line.empty() ? "" : ", ") + each;
    return line;
  }
};

using MakeOptions = std::function<Options()>;

inline void check_broadcasts(const MakeOptions& options) {
  Crowd crowd{options(), 4};
  const std::string a = sid('A');
  crowd.socket('A').join("x");
  crowd.socket('A').join("y");
  crowd.socket('B').join("y");
  crowd.socket('C').join("z");

  CHECK(crowd.broadcast({}, {}) == "ABCD");
  CHECK(crowd.broadcast({"x"}, {}) == "A");
  CHECK(crowd.broadcast({"x", "y", "x"}, {}) == "AB");
  CHECK(crowd.broadcast({"nowhere"}, {}) == "");
  CHECK(crowd.broadcast({}, {"y"}) == "CD");
  CHECK(crowd.broadcast({"x", "y", "z"}, {"x"}) == "BC");
  CHECK(crowd.broadcast({}, {a}) == "BCD");
  CHECK(crowd.broadcast({a}, {}) == "A");
  CHECK(crowd.broadcast({a, "y"}, {}) == "AB");
  CHECK(crowd.broadcast({a}, {"x"}) == "");
  CHECK(crowd.broadcast({sid('Z')}, {}) == "");

  crowd.adapter().broadcast({"e", R"({"b":1})"}, {});
  CHECK(crowd.engines[3]->take() == R"(42["e",{"b":1}])");
  CHECK(crowd.engines[3]->last == Priority::bulk);

  crowd.engines[1]->queued = 1 << 20;
  CHECK(crowd.broadcast({}, {}, {.is_volatile = true}) == "ACD");
  CHECK(crowd.broadcast({}, {}) == "ABCD");
}

inline void check_memberships(const MakeOptions& options) {
  Crowd crowd{options(), 3};
  const std::array<std::string_view, 2> both{"x", "y"};
  crowd.adapter().add_all(crowd.socket('A'), both);
  CHECK(crowd.fetch({}) == "A x y, B, C");
  crowd.adapter().del(crowd.socket('A'), "x");
  crowd.adapter().del(crowd.socket('A'), "nowhere");
  CHECK(crowd.fetch({"y"}) == "A y");

  const std::array<std::string_view, 1> y{"y"};
  crowd.adapter().add_sockets({.except = y}, both);
  CHECK(crowd.fetch({}) == "A y, B x y, C x y");
  const std::array<std::string_view, 1> x{"x"};
  crowd.adapter().del_sockets({.rooms = x}, y);
  CHECK(crowd.fetch({}) == "A y, B x, C x");
  CHECK(crowd.fetch({"x"}, {sid('C')}) == "B x");

  crowd.adapter().disconnect_sockets({.rooms = x}, Scope::nsp);
  CHECK(crowd.fetch({}) == "A y");
  CHECK(crowd.engines[1]->take() == "41");
  CHECK_FALSE(crowd.engines[1]->is_closed());
  crowd.adapter().disconnect_sockets({}, Scope::connection);
  CHECK(crowd.engines[0]->take() == "41 | close flush");
  CHECK(crowd.fetch({}) == "");
}

inline void check_server_side_emit(const MakeOptions& options) {
  Crowd crowd{options(), 0};
  int heard = 0;
  crowd.nsp().on_server_side_emit([&](const Emission&, ServerSideAck&) { ++heard; });
  crowd.nsp().server_side_emit("hello", Raw{"1"});
  CHECK(heard == 0);
  crowd.nsp().receive_server_side({"hello", "1"});
  CHECK(heard == 1);
}

/// What a broadcast with acks came to, one line: "complete 1 "two"".
inline Adapter::AnswersCallback note_answers(std::string& line) {
  return [&line](const Answers& answers) {
    static constexpr std::array names{"complete", "timed_out", "overloaded"};
    line = names[static_cast<std::size_t>(answers.outcome)];
    for (const Answer& answer : answers.answers) line += " " + answer.json;
  };
}

inline void check_broadcast_acks(const MakeOptions& options) {
  Crowd crowd{options(), 3};
  const std::string id = std::to_string(BroadcastAcks::first_id);
  std::string line;
  crowd.nsp()
      .except(sid('C'))
      .timeout(Milliseconds{100})
      .emit_with_ack({"ask", "7"}, note_answers(line));
  CHECK(crowd.engines[0]->take() == "42" + id + R"(["ask",7])");
  CHECK(crowd.engines[1]->take() == "42" + id + R"(["ask",7])");
  CHECK(crowd.engines[2]->take() == "");
  crowd.text(*crowd.engines[1], "3" + id + R"(["b","more"])");
  crowd.text(*crowd.engines[1], "3" + id + R"(["again"])");
  crowd.text(*crowd.engines[2], "3" + id + R"(["a stranger"])");
  crowd.text(*crowd.engines[0], "3" + std::to_string(BroadcastAcks::first_id + 7) + "[1]");
  CHECK(line == "");
  crowd.text(*crowd.engines[0], "3" + id + "[]");
  CHECK(line == R"(complete "b" null)");

  crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"ask"}, note_answers(line));
  const std::string next = std::to_string(BroadcastAcks::first_id + 1);
  crowd.text(*crowd.engines[2], "3" + next + "[1]");
  crowd.advance(Milliseconds{110});
  CHECK(line == "timed_out 1");
  line.clear();
  crowd.text(*crowd.engines[0], "3" + next + "[1]");
  CHECK(line == "");

  crowd.nsp().to("nowhere").timeout(Milliseconds{100}).emit_with_ack({"ask"}, note_answers(line));
  crowd.advance(Milliseconds{110});
  CHECK(line == "complete");
}

/// Joins, leaves, departures and broadcasts at random, against sets.
inline void check_against_model(const MakeOptions& options) {
  CHECK(rc::check([&](const std::vector<std::array<std::uint8_t, 4>>& steps) {
    constexpr std::size_t count = 5;
    Crowd crowd{options(), count};
    std::map<char, std::set<std::string>> model;
    for (std::size_t i = 0; i < count; ++i) {
      const char letter = static_cast<char>('A' + i);
      model[letter] = {sid(letter)};
    }
    const auto is_in_any = [&](char who, const Crowd::Names& rooms) {
      return std::any_of(rooms.begin(), rooms.end(), [&](std::string_view room) {
        return model[who].count(std::string{room}) > 0;
      });
    };
    for (const auto& [what, who, where, also] : steps) {
      const char letter = static_cast<char>('A' + who % count);
      const std::string own = sid(static_cast<char>('A' + also % count));
      const std::array<std::string, 4> names{"r0", "r1", "r2", own};
      const std::string& room = names[where % 3];
      const bool is_here = model.count(letter) > 0;
      switch (what % 8) {
        case 0:
          if (!is_here || also % 4 != 0) break;
          crowd.engines[who % count]->end(engineio::CloseReason::transport_close);
          model.erase(letter);
          break;
        case 1:
          if (!is_here) break;
          crowd.socket(letter).leave(room);
          model[letter].erase(room);
          break;
        case 2:
        case 3:
          if (!is_here) break;
          crowd.socket(letter).join(room);
          model[letter].insert(room);
          break;
        default: {
          Crowd::Names rooms;
          Crowd::Names except;
          for (std::size_t bit = 0; bit < names.size(); ++bit) {
            if ((where >> bit & 1) != 0) rooms.push_back(names[bit]);
            if ((also >> bit & 1) != 0 && bit % 2 == 0) except.push_back(names[bit]);
          }
          std::string expected;
          std::vector<char> here;
          for (const auto& [each, in] : model) here.push_back(each);
          for (const char each : here) {
            if ((rooms.empty() || is_in_any(each, rooms)) && !is_in_any(each, except))
              expected.push_back(each);
          }
          RC_ASSERT(crowd.broadcast(rooms, except) == expected);
        }
      }
    }
  }));
}

inline void check_adapter_contract(const MakeOptions& options) {
  check_broadcasts(options);
  check_memberships(options);
  check_broadcast_acks(options);
  check_server_side_emit(options);
  check_against_model(options);
}

}  // namespace veche::socketio
