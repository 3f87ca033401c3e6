#pragma once

/// @file
/// Everyone in any of a set of rooms, remembered.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "veche/socketio/rooms.hpp"

namespace veche::socketio {

/// How an audience learns that one of its rooms has changed.
enum class Upkeep : bool {
  told,   ///< a change costs a flag for each such audience of the room, members() nothing
  looks,  ///< a change costs nothing, members() a look at each room: for a few rooms
};

/// The union of some rooms, each member once. It is worked out again only when someone joined or
/// left one of the rooms, or the set of rooms changed, so a busy chat with many participants
/// costs no look-up for each of them.
///
///     Audience audience{rooms};
///     audience.add("chat-1");
///     audience.add("user-7");
///     for (Member* member : audience.members()) deliver(*member);
///
/// Time      members() is one pass over the union when something has changed, else see Upkeep.
///           add() is a hash, and like remove() it looks through what is told, or through the set
///           of one that looks. Memory  8 bytes for each room and each member.
/// Threads   The loop of its rooms. Errors  None. Lifetime  Ends before its rooms.
class Audience {
 public:
  explicit Audience(Rooms& rooms, Upkeep upkeep = Upkeep::told) : rooms_{rooms}, upkeep_{upkeep} {
    ++rooms_.audiences_;
  }
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;
  ~Audience();

  /// Does nothing if the room is in the set.
  void add(std::string_view room);
  /// Does nothing if the room is not in the set.
  void remove(std::string_view room);

  [[nodiscard]] std::size_t room_count() const { return set_.size(); }

  /// Valid until a room or the set changes.
  [[nodiscard]] std::span<Member* const> members();

 private:
  friend class Rooms;

  void forget(Room& room);
  /// Whether one of the rooms has changed since this was asked last.
  [[nodiscard]] bool has_changed();

  Rooms& rooms_;
  Upkeep upkeep_;
  bool is_stale_{};
  std::uint64_t changes_seen_{};  // of all rooms together, by one that looks
  std::vector<Room*> set_;
  std::vector<Member*> members_;
};

}  // namespace veche::socketio
