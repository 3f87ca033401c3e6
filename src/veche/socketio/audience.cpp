#include "veche/socketio/audience.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace veche::socketio {

Audience::~Audience() {
  for (Room* room : set_) forget(*room);
  --rooms_.audiences_;
}

void Audience::add(std::string_view name) {
  Room& room = rooms_.intern(name);
  if (room.named_ == nullptr) room.named_ = std::make_unique<Room::Named>();
  auto& told = room.named_->told;
  if (upkeep_ == Upkeep::told) {
    if (std::find(told.begin(), told.end(), this) != told.end()) return;
    told.push_back(this);
  } else {
    if (std::find(set_.begin(), set_.end(), &room) != set_.end()) return;
    ++room.named_->lookers;
  }
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
  auto& told = room.named_->told;
  if (upkeep_ == Upkeep::told) {
    told.erase(std::find(told.begin(), told.end(), this));
  } else {
    --room.named_->lookers;
  }
  if (!told.empty() || room.named_->lookers > 0) return;
  room.named_.reset();
  rooms_.free_if_unused(room);
}

bool Audience::has_changed() {
  if (upkeep_ == Upkeep::told) return is_stale_;
  // Counters only rise, so that their sum stays only when each of them does.
  std::uint64_t changes = 0;
  for (const Room* room : set_) changes += room->named_->changes;
  return std::exchange(changes_seen_, changes) != changes || is_stale_;
}

std::span<Member* const> Audience::members() {
  if (!has_changed()) return members_;
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
