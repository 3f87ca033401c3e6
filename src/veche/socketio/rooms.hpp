#pragma once

/// @file
/// Who is in which room: the membership of one namespace on one loop.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/small_vector.hpp"
#include "veche/socketio/text_hash.hpp"

namespace veche::socketio {

class Audience;
class Room;

/// What can be in rooms: a socket derives from it.
///
/// Memory    32 bytes, and 16 for each room it is in, but the first. Lifetime  Leaves all rooms
/// before it ends.
class Member {
 public:
  Member() = default;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  [[nodiscard]] std::size_t room_count() const { return memberships_.size(); }

  /// The room at `index` < room_count(), in no lasting order.
  [[nodiscard]] const Room& room_at(std::size_t index) const { return *memberships_[index].room; }

  /// True the first time it is called with this mark (see Rooms::next_mark()), then false.
  bool visit(std::uint64_t mark) {
    if (mark_ == mark) return false;
    mark_ = mark;
    return true;
  }

 protected:
  ~Member() = default;

 private:
  friend class Rooms;

  struct Membership {
    Room* room;
    std::uint32_t seat;  // where in the room this member sits
  };

  SmallVector<Membership, 1> memberships_;
  std::uint64_t mark_{};
};

/// One room and those in it.
class Room {
 public:
  struct Seat {
    Member* member;
    std::uint32_t membership;  ///< where in the member's own list this room stands
  };

  [[nodiscard]] std::string_view name() const { return *name_; }
  [[nodiscard]] std::span<const Seat> seats() const { return seats_.items(); }
  [[nodiscard]] std::size_t size() const { return seats_.size(); }

 private:
  friend class Rooms;
  friend class Audience;

  /// What the audiences that name the room want to know.
  struct Named {
    std::vector<Audience*> told;  // of a change
    std::size_t lookers{};        // how many look for themselves
    std::uint64_t changes{};
  };

  const std::string* name_{};  // the key under which Rooms keeps this room
  SmallVector<Seat, 1> seats_;
  std::unique_ptr<Named> named_;  // none while no audience names it
};

/// Told when rooms come and go, as by the events of a Socket.IO adapter, once the rooms are as it
/// says. Each of the calls may change the rooms again, but must not end the member.
class RoomEvents {
 public:
  RoomEvents() = default;
  RoomEvents(const RoomEvents&) = delete;
  RoomEvents& operator=(const RoomEvents&) = delete;
  virtual ~RoomEvents() = default;

  virtual void create_room(std::string_view room) = 0;  ///< before its first join_room()
  virtual void join_room(std::string_view room, Member& member) = 0;
  virtual void leave_room(std::string_view room, Member& member) = 0;
  virtual void delete_room(std::string_view room) = 0;  ///< after its last leave_room()
};

/// The rooms of a namespace, by name.
///
///     rooms.join(socket, "chat-1");
///     if (const Room* room = rooms.find("chat-1"))
///       for (const Room::Seat& seat : room->seats()) deliver(*seat.member);
///
/// To reach everyone in several rooms once, take a mark and deliver where visit() says true;
/// members marked beforehand are left out:
///
///     const auto mark = rooms.next_mark();
///     for (const Room* room : those) for (...) if (seat.member->visit(mark)) deliver(...);
///
/// Time      find() is one hash. join() and leave() also look through the member's rooms or the
///           room's members, whichever are fewer; the removal itself moves one entry. Memory  A
///           room is about 150 bytes and its name, and 16 for each member but the first; a room
///           with nobody in it is freed, unless an Audience names it. Threads  One loop. Errors
///           None.
/// Lifetime  Outlives its audiences.
class Rooms {
 public:
  Rooms() = default;
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  /// False if it was in the room already.
  bool join(Member& member, std::string_view room);
  /// False if it was not in the room.
  bool leave(Member& member, std::string_view room);
  void leave_all(Member& member);

  /// Null when nobody is in the room.
  [[nodiscard]] const Room* find(std::string_view room) const;
  [[nodiscard]] bool contains(std::string_view room, const Member& member) const;

  /// How many rooms have someone in them.
  [[nodiscard]] std::size_t size() const { return occupied_; }

  /// How many are in memory: those, and the empty ones that an Audience names.
  [[nodiscard]] std::size_t kept_count() const { return rooms_.size(); }

  /// A mark that no member carries.
  [[nodiscard]] std::uint64_t next_mark() { return ++mark_; }

  /// How many audiences there are.
  [[nodiscard]] std::size_t audience_count() const { return audiences_; }

  /// Null for nobody, as at first. `events` outlives this object.
  void tell(RoomEvents* events) { events_ = events; }

 private:
  friend class Audience;

  Room& intern(std::string_view name);
  void remove(Member& member, std::size_t membership);
  void tell_joined(const std::string& name, Member& member, bool is_first);
  void tell_left(const std::string& name, Member& member, bool is_last);
  void free_if_unused(Room& room);
  static std::size_t find_membership(const Member& member, const Room& room);
  static void note_change(const Room& room);

  std::unordered_map<std::string, Room, TextHash, std::equal_to<>> rooms_;
  std::uint64_t mark_{};
  std::size_t occupied_{};
  std::size_t audiences_{};
  RoomEvents* events_{};
};

}  // namespace veche::socketio
