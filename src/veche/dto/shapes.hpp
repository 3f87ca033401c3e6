#pragma once

/// @file
/// What goes out: users, messages and chats in the contract's shapes (CONTRACT section 2), each
/// written by one function for broadcasts, acks and REST alike. No secret has a shape here but
/// the tokens of write_signed_in().

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/facts.hpp"
#include "veche/domain/model.hpp"
#include "veche/domain/queries.hpp"
#include "veche/domain/reads.hpp"
#include "veche/domain/store.hpp"
#include "veche/json/writer.hpp"

namespace veche::dto {

/// How many participants and members a chat shows; `memberCount` tells how many there are.
inline constexpr std::size_t participants_max = domain::members_shown_max;

/// `{_id, name, email, userId, avatar}`: texts all, empty when unknown.
void write_user(json::Writer& json, const domain::User& user);

/// `{_id, chat, sender, text, type, status, createdAt, updatedAt, isDeleted, seq, rev}` with
/// `clientMessageId`, `replyTo`, `forwarded` and `editedAt` where there is one. A deleted message
/// has no text.
/// `sender` is what write_user() writes of the sender, when that is at hand.
void write_message(json::Writer& json, const domain::Message& message,
                   std::string_view sender = {});

/// The chat as `viewer` sees it; without one no `unreadCount`, `readSeq` and `muted`.
void write_chat(json::Writer& json, const domain::ChatView& view,
                std::optional<domain::UserRef> viewer);

/// The same into an object that is open, for answers that add to it.
void write_chat_members(json::Writer& json, const domain::ChatView& view,
                        std::optional<domain::UserRef> viewer);

/// The event `chat:created`: the chat as every participant sees it at first, nothing unread.
void write_new_chat(json::Writer& json, const domain::ChatView& view,
                    std::string_view client_chat_id);

/// The members `messages`, `hasMore` and `nextCursor` of an object that is open. The cursor is
/// the seq to ask on from in the same direction, null when there is no more.
void write_page(json::Writer& json, const domain::Page& page, const domain::Window& window);

/// The event `message:deleted`: `{messageId, chatId, seq, rev, deletedBy, newLastMessage}`, where
/// the last is the newest message that the chat has left, null when there is none.
void write_message_deleted(json::Writer& json, const domain::MessageDeleted& deleted);

/// The event `messages:read`: `{chatId, rev, readBy, readSeq}`.
void write_read(json::Writer& json, const domain::ChatRead& read);

/// The event `chat:unread`: `{chatId, unreadCount, readSeq}` and `totalUnread` when it is known.
void write_unread(json::Writer& json, std::string_view chat_id, const domain::Unread& unread);

/// The event `chat:updated`: `{chatId, rev, changes}`.
void write_updated(json::Writer& json, const domain::ChatUpdated& updated);

/// The event `group:member-added`: `{chatId, rev, members, addedBy}`, with the first
/// participants_max of those who are new.
void write_members_added(json::Writer& json, const domain::MembersAdded& added);

/// The event `group:member-removed`: `{chatId, rev, userId, removedBy}`.
void write_member_removed(json::Writer& json, const domain::MemberRemoved& removed);

/// The event `group:role-changed`: `{chatId, rev, userId, role, changedBy}`.
void write_role_changed(json::Writer& json, const domain::RoleChanged& changed);

/// Which members of a chat, as a query string has it.
struct Slice {
  std::int64_t limit{100};
  std::int64_t skip{};
};

/// `{members: [{user, role, joinedAt, readSeq, deliveredSeq}], total, limit, skip, hasMore}`,
/// where `user` is the whole user.
void write_member_page(json::Writer& json, const domain::MemberPage& page, const Slice& slice);

/// The members `updatedCount`, `messageIds`, `readSeq` and `unreadCount` of an open object.
void write_read_outcome(json::Writer& json, const domain::ReadOutcome& outcome);

/// Names the place of a chat in a list, for a client to go on from.
[[nodiscard]] std::string chats_cursor(const domain::Chat& chat);

/// Who signed in, and with what it goes on.
struct SignedIn {
  const domain::User& user;
  std::string_view access_token;
  std::string_view refresh_token;
  std::int64_t expires_in{};  ///< seconds
};

/// `{accessToken, access_token, refreshToken, tokenType, expiresIn, user}`.
void write_signed_in(json::Writer& json, const SignedIn& signed_in);

/// A device of its user: `{_id, createdAt, lastUsedAt, expiresAt, current}`. `current` is the
/// session of whoever asks.
void write_session(json::Writer& json, const domain::SessionRow& session, std::string_view current);

/// What a client learns when its socket is admitted.
struct SessionReady {
  std::string_view user_id;
  std::string_view session_id;  ///< empty for tokens of another issuer
  std::string_view epoch;
  std::int64_t user_rev{};
  WallTime now{};
};

/// `{userId, sessionId, epoch, userRev, serverTime, limits, features, contract:1}`.
void write_session_ready(json::Writer& json, const SessionReady& ready);

}  // namespace veche::dto
