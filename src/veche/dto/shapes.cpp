#include "veche/dto/shapes.hpp"

#include <algorithm>
#include <span>

#include "veche/domain/messages.hpp"

namespace veche::dto {

namespace {

using domain::ChatView;
using domain::Member;
using domain::Message;
using domain::Window;

std::string_view to_string(domain::ChatType type) {
  switch (type) {
    case domain::ChatType::group: return "group";
    case domain::ChatType::channel: return "channel";
    case domain::ChatType::personal: break;
  }
  return "personal";
}

std::string_view to_string(domain::Role role) {
  switch (role) {
    case domain::Role::owner: return "owner";
    case domain::Role::admin: return "admin";
    case domain::Role::member: break;
  }
  return "member";
}

std::string_view to_string(domain::MessageType type) {
  return type == domain::MessageType::system ? "system" : "text";
}

void write_optional(json::Writer& json, json::Name name, std::string_view text) {
  if (!text.empty()) json.member(name, text);
}

void write_participants(json::Writer& json, const ChatView& view) {
  json.key("participants").begin_array();
  if (view.participants != nullptr) {
    const auto& users = view.participants->users;
    const auto shown = std::span{users}.first(std::min(users.size(), participants_max));
    for (const auto& user : shown) write_user(json, *user);
  }
  json.end_array();
}

/// Into an object that has its `user` already, and closes it.
void write_standing(json::Writer& json, const Member& member) {
  json.member("role", to_string(member.role));
  json.member("joinedAt", iso8601(member.joined_at)).member("readSeq", member.read_seq);
  json.member("deliveredSeq", member.delivered_seq).end_object();
}

// Members and participants both stand in the order of their refs, so one walk pairs them.
void write_members(json::Writer& json, const ChatView& view) {
  json.key("members").begin_array();
  if (view.participants != nullptr) {
    auto member = view.chat.members.begin();
    const auto& users = view.participants->users;
    for (const auto& user : std::span{users}.first(std::min(users.size(), participants_max))) {
      while (member != view.chat.members.end() && member->user < user->ref) ++member;
      if (member == view.chat.members.end()) break;
      if (member->user != user->ref) continue;
      json.begin_object().member("user", user->id);
      write_standing(json, *member);
    }
  }
  json.end_array();
  json.member("memberCount", view.member_count.value_or(view.chat.members.size()));
}

std::string_view id_of(const domain::UserPtr& user) {
  return user == nullptr ? std::string_view{} : std::string_view{user->id};
}

struct Standing {
  std::int64_t unread{};
  domain::Seq read_seq{};
  bool is_muted{};
};

void write_message_or_null(json::Writer& json, const std::optional<Message>& message) {
  if (message) {
    write_message(json, *message);
  } else {
    json.null();
  }
}

void write_all_of(json::Writer& json, const ChatView& view,
                  const std::optional<Standing>& standing) {
  const domain::Chat& chat = view.chat;
  json.member("_id", chat.id).member("type", to_string(chat.type));
  write_optional(json, "name", chat.name);
  write_optional(json, "avatar", chat.avatar);
  write_optional(json, "description", chat.description);
  write_participants(json, view);
  write_members(json, view);
  json.key("lastMessage");
  write_message_or_null(json, view.last_message);
  if (standing) json.member("unreadCount", standing->unread);
  json.member("lastSeq", chat.last_seq).member("rev", chat.rev);
  if (standing) json.member("readSeq", standing->read_seq).member("muted", standing->is_muted);
  json.member("isDeleted", chat.is_deleted).member("createdAt", iso8601(chat.created));
  json.member("updatedAt", iso8601(chat.updated));
}

}  // namespace

void write_user(json::Writer& json, const domain::User& user) {
  json.begin_object().member("_id", user.id).member("name", user.name);
  json.member("email", user.email).member("userId", user.handle);
  json.member("avatar", user.avatar).end_object();
}

void write_message(json::Writer& json, const Message& message, std::string_view sender) {
  json.begin_object().key("_id").plain(domain::message_id(message.pos, message.created));
  json.member("chat", message.chat_id).key("sender");
  if (!sender.empty()) {
    json.raw(sender);
  } else if (message.sender != nullptr) {
    write_user(json, *message.sender);
  } else {
    json.null();
  }
  json.member("text", message.is_deleted ? std::string_view{} : std::string_view{message.text});
  json.key("type").plain(to_string(message.type)).key("status").plain("sent");
  const FixedText<24> created = iso8601(message.created);
  const bool is_as_created = message.updated == message.created;
  json.key("createdAt").plain(created);
  json.key("updatedAt").plain(is_as_created ? created : iso8601(message.updated));
  json.member("isDeleted", message.is_deleted);
  json.member("seq", message.seq).member("rev", message.rev);
  write_optional(json, "clientMessageId", message.client_message_id);
  write_optional(json, "replyTo", message.reply_to);
  if (message.is_forwarded) json.member("forwarded", true);
  if (message.edited) json.member("editedAt", iso8601(*message.edited));
  json.end_object();
}

void write_chat_members(json::Writer& json, const ChatView& view,
                        std::optional<domain::UserRef> viewer) {
  std::optional<Standing> standing;
  if (viewer) {
    const Member* member = view.chat.find(*viewer);
    standing =
        member == nullptr ? Standing{} : Standing{view.unread, member->read_seq, member->is_muted};
  }
  write_all_of(json, view, standing);
}

void write_chat(json::Writer& json, const ChatView& view, std::optional<domain::UserRef> viewer) {
  json.begin_object();
  write_chat_members(json, view, viewer);
  json.end_object();
}

void write_new_chat(json::Writer& json, const ChatView& view, std::string_view client_chat_id) {
  json.begin_object();
  write_all_of(json, view, Standing{});
  write_optional(json, "clientChatId", client_chat_id);
  json.end_object();
}

void write_page(json::Writer& json, const domain::Page& page, const Window& window) {
  json.key("messages").begin_array();
  for (const Message& message : page.messages) write_message(json, message);
  json.end_array().member("hasMore", page.has_more).key("nextCursor");
  if (page.has_more && !page.messages.empty()) {
    const bool is_forward = window.from == Window::From::after;
    json.number(is_forward ? page.messages.back().seq : page.messages.front().seq);
  } else {
    json.null();
  }
}

void write_message_deleted(json::Writer& json, const domain::MessageDeleted& deleted) {
  const Message& message = deleted.message;
  json.begin_object().member("messageId", domain::message_id(message.pos, message.created));
  json.member("chatId", message.chat_id).member("seq", message.seq).member("rev", message.rev);
  json.member("deletedBy",
              deleted.deleted_by == nullptr ? std::string_view{} : deleted.deleted_by->id);
  json.key("newLastMessage");
  write_message_or_null(json, deleted.last_message);
  json.end_object();
}

void write_read(json::Writer& json, const domain::ChatRead& read) {
  json.begin_object().member("chatId", read.chat_id).member("rev", read.rev);
  json.member("readBy", id_of(read.reader.user));
  json.member("readSeq", read.reader.read_seq).end_object();
}

void write_unread(json::Writer& json, std::string_view chat_id, const domain::Unread& unread) {
  json.begin_object().member("chatId", chat_id).member("unreadCount", unread.count);
  json.member("readSeq", unread.read_seq);
  if (unread.total) json.member("totalUnread", *unread.total);
  json.end_object();
}

void write_updated(json::Writer& json, const domain::ChatUpdated& updated) {
  json.begin_object().member("chatId", updated.chat_id).member("rev", updated.rev);
  json.key("changes").begin_object();
  const auto write = [&json](json::Name name, const std::optional<std::string>& value) {
    if (value) json.member(name, *value);
  };
  write("name", updated.changes.name);
  write("avatar", updated.changes.avatar);
  write("description", updated.changes.description);
  json.end_object().end_object();
}

void write_members_added(json::Writer& json, const domain::MembersAdded& added) {
  json.begin_object().member("chatId", added.chat_id).member("rev", added.rev);
  json.key("members").begin_array();
  const auto shown = std::min(added.users.size(), participants_max);
  for (const auto& user : std::span{added.users}.first(shown)) write_user(json, *user);
  json.end_array().member("addedBy", id_of(added.by)).end_object();
}

void write_member_removed(json::Writer& json, const domain::MemberRemoved& removed) {
  json.begin_object().member("chatId", removed.chat_id).member("rev", removed.rev);
  json.member("userId", id_of(removed.user)).member("removedBy", id_of(removed.by)).end_object();
}

void write_role_changed(json::Writer& json, const domain::RoleChanged& changed) {
  json.begin_object().member("chatId", changed.chat_id).member("rev", changed.rev);
  json.member("userId", id_of(changed.user)).member("role", to_string(changed.role));
  json.member("changedBy", id_of(changed.by)).end_object();
}

void write_member_page(json::Writer& json, const domain::MemberPage& page, const Slice& slice) {
  json.begin_object().key("members").begin_array();
  for (const auto& row : page.rows) {
    json.begin_object().key("user");
    write_user(json, *row.user);
    write_standing(json, row.member);
  }
  json.end_array().member("total", page.total).member("limit", slice.limit);
  json.member("skip", slice.skip);
  const auto shown_to = slice.skip + slice.limit;
  json.member("hasMore", shown_to < static_cast<std::int64_t>(page.total)).end_object();
}

void write_read_outcome(json::Writer& json, const domain::ReadOutcome& outcome) {
  json.member("updatedCount", outcome.updated_count).key("messageIds").begin_array();
  for (const auto& id : outcome.message_ids) json.string(id);
  json.end_array().member("readSeq", outcome.read_seq).member("unreadCount", outcome.unread);
}

std::string chats_cursor(const domain::Chat& chat) {
  return std::to_string(chat.updated.time_since_epoch().count()) + '.' + chat.id;
}

void write_signed_in(json::Writer& json, const SignedIn& signed_in) {
  json.begin_object().member("accessToken", signed_in.access_token);
  json.member("access_token", signed_in.access_token);
  json.member("refreshToken", signed_in.refresh_token).member("tokenType", "Bearer");
  json.member("expiresIn", signed_in.expires_in).key("user");
  write_user(json, signed_in.user);
  json.end_object();
}

void write_session(json::Writer& json, const domain::SessionRow& session,
                   std::string_view current) {
  json.begin_object().member("_id", session.id).member("createdAt", iso8601(session.created));
  json.member("lastUsedAt", iso8601(session.rotated));
  json.member("expiresAt", iso8601(session.expires));
  json.member("current", session.id == current).end_object();
}

void write_session_ready(json::Writer& json, const SessionReady& ready) {
  json.begin_object().member("userId", ready.user_id).member("sessionId", ready.session_id);
  json.member("epoch", ready.epoch).member("userRev", ready.user_rev);
  json.member("serverTime", iso8601(ready.now)).key("limits").begin_object();
  json.member("textLength", 10'000)
      .member("pageSize", 200)
      .member("participants", participants_max);
  json.end_object().key("features").begin_array();
  for (const auto* feature :
       {"clientMessageId", "groups", "history", "messageDelete", "messageEdit", "tokenRefresh"}) {
    json.string(feature);
  }
  json.end_array();
  json.member("contract", 1).end_object();
}

}  // namespace veche::dto
