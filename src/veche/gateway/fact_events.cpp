#include "veche/gateway/fact_events.hpp"

#include <variant>

#include "veche/dto/shapes.hpp"

namespace veche::gateway {
namespace {

using domain::UserPtr;

std::span<const UserPtr> one(const UserPtr& user) {
  return user == nullptr ? std::span<const UserPtr>{} : std::span<const UserPtr>{&user, 1};
}

void write_lost(json::Writer& json, const std::string& chat_id, domain::Rev rev) {
  json.begin_object().member("chatId", chat_id).member("rev", rev).end_object();
}

struct Teller {
  FactHearer& hearer;

  void operator()(const domain::MessagePosted& posted) const {
    const auto write = [this, &message = posted.message](json::Writer& json) {
      dto::write_message(json, message, hearer.text_of(message.sender));
    };
    hearer.to_chat({"message:new", 0, write}, posted.message.chat_id, posted.audience);
  }

  void operator()(const domain::ChatCreated& created) const {
    const auto write = [&created](json::Writer& json) {
      dto::write_new_chat(json, *created.chat, created.client_chat_id);
    };
    const auto& users = created.chat->participants->users;
    hearer.to_users({"chat:created", 0, write}, users);
    if (created.chat->chat.type == domain::ChatType::group)
      hearer.to_users({"group:created", 1, write}, users);
  }

  void operator()(const domain::ChatDeleted& deleted) const {
    hearer.to_users(
        {"chat:deleted", 0,
         [&deleted](json::Writer& json) { write_lost(json, deleted.chat_id, deleted.rev); }},
        deleted.audience->users);
  }

  void operator()(const domain::ChatRead& read) const {
    hearer.to_chat(
        {"messages:read", 0, [&read](json::Writer& json) { dto::write_read(json, read); }},
        read.chat_id, read.audience);
    tell_unread(read.chat_id, read.reader);
  }

  void operator()(const domain::SessionsRevoked& /*revoked*/) const {}

  void operator()(const domain::MessageEdited& edited) const {
    hearer.to_chat({"message:edited", 0,
                    [&edited](json::Writer& json) { dto::write_message(json, edited.message); }},
                   edited.message.chat_id, edited.audience);
  }

  void operator()(const domain::MessageDeleted& deleted) const {
    hearer.to_chat({"message:deleted", 0,
                    [&deleted](json::Writer& json) { dto::write_message_deleted(json, deleted); }},
                   deleted.message.chat_id, deleted.audience);
    for (const auto& unread : deleted.unread) tell_unread(deleted.message.chat_id, unread);
  }

  void operator()(const domain::MembersAdded& added) const {
    const auto write = [&added](json::Writer& json) { dto::write_new_chat(json, *added.chat, {}); };
    hearer.to_users({"chat:created", 0, write}, added.users);
    hearer.to_users({"group:joined", 1, write}, added.users);
    hearer.to_chat({"group:member-added", 2,
                    [&added](json::Writer& json) { dto::write_members_added(json, added); }},
                   added.chat_id, added.chat->participants);
  }

  void operator()(const domain::MemberRemoved& removed) const {
    hearer.to_users(
        {"group:removed", 0,
         [&removed](json::Writer& json) { write_lost(json, removed.chat_id, removed.rev); }},
        one(removed.user));
    hearer.to_chat({"group:member-removed", 1,
                    [&removed](json::Writer& json) { dto::write_member_removed(json, removed); }},
                   removed.chat_id, removed.audience);
  }

  void operator()(const domain::RoleChanged& changed) const {
    hearer.to_chat({"group:role-changed", 0,
                    [&changed](json::Writer& json) { dto::write_role_changed(json, changed); }},
                   changed.chat_id, changed.audience);
  }

  void operator()(const domain::ChatUpdated& updated) const {
    hearer.to_chat(
        {"chat:updated", 0, [&updated](json::Writer& json) { dto::write_updated(json, updated); }},
        updated.chat_id, updated.audience);
  }

  /// The same step for each user: nobody is told of more than one.
  void tell_unread(const std::string& chat_id, const domain::Unread& unread) const {
    hearer.to_users(
        {"chat:unread", 1, [&](json::Writer& json) { dto::write_unread(json, chat_id, unread); }},
        one(unread.user));
  }
};

}  // namespace

void tell_events(const domain::Fact& fact, FactHearer& hearer) {
  std::visit(Teller{hearer}, fact.what);
}

}  // namespace veche::gateway
