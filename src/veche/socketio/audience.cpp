#include "veche/socketio/audience.hpp"

#include <algorithm>
#include <memory>

namespace veche::socketio {

Audience::~Audience() {
  for (Room* room : set_) forget(*room);
  --rooms_.audiences_;
}

void Audience::add(std::string_view name) {
  Room& room = rooms_.intern(name);
  if (room.dependants_ == nullptr) room.dependants_ = std::make_unique<std::vector<Audience*>>();
  auto& dependants = *room.dependants_;
  if (std::find(dependants.begin(), dependants.end(), this) != dependants.end()) return;
  dependants.push_back(this);
  set_.push_back(&room);
  is_stale_ = true;
}

void Audience::remove(std::string_view name) {
  const auto found =
      std::find_if(set_.begin(), set_.end(), [&](Room* room) { return room->name() == name; });
  if (found == set_.end()) return;
  forget(**found);
  set_.erase(found);
  is_stale_ = true;
}

void Audience::forget(Room& room) {
  auto& dependants = *room.dependants_;
  dependants.erase(std::find(dependants.begin(), dependants.end(), this));
  if (!dependants.empty()) return;
  room.dependants_.reset();
  rooms_.free_if_unused(room);
}

std::span<Member* const> Audience::members() {
  if (!is_stale_) return members_;
  members_.clear();
  const std::uint64_t mark = rooms_.next_mark();
  for (const Room* room : set_) {
    for (const Room::Seat& seat : room->seats())
      if (seat.member->visit(mark)) members_.push_back(seat.member);
  }
  is_stale_ = false;
  return members_;
}

}  // namespace veche::socketio
