#include "veche/gateway/broadcaster.hpp"

#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "veche/dto/errors.hpp"
#include "veche/dto/shapes.hpp"
#include "veche/gateway/session.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/delivery.hpp"

namespace veche::gateway {

namespace {

constexpr std::size_t args_bytes_kept = std::size_t{64} * 1024;

}  // namespace

Broadcaster::Remembered::Remembered(socketio::Rooms& rooms, std::string id,
                                    domain::AudiencePtr users)
    : chat_id{std::move(id)}, participants{std::move(users)}, audience{rooms} {
  audience.add("chat-" + chat_id);
  std::string name;
  for (const auto& user : participants->users) {
    name.assign("user-").append(user->id);
    audience.add(name);
  }
}

Broadcaster::Broadcaster(socketio::Node& node, Options options)
    : options_{options}, node_{node}, nsp_{node.of(socketio::main_namespace)} {}

void Broadcaster::tell(const domain::FactPtr& fact) {
  struct Teller {
    Broadcaster& self;
    void operator()(const domain::MessagePosted& posted) const { self.tell_posted(posted); }
    void operator()(const domain::ChatCreated& created) const { self.tell_created(created); }
    void operator()(const domain::ChatDeleted& deleted) const { self.tell_deleted(deleted); }
    void operator()(const domain::ChatRead& read) const { self.tell_read(read); }
    void operator()(const domain::SessionsRevoked& revoked) const { self.tell_revoked(revoked); }
    void operator()(const domain::MessageEdited& edited) const { self.tell_edited(edited); }
    void operator()(const domain::MessageDeleted& gone) const { self.tell_message_deleted(gone); }
    void operator()(const domain::MembersAdded& added) const { self.tell_added(added); }
    void operator()(const domain::MemberRemoved& removed) const { self.tell_removed(removed); }
    void operator()(const domain::RoleChanged& changed) const { self.tell_role(changed); }
    void operator()(const domain::ChatUpdated& updated) const {
      self.emit_to_chat("chat:updated", updated.chat_id, updated.audience,
                        [&](json::Writer& json) { dto::write_updated(json, updated); });
    }
  };
  std::visit(Teller{*this}, fact->what);
  if (args_.capacity() > args_bytes_kept) args_ = {};
}

void Broadcaster::tell_posted(const domain::MessagePosted& posted) {
  emit_to_chat("message:new", posted.message.chat_id, posted.audience,
               [&posted](json::Writer& json) { dto::write_message(json, posted.message); });
}

void Broadcaster::tell_read(const domain::ChatRead& read) {
  emit_to_chat("messages:read", read.chat_id, read.audience,
               [&read](json::Writer& json) { dto::write_read(json, read); });
  tell_unread(read.chat_id, read.reader);
}

void Broadcaster::tell_revoked(const domain::SessionsRevoked& revoked) {
  room_count_ = 0;
  const auto& gone = revoked.user;
  if (revoked.is_erasure && gone != nullptr) name_room("user-", gone->id);
  for (const auto& id : revoked.session_ids) name_room(session_room, id);
  emit("auth:error", [](json::Writer& json) { dto::write_auth_error(json, Errc::token_revoked); });
  for (std::size_t i = 0; i < room_count_; ++i) {
    nsp_.local().to(rooms_[i]).disconnect_sockets(socketio::Scope::connection);
  }
}

void Broadcaster::tell_edited(const domain::MessageEdited& edited) {
  emit_to_chat("message:edited", edited.message.chat_id, edited.audience,
               [&edited](json::Writer& json) { dto::write_message(json, edited.message); });
}

void Broadcaster::tell_message_deleted(const domain::MessageDeleted& deleted) {
  emit_to_chat("message:deleted", deleted.message.chat_id, deleted.audience,
               [&deleted](json::Writer& json) { dto::write_message_deleted(json, deleted); });
  for (const auto& unread : deleted.unread) tell_unread(deleted.message.chat_id, unread);
}

void Broadcaster::tell_unread(std::string_view chat_id, const domain::Unread& unread) {
  if (unread.user == nullptr) return;
  room_count_ = 0;
  name_room("user-", unread.user->id);
  emit("chat:unread", [&](json::Writer& json) { dto::write_unread(json, chat_id, unread); });
}

void Broadcaster::tell_created(const domain::ChatCreated& created) {
  room_count_ = 0;
  name_users(*created.chat->participants);
  const auto write = [&created](json::Writer& json) {
    dto::write_new_chat(json, *created.chat, created.client_chat_id);
  };
  emit("chat:created", write);
  if (created.chat->chat.type == domain::ChatType::group) emit("group:created", write);
}

void Broadcaster::tell_deleted(const domain::ChatDeleted& deleted) {
  room_count_ = 0;
  name_users(*deleted.audience);
  emit("chat:deleted", [&deleted](json::Writer& json) {
    json.begin_object().member("chatId", deleted.chat_id).member("rev", deleted.rev).end_object();
  });
  forget(deleted.chat_id);
  const std::string room = "chat-" + deleted.chat_id;
  nsp_.local().to(room).sockets_leave(room);
}

void Broadcaster::tell_added(const domain::MembersAdded& added) {
  for (const auto* event : {"chat:created", "group:joined"}) {
    room_count_ = 0;
    for (const auto& user : added.users) name_room("user-", user->id);
    emit(event, [&added](json::Writer& json) { dto::write_new_chat(json, *added.chat, {}); });
  }
  emit_to_chat("group:member-added", added.chat_id, added.chat->participants,
               [&added](json::Writer& json) { dto::write_members_added(json, added); });
}

void Broadcaster::tell_removed(const domain::MemberRemoved& removed) {
  forget(removed.chat_id);
  if (removed.user != nullptr) {
    room_count_ = 0;
    name_room("user-", removed.user->id);
    nsp_.local().to(rooms_.front()).sockets_leave("chat-" + removed.chat_id);
    emit("group:removed", [&removed](json::Writer& json) {
      json.begin_object().member("chatId", removed.chat_id).member("rev", removed.rev).end_object();
    });
  }
  emit_to_chat("group:member-removed", removed.chat_id, removed.audience,
               [&removed](json::Writer& json) { dto::write_member_removed(json, removed); });
}

void Broadcaster::tell_role(const domain::RoleChanged& changed) {
  emit_to_chat("group:role-changed", changed.chat_id, changed.audience,
               [&changed](json::Writer& json) { dto::write_role_changed(json, changed); });
}

template <typename Write>
void Broadcaster::emit_to_chat(std::string_view event, const std::string& chat_id,
                               const domain::AudiencePtr& participants, Write write) {
  if (participants->users.size() < options_.remembered_from) {
    room_count_ = 0;
    name_room("chat-", chat_id);
    name_users(*participants);
    return emit(event, write);
  }
  auto& audience = remember(chat_id, participants).audience;
  if (audience.members().empty()) return;
  deliveries_ += audience.members().size();
  args_.clear();
  json::Writer json{args_};
  write(json);
  nsp_.emit(audience, {.event = event, .args = args_});
}

template <typename Write>
void Broadcaster::emit(std::string_view event, Write write) {
  auto& rooms = nsp_.rooms();
  const auto mark = rooms.next_mark();
  socketio::Emission emission{.event = event};
  std::optional<socketio::Delivery> delivery;
  for (std::size_t i = 0; i < room_count_; ++i) {
    const socketio::Room* room = rooms.find(rooms_[i]);
    if (room == nullptr) continue;
    if (!delivery) {
      args_.clear();
      json::Writer json{args_};
      write(json);
      emission.args = args_;
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

void Broadcaster::name_users(const domain::Audience& participants) {
  for (const auto& user : participants.users) name_room("user-", user->id);
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
