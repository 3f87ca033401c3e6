#pragma once

/// @file
/// A node's place in the one order of facts.
///
/// Spec: RELIABILITY, section 2, points 3 and 4.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>

#include "veche/base/time.hpp"
#include "veche/domain/facts.hpp"
#include "veche/feed/bus.hpp"
#include "veche/feed/log_tail.hpp"

namespace veche::feed {

/// Takes facts in any order, some twice and some never, and delivers each once, in order.
///
/// A state machine. Facts of this node's own commits and hints from the bus are offered alike;
/// a ticket (the ack of a command) is tied to the pos it must not overtake:
///
///     cursor.offer(fact7, now);  cursor.tie(Ticket{1}, 7);   // cursor is at 5: nothing yet
///     cursor.offer(fact6, now);                              // Deliver 6, Deliver 7, Release 1
///     cursor.offer(fact9, now);  cursor.advance_to(cursor.deadline());   // Repair after 7
///
/// Time      Never reads a clock; each `now` is at or after the one before. A hole is waited
///           for at most Options::hole_wait, not at all unless the bus is up; then Repair asks
///           the caller to read the log. With a bus, the log's end is also read once every
///           tail_interval and whenever the bus comes up, since a last hint leaves no hole.
///           Reads in vain are spaced out, up to tail_interval. O(1) a fact in
///           order, O(log n) for one beyond a hole.
/// Memory    At most held_max facts beyond a hole; those further on are dropped and come from
///           the log again. Tickets are as many as the caller ties. offer() may release all
///           that is held: drain the actions after each call.
/// Threads   Confined to its owner's. Errors  None. Lifetime  Values; facts are shared.
class Cursor {
 public:
  /// Names what waits for a pos; the caller chooses the numbers.
  enum class Ticket : std::uint64_t {};

  struct Options {
    Milliseconds hole_wait{50};
    Milliseconds tail_interval{1'000};
    std::size_t held_max{10'000};
  };
  struct Counters {
    std::uint64_t delivered{};
    std::uint64_t duplicates{};  ///< offered again, or after their time
    std::uint64_t overflows{};   ///< dropped beyond held_max
    std::uint64_t repairs{};     ///< reads of the log asked for, the tail's included
  };

  /// Hand this fact on. Facts come with pos rising by one.
  struct Deliver {
    domain::FactPtr fact;
  };
  /// All facts up to the ticket's pos have been delivered.
  struct Release {
    Ticket ticket;
  };
  /// Read the log after this pos, offer what it gives, then call repaired(). At most one is
  /// asked for at a time.
  struct Repair {
    domain::Pos after;
  };
  using Action = std::variant<Deliver, Release, Repair>;

  /// Starts behind `position`, the newest pos that need not be delivered.
  /// Requires positive options.
  Cursor(domain::Pos position, BusState bus, Options options, Instant now);

  /// A fact was committed here, hinted at by another node, or read from the log.
  void offer(domain::FactPtr fact, Instant now);

  /// Releases `ticket` once `pos` is delivered and every ticket tied before is released.
  /// Requires `pos` at or after that of the ticket before.
  void tie(Ticket ticket, domain::Pos pos);

  /// The bus came up or went down. Requires a state other than none, then and before.
  void bus_changed(BusState state, Instant now);

  /// The read that Repair asked for is over, and its facts have been offered.
  void repaired(TailEnd end, Instant now);

  /// Time has passed. Does nothing before deadline().
  void advance_to(Instant now);

  /// When advance_to() next has something to do; Instant::max() when nothing is due. O(1).
  [[nodiscard]] Instant deadline() const;

  /// The next thing to carry out, oldest first.
  [[nodiscard]] std::optional<Action> next_action();

  /// The newest pos delivered.
  [[nodiscard]] domain::Pos position() const { return position_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Held {
    domain::FactPtr fact;
    Instant hole_known;  ///< since when a hole below this fact is known: its own arrival, or
                         ///< that of an earlier comer further on
  };
  struct Tied {
    Ticket ticket;
    domain::Pos pos;
  };

  void deliver(domain::FactPtr fact);
  void hold(domain::FactPtr fact, Instant now);
  void release();
  void settle(Instant now);
  [[nodiscard]] bool has_hole() const;
  [[nodiscard]] Instant hole_due() const;

  Options options_;
  BusState bus_;
  domain::Pos position_;
  domain::Pos dropped_to_{};  ///< the highest pos dropped for want of room
  std::map<domain::Pos, Held> held_;
  std::deque<Tied> tied_;
  std::deque<Action> actions_;
  Counters counters_;

  bool is_repairing_{false};
  domain::Pos repair_from_{};  ///< where the latest repair began
  bool repair_is_for_hole_{false};
  Milliseconds backoff_;  ///< between reads in vain
  Instant hole_not_before_;
  Instant tail_due_{Instant::max()};
};

}  // namespace veche::feed
