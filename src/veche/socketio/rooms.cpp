#include "veche/socketio/rooms.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/audience.hpp"

namespace veche::socketio {

namespace {
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
}

std::size_t Rooms::find_membership(const Member& member, const Room& room) {
  const auto& mine = member.memberships_;
  if (mine.size() <= room.seats_.size()) {
    for (std::size_t i = 0; i < mine.size(); ++i)
      if (mine[i].room == &room) return i;
    return nowhere;
  }
  for (const Room::Seat& seat : room.seats())
    if (seat.member == &member) return seat.membership;
  return nowhere;
}

Room& Rooms::intern(std::string_view name) {
  auto found = rooms_.find(name);
  if (found == rooms_.end()) {
    found = rooms_.try_emplace(std::string{name}).first;
    found->second.name_ = &found->first;
  }
  return found->second;
}

void Rooms::note_change(const Room& room) {
  if (room.named_ == nullptr) return;
  ++room.named_->changes;
  for (Audience* audience : room.named_->told) audience->is_stale_ = true;
}

bool Rooms::join(Member& member, std::string_view name) {
  Room& room = intern(name);
  if (find_membership(member, room) != nowhere) return false;
  const bool is_first = room.seats_.empty();
  if (is_first) ++occupied_;
  VECHE_EXPECTS(room.seats_.size() < std::numeric_limits<std::uint32_t>::max());
  const auto seat = static_cast<std::uint32_t>(room.seats_.size());
  const auto membership = static_cast<std::uint32_t>(member.memberships_.size());
  room.seats_.push_back({&member, membership});
  member.memberships_.push_back({&room, seat});
  note_change(room);
  if (events_ != nullptr) tell_joined(std::string{name}, member, is_first);
  return true;
}

bool Rooms::leave(Member& member, std::string_view name) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return false;
  const std::size_t membership = find_membership(member, found->second);
  if (membership == nowhere) return false;
  remove(member, membership);
  return true;
}

void Rooms::leave_all(Member& member) {
  while (!member.memberships_.empty()) remove(member, member.memberships_.size() - 1);
}

void Rooms::remove(Member& member, std::size_t membership) {
  const auto [room, seat] = member.memberships_[membership];
  // The last of each list takes the freed place, and its counterpart is told so.
  const Room::Seat last_seat = room->seats_.back();
  room->seats_[seat] = last_seat;
  last_seat.member->memberships_[last_seat.membership].seat = seat;
  room->seats_.pop_back();

  const Member::Membership last = member.memberships_.back();
  if (last.room != room) {
    member.memberships_[membership] = last;
    last.room->seats_[last.seat].membership = static_cast<std::uint32_t>(membership);
  }
  member.memberships_.pop_back();

  note_change(*room);
  const bool is_last = room->seats_.empty();
  std::string name;
  if (events_ != nullptr) name = room->name();
  if (is_last) {
    --occupied_;
    free_if_unused(*room);
  }
  if (events_ != nullptr) tell_left(name, member, is_last);
}

// The name is a copy of the caller's: the room may go meanwhile.
void Rooms::tell_joined(const std::string& name, Member& member, bool is_first) {
  if (is_first) events_->create_room(name);
  events_->join_room(name, member);
}

void Rooms::tell_left(const std::string& name, Member& member, bool is_last) {
  events_->leave_room(name, member);
  if (is_last) events_->delete_room(name);
}

void Rooms::free_if_unused(Room& room) {
  if (!room.seats_.empty() || room.named_ != nullptr) return;
  const auto found = rooms_.find(room.name());
  VECHE_EXPECTS(found != rooms_.end());
  rooms_.erase(found);
}

const Room* Rooms::find(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() || found->second.seats_.empty() ? nullptr : &found->second;
}

bool Rooms::contains(std::string_view name, const Member& member) const {
  const Room* room = find(name);
  return room != nullptr && find_membership(member, *room) != nowhere;
}

}  // namespace veche::socketio
