#pragma once

/// @file
/// Everyone in any of a set of rooms, remembered.

#include <span>
#include <string_view>
#include <vector>

#include "veche/socketio/rooms.hpp"

namespace veche::socketio {

/// The union of some rooms, each member once. It is worked out again only when someone joined or
/// left one of the rooms, or the set of rooms changed, so a busy chat with many participants
/// costs no look-up for each of them.
///
///     Audience audience{rooms};
///     audience.add("chat-1");
///     audience.add("user-7");
///     for (Member* member : audience.members()) deliver(*member);
///
/// Time      members() is free when nothing changed, else one pass over the union. add() is a
///           hash, remove() also looks through the set. A change in a room costs a flag for each
///           audience that names it. Memory  8 bytes for each room and each member.
/// Threads   The loop of its rooms. Errors  None. Lifetime  Ends before its rooms.
class Audience {
 public:
  explicit Audience(Rooms& rooms) : rooms_{rooms} { ++rooms_.audiences_; }
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

  Rooms& rooms_;
  std::vector<Room*> set_;
  std::vector<Member*> members_;
  bool is_stale_{};
};

}  // namespace veche::socketio
