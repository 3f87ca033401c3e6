#include "veche/gateway/broadcaster.hpp"

#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "veche/base/contract.hpp"
#include "veche/dto/errors.hpp"
#include "veche/gateway/offset.hpp"
#include "veche/gateway/session.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/delivery.hpp"

namespace veche::gateway {

namespace {

/// Participants of a chat from which on it is told when its rooms change. Somebody may take part in
/// very many small ones, which look for themselves, so that coming and going costs nothing.
constexpr std::size_t told_from = 16;
constexpr std::size_t args_bytes_kept = std::size_t{64} * 1024;
/// Of an event that nobody is told again.
constexpr int no_step = -1;

}  // namespace

Broadcaster::Remembered::Remembered(socketio::Rooms& rooms, std::string id,
                                    domain::AudiencePtr users)
    : chat_id{std::move(id)},
      participants{std::move(users)},
      audience{rooms, participants->users.size() < told_from ? socketio::Upkeep::looks
                                                             : socketio::Upkeep::told} {
  audience.add("chat-" + chat_id);
  std::string name;
  for (const auto& user : participants->users) {
    name.assign("user-").append(user->id);
    audience.add(name);
  }
}

Broadcaster::Broadcaster(socketio::Node& node, Options options, std::string epoch)
    : options_{options},
      node_{node},
      nsp_{node.of(socketio::main_namespace)},
      burst_{nsp_},
      offset_{std::move(epoch)} {
  VECHE_EXPECTS(options_.slice > 0);
  if (!offset_.empty()) offset_.push_back('.');
  epoch_end_ = offset_.size();
}

void Broadcaster::tell(const domain::FactPtr& fact) {
  while (!hold(fact)) {
  }
  settle_at_once();
}

bool Broadcaster::settle() {
  if (burst_.is_under_way()) return burst_.go_on(options_.slice);
  if (held_for_ == nullptr) return true;
  auto& audience = std::exchange(held_for_, nullptr)->audience;
  deliveries_ += audience.members().size() * burst_.size();
  if (std::exchange(is_for_many_, false)) {
    burst_.begin(audience);
    return burst_.go_on(options_.slice);
  }
  burst_.emit(audience);
  return true;
}

void Broadcaster::settle_at_once() {
  while (!settle()) {
  }
}

bool Broadcaster::hold(const domain::FactPtr& fact) {
  if (waits(*fact) && !settle()) return false;
  pos_ = fact->pos;
  is_heard_ = false;
  before(*fact);
  tell_events(*fact, *this);
  after(*fact);
  if (args_.capacity() > args_bytes_kept) args_ = {};
  return true;
}

bool Broadcaster::waits(const domain::Fact& fact) const {
  if (burst_.is_under_way()) return true;
  if (!is_for_many_) return false;
  const auto* posted = std::get_if<domain::MessagePosted>(&fact.what);
  return posted == nullptr || burst_.is_half_full() ||
         !is_held_for(posted->message.chat_id, posted->audience);
}

bool Broadcaster::is_held_for(const std::string& chat_id,
                              const domain::AudiencePtr& participants) const {
  return held_for_->participants == participants && held_for_->chat_id == chat_id;
}

void Broadcaster::before(const domain::Fact& fact) {
  const auto* removed = std::get_if<domain::MemberRemoved>(&fact.what);
  if (removed == nullptr) return;
  settle_at_once();
  forget(removed->chat_id);
  if (removed->user == nullptr) return;
  nsp_.local().to("user-" + removed->user->id).sockets_leave("chat-" + removed->chat_id);
}

void Broadcaster::after(const domain::Fact& fact) {
  if (std::holds_alternative<domain::MessagePosted>(fact.what)) {
    if (is_heard_) texts_.keep(pos_, args_);
    return;
  }
  if (const auto* revoked = std::get_if<domain::SessionsRevoked>(&fact.what))
    return tell_revoked(*revoked);
  const auto* deleted = std::get_if<domain::ChatDeleted>(&fact.what);
  if (deleted == nullptr) return;
  settle_at_once();
  forget(deleted->chat_id);
  const std::string room = "chat-" + deleted->chat_id;
  nsp_.local().to(room).sockets_leave(room);
}

void Broadcaster::tell_revoked(const domain::SessionsRevoked& revoked) {
  room_count_ = 0;
  const auto& gone = revoked.user;
  if (revoked.is_erasure && gone != nullptr) name_room("user-", gone->id);
  for (const auto& id : revoked.session_ids) name_room(session_room, id);
  emit({"auth:error", no_step,
        [](json::Writer& json) { dto::write_auth_error(json, Errc::token_revoked); }});
  for (std::size_t i = 0; i < room_count_; ++i) {
    nsp_.local().to(rooms_[i]).disconnect_sockets(socketio::Scope::connection);
  }
}

void Broadcaster::to_chat(const FactEvent& event, const std::string& chat_id,
                          const domain::AudiencePtr& participants) {
  if (participants->users.size() < options_.remembered_from) {
    room_count_ = 0;
    name_room("chat-", chat_id);
    name_users(participants->users);
    return emit(event);
  }
  if (held_for_ != nullptr && !is_held_for(chat_id, participants)) {
    settle_at_once();  // before other chats are forgotten to make room for this one
  }
  keep(held_for_ != nullptr ? *held_for_ : remember(chat_id, participants), event);
}

void Broadcaster::keep(Remembered& chat, const FactEvent& event) {
  const std::size_t receivers = chat.audience.members().size();
  if (receivers == 0) return;
  const auto emission = emission_of(event);
  if (!burst_.add(emission)) {
    settle_at_once();
    const bool is_kept = burst_.add(emission);
    VECHE_EXPECTS(is_kept);
  }
  held_for_ = &chat;
  is_for_many_ = receivers > options_.slice;
}

void Broadcaster::to_users(const FactEvent& event, std::span<const domain::UserPtr> users) {
  room_count_ = 0;
  name_users(users);
  emit(event);
}

socketio::Emission Broadcaster::emission_of(const FactEvent& event) {
  is_heard_ = true;
  json::Writer json{args_, json::Over::all};
  event.write(json);
  if (epoch_end_ == 0 || event.step == no_step) return {.event = event.name, .args = args_};
  offset_.resize(epoch_end_);
  append_place(offset_, {pos_, event.step});
  return {.event = event.name, .args = args_, .offset = offset_};
}

void Broadcaster::emit(const FactEvent& event) {
  settle_at_once();
  auto& rooms = nsp_.rooms();
  const auto mark = rooms.next_mark();
  socketio::Emission emission;
  std::optional<socketio::Delivery> delivery;
  for (std::size_t i = 0; i < room_count_; ++i) {
    const socketio::Room* room = rooms.find(rooms_[i]);
    if (room == nullptr) continue;
    if (!delivery) {
      emission = emission_of(event);
      delivery.emplace(node_, nsp_.name(), emission, socketio::BroadcastFlags{.is_local = true});
    }
    for (const auto& seat : room->seats()) {
      if (!seat.member->visit(mark)) continue;
      delivery->to(static_cast<socketio::Socket&>(*seat.member));
      ++deliveries_;
    }
  }
}

void Broadcaster::name_room(std::string_view prefix, std::string_view id) {
  if (room_count_ == rooms_.size()) rooms_.emplace_back();
  rooms_[room_count_++].assign(prefix).append(id);
}

void Broadcaster::name_users(std::span<const domain::UserPtr> users) {
  for (const auto& user : users) name_room("user-", user->id);
}

Broadcaster::Remembered& Broadcaster::remember(const std::string& chat_id,
                                               const domain::AudiencePtr& participants) {
  if (const auto known = by_id_.find(chat_id); known != by_id_.end()) {
    const auto chat = known->second;
    if (chat->participants == participants) {
      chats_.splice(chats_.begin(), chats_, chat);
      return chats_.front();
    }
    forget(chat);
  }
  chats_.emplace_front(nsp_.rooms(), chat_id, participants);
  by_id_.emplace(chats_.front().chat_id, chats_.begin());
  remembered_rooms_ += chats_.front().audience.room_count();
  while (remembered_rooms_ > options_.rooms_max && chats_.size() > 1) {
    forget(std::prev(chats_.end()));
  }
  return chats_.front();
}

void Broadcaster::forget(std::string_view chat_id) {
  if (const auto known = by_id_.find(chat_id); known != by_id_.end()) forget(known->second);
}

void Broadcaster::forget(Chats::iterator chat) {
  remembered_rooms_ -= chat->audience.room_count();
  by_id_.erase(chat->chat_id);
  chats_.erase(chat);
}

}  // namespace veche::gateway
