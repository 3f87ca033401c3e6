// Goal: whatever hints do, each pos is delivered once and in order, and tickets never overtake.
// Method: time and hints are numbers we choose; the actions are read back as one line. The
// property plays a bus that loses, doubles and reorders against a log that has everything.

#include "veche/feed/cursor.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::feed {
namespace {

using namespace std::chrono_literals;
using domain::FactPtr;
using domain::Pos;
using Ticket = Cursor::Ticket;

constexpr Instant start{};
constexpr Cursor::Options options{.hole_wait = 50ms, .tail_interval = 1s, .held_max = 4};

FactPtr fact(Pos pos) { return std::make_shared<domain::Fact>(domain::Fact{pos, {}}); }

/// Drains the cursor into one line: "6 7 release 1 read after 7".
std::string transcript(Cursor& cursor) {
  struct Line {
    std::string operator()(const Cursor::Deliver& d) const { return std::to_string(d.fact->pos); }
    std::string operator()(const Cursor::Release& r) const {
      return "release " + std::to_string(static_cast<std::uint64_t>(r.ticket));
    }
    std::string operator()(const Cursor::Repair& r) const {
      return "read after " + std::to_string(r.after);
    }
  };
  std::string line;
  while (auto action = cursor.next_action()) {
    if (!line.empty()) line += ' ';
    line += std::visit(Line{}, *action);
  }
  return line;
}

TEST_SUITE("feed/cursor: one cursor per node over pos") {
  TEST_CASE("facts in order pass at once") {
    Cursor cursor{5, BusState::none, options, start};
    cursor.offer(fact(6), start);
    cursor.offer(fact(7), start);
    CHECK(transcript(cursor) == "6 7");
    CHECK(cursor.position() == 7);
  }

  TEST_CASE("what was delivered is not delivered again") {
    Cursor cursor{5, BusState::up, options, start};
    for (Pos pos : {4, 5, 6, 6, 8, 8, 7, 7}) cursor.offer(fact(pos), start);
    CHECK(transcript(cursor) == "6 7 8");
    CHECK(cursor.counters().duplicates == 5);
    CHECK(cursor.counters().delivered == 3);
  }

  TEST_CASE("nothing passes a hole") {
    Cursor cursor{5, BusState::up, options, start};
    for (Pos pos : {9, 7, 8}) cursor.offer(fact(pos), start);
    CHECK(transcript(cursor) == "");
    cursor.offer(fact(6), start);
    CHECK(transcript(cursor) == "6 7 8 9");
  }

  TEST_CASE("a ticket passes right behind its pos, before the next fact") {
    Cursor cursor{5, BusState::up, options, start};
    cursor.tie(Ticket{1}, 5);
    cursor.offer(fact(7), start);
    cursor.offer(fact(8), start);
    cursor.tie(Ticket{2}, 7);
    cursor.tie(Ticket{3}, 7);
    cursor.tie(Ticket{4}, 8);
    CHECK(transcript(cursor) == "release 1");
    cursor.offer(fact(6), start);
    CHECK(transcript(cursor) == "6 7 release 2 release 3 8 release 4");
  }
}

TEST_SUITE("feed/cursor: holes") {
  TEST_CASE("a hole is waited for at most 50 ms, then the log is read") {
    Cursor cursor{5, BusState::up, options, start};
    cursor.offer(fact(7), start);
    CHECK(cursor.deadline() == start + 50ms);
    cursor.advance_to(start + 49ms);
    CHECK(transcript(cursor) == "");
    cursor.advance_to(start + 50ms);
    CHECK(transcript(cursor) == "read after 5");
    CHECK(cursor.deadline() == Instant::max());
    cursor.offer(fact(6), start + 60ms);
    cursor.repaired(TailEnd::whole, start + 60ms);
    CHECK(transcript(cursor) == "6 7");
    CHECK(cursor.deadline() == start + 1060ms);
  }

  TEST_CASE("a hole is as old as the first fact beyond it, wherever that stands") {
    Cursor cursor{0, BusState::up, options, start};
    cursor.offer(fact(9), start);
    cursor.offer(fact(5), start + 30ms);
    cursor.offer(fact(12), start + 35ms);
    CHECK(cursor.deadline() == start + 50ms);
    for (Pos pos : {1, 2, 3, 4}) cursor.offer(fact(pos), start + 40ms);
    CHECK(transcript(cursor) == "1 2 3 4 5");
    CHECK(cursor.deadline() == start + 50ms);
    for (Pos pos : {6, 7, 8}) cursor.offer(fact(pos), start + 40ms);
    CHECK(transcript(cursor) == "6 7 8 9");
    CHECK(cursor.deadline() == start + 85ms);
  }

  TEST_CASE("while the bus is down a hole is not waited for") {
    Cursor cursor{5, BusState::up, options, start};
    cursor.bus_changed(BusState::down, start);
    cursor.offer(fact(7), start + 1ms);
    CHECK(transcript(cursor) == "read after 5");
  }

  TEST_CASE("a hole that is there when the bus goes down is read at once") {
    Cursor cursor{5, BusState::up, options, start};
    cursor.offer(fact(7), start);
    cursor.bus_changed(BusState::down, start + 10ms);
    CHECK(transcript(cursor) == "read after 5");
  }

  TEST_CASE("reads in vain are spaced out, and one that helps ends that") {
    Cursor cursor{5, BusState::down, options, start};
    cursor.offer(fact(7), start);
    CHECK(transcript(cursor) == "read after 5");
    cursor.repaired(TailEnd::whole, start);
    CHECK(cursor.deadline() == start + 100ms);
    cursor.advance_to(start + 100ms);
    CHECK(transcript(cursor) == "read after 5");
    cursor.repaired(TailEnd::failed, start + 100ms);
    CHECK(cursor.deadline() == start + 300ms);
    cursor.advance_to(start + 300ms);
    cursor.offer(fact(6), start + 300ms);
    cursor.repaired(TailEnd::whole, start + 300ms);
    CHECK(transcript(cursor) == "read after 5 6 7");
    cursor.offer(fact(9), start + 310ms);
    CHECK(transcript(cursor) == "read after 7");
  }

  TEST_CASE("a read that gave a part is followed by the next") {
    Cursor cursor{5, BusState::down, options, start};
    cursor.offer(fact(9), start);
    cursor.offer(fact(6), start);
    cursor.repaired(TailEnd::part, start);
    CHECK(transcript(cursor) == "read after 5 6 read after 6");
  }

  TEST_CASE("facts beyond the limit are dropped, the furthest first, and come from the log") {
    Cursor cursor{0, BusState::up, options, start};
    for (Pos pos : {7, 6, 5, 4}) cursor.offer(fact(pos), start);
    CHECK(transcript(cursor) == "");
    cursor.offer(fact(3), start);
    CHECK(transcript(cursor) == "read after 0");
    CHECK(cursor.counters().overflows == 1);
    for (Pos pos = 1; pos <= 6; ++pos) cursor.offer(fact(pos), start);
    cursor.repaired(TailEnd::part, start);
    CHECK(transcript(cursor) == "1 2 3 4 5 6 read after 6");
  }
}

TEST_SUITE("feed/cursor: tail repair") {
  TEST_CASE("with a bus the tail is read once a second, and a quiet tail delays no repair") {
    Cursor cursor{5, BusState::up, options, start};
    CHECK(cursor.deadline() == start + 1s);
    for (auto now : {start + 1s, start + 2s, start + 3s}) {
      cursor.advance_to(now);
      cursor.repaired(TailEnd::whole, now);
      CHECK(transcript(cursor) == "read after 5");
    }
    cursor.offer(fact(7), start + 3s);
    CHECK(cursor.deadline() == start + 3050ms);
  }

  TEST_CASE("when the bus comes back the tail is read at once") {
    Cursor cursor{5, BusState::down, options, start};
    cursor.bus_changed(BusState::up, start + 10ms);
    CHECK(transcript(cursor) == "read after 5");
  }

  TEST_CASE("a node alone never reads") {
    Cursor cursor{5, BusState::none, options, start};
    CHECK(cursor.deadline() == Instant::max());
    cursor.advance_to(Instant::max());
    cursor.offer(fact(6), start + 1h);
    CHECK(cursor.deadline() == Instant::max());
    CHECK(transcript(cursor) == "6");
  }
}

/// A cursor, the log it may read, and a check on everything it does.
class World {
 public:
  World(Pos head, BusState bus) : head_{head}, cursor_{0, bus, options, start} {}

  void hint(Pos pos) {
    cursor_.offer(fact(pos), now_);
    if (pos % 3 == 0 && pos > tied_)
      cursor_.tie(Ticket{static_cast<std::uint64_t>(pos)}, tied_ = pos);
    carry_out();
  }
  void pass(Milliseconds time) {
    now_ += time;
    if (now_ >= cursor_.deadline()) cursor_.advance_to(now_);
    carry_out();
  }
  void bus_changed(BusState state) {
    cursor_.bus_changed(state, now_);
    carry_out();
  }
  /// The read under way ends, having given at most `limit` facts.
  void end_read(Pos limit) {
    if (!reading_after_) return;
    const Pos to = std::min(head_, *reading_after_ + limit);
    for (Pos pos = *reading_after_ + 1; pos <= to; ++pos) cursor_.offer(fact(pos), now_);
    reading_after_.reset();
    const auto end = limit == 0 ? TailEnd::failed : to < head_ ? TailEnd::part : TailEnd::whole;
    cursor_.repaired(end, now_);
    carry_out();
  }
  [[nodiscard]] bool in_order() const { return in_order_; }
  [[nodiscard]] bool complete() const { return delivered_ == head_ && released_ == tied_; }

 private:
  void carry_out() {
    while (auto action = cursor_.next_action()) {
      if (const auto* deliver = std::get_if<Cursor::Deliver>(&*action)) {
        in_order_ = in_order_ && deliver->fact->pos == delivered_ + 1;
        delivered_ = deliver->fact->pos;
      } else if (const auto* release = std::get_if<Cursor::Release>(&*action)) {
        released_ = static_cast<Pos>(release->ticket);
        in_order_ = in_order_ && released_ <= delivered_;
      } else {
        in_order_ = in_order_ && !reading_after_;
        reading_after_ = std::get<Cursor::Repair>(*action).after;
      }
    }
  }

  Pos head_;
  Instant now_{start};
  Cursor cursor_;
  std::optional<Pos> reading_after_;
  Pos delivered_{};
  Pos released_{};
  Pos tied_{};
  bool in_order_{true};
};

TEST_SUITE("feed/cursor: properties") {
  TEST_CASE("any order, doubling and loss of hints gives each pos once, in order") {
    CHECK(rc::check([] {
      const Pos head = *rc::gen::inRange<Pos>(1, 40);
      World world{head, *rc::gen::element(BusState::up, BusState::down)};
      const auto steps = *rc::gen::container<std::vector<std::pair<int, Pos>>>(
          rc::gen::pair(rc::gen::inRange(0, 10), rc::gen::inRange<Pos>(1, head + 1)));
      for (const auto& [what, number] : steps) {
        if (what < 6) world.hint(number);
        if (what == 6) world.pass(Milliseconds{number * 10});
        if (what == 7) world.end_read(number - 1);
        if (what == 8) world.bus_changed(BusState::up);
        if (what == 9) world.bus_changed(BusState::down);
        RC_ASSERT(world.in_order());
      }
      // Nothing more is hinted at: the tail's read alone brings the rest.
      world.end_read(head);
      world.pass(1s);
      world.end_read(head);
      RC_ASSERT(world.in_order());
      RC_ASSERT(world.complete());
    }));
  }
}

}  // namespace
}  // namespace veche::feed
