#pragma once

/// @file
/// What comes in: one function for each input of the contract (CONTRACT sections 3 and 5). They
/// judge shapes; what an input may do is the domain's to say.
///
///     auto input = dto::parse_send(event.argument(0));
///     if (!input) return refuse(input.error());
///
/// Errors    Errc::validation with a text that names the member; Errc::bad_request for a key
/// that stands twice. An id that can name nothing is answered as an unknown one: forbidden for
/// chats, not_found for users. Unknown members are ignored.
/// Lifetime  Everything is copied out of the value.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/groups.hpp"
#include "veche/domain/messages.hpp"
#include "veche/domain/queries.hpp"
#include "veche/domain/reads.hpp"
#include "veche/domain/store.hpp"
#include "veche/dto/shapes.hpp"
#include "veche/json/value.hpp"

namespace veche::dto {

inline constexpr std::size_t password_length_max = 128;  ///< code points
inline constexpr std::size_t email_bytes_max = 254;      ///< RFC 5321, a path without its <>
inline constexpr std::size_t new_chat_ids_max = 10'000;  ///< ids in one chat:create

/// The member `token` of a CONNECT payload, without "Bearer " in front; empty when there is none.
[[nodiscard]] std::string_view parse_handshake_token(json::Value auth);

/// `{token}` of auth:refresh.
[[nodiscard]] Result<std::string> parse_token(json::Value payload);

/// `{chatId}`; valid as long as the payload.
[[nodiscard]] Result<std::string_view> parse_chat_ref(json::Value payload);

/// `{userId}`; the same.
[[nodiscard]] Result<std::string_view> parse_user_ref(json::Value payload);

/// `{chatId, text, clientMessageId?, type?, replyTo?, forwarded?}` into a new message; its sender
/// is the caller's to fill in.
[[nodiscard]] Result<void> parse_send(json::Value payload, domain::NewMessage& into);

/// The same of POST /messages, which names the chat `chat`.
[[nodiscard]] Result<void> parse_post(json::Value body, domain::NewMessage& into);

/// `{type?, participantId?, memberIds?, participants?, name?, avatar?, description?,
/// clientChatId?}`; the creator is the
/// caller's to fill in. Without `type` it is `type_unless_told`; without that too, a group when
/// it has a name or more than two ids, else personal.
[[nodiscard]] Result<domain::NewChat> parse_new_chat(
    json::Value payload, std::optional<domain::ChatType> type_unless_told = std::nullopt);

/// `{messageId}` or `{chatId, seq?}`; the reader is the caller's to fill in.
[[nodiscard]] Result<domain::ReadMark> parse_read(json::Value payload);

/// `{messageId, text, ifRev?}`; the editor is the caller's to fill in.
[[nodiscard]] Result<domain::Edit> parse_edit(json::Value payload);

/// `{text, ifRev?}` of PATCH /messages/:id; the message's id too is the caller's to fill in.
[[nodiscard]] Result<domain::Edit> parse_edit_body(json::Value body);

/// `{messageId, scope?}`, where the scope is `all`; the deleter is the caller's to fill in.
[[nodiscard]] Result<domain::Deletion> parse_deletion(json::Value payload);

/// How far a deletion goes: `all`, the one there is.
[[nodiscard]] Result<void> check_scope(std::string_view scope);

struct ChatUpdate {
  std::string chat_id;  ///< empty when the path names it
  domain::ChatChanges changes;
};
/// `{chatId, name?, avatar?, description?}`; a REST body has no chatId.
[[nodiscard]] Result<ChatUpdate> parse_update(json::Value payload);
[[nodiscard]] Result<domain::ChatChanges> parse_changes(json::Value body);

/// `{chatId, userIds}`; who adds them is the caller's to fill in.
[[nodiscard]] Result<domain::NewMembers> parse_new_members(json::Value payload);
/// `{userIds}` of a REST body: 1 to new_chat_ids_max of them.
[[nodiscard]] Result<std::vector<std::string>> parse_user_ids(json::Value body);

/// `{chatId, userId}`; who acts is the caller's to fill in.
[[nodiscard]] Result<domain::MemberChoice> parse_member_choice(json::Value payload);

/// `{role}`: owner, admin or member.
[[nodiscard]] Result<domain::Role> parse_role(json::Value payload);

struct ListInput {
  std::string chat_id;
  domain::Window window;
};
/// `{chatId, beforeSeq? | afterSeq? | aroundSeq?, limit?}`.
[[nodiscard]] Result<ListInput> parse_list(json::Value payload);

/// The same as a query string has it, with two cursors more: the date of `before`, and `skip`.
struct WindowText {
  std::optional<std::string> before_seq{};
  std::optional<std::string> after_seq{};
  std::optional<std::string> around_seq{};
  std::optional<std::string> before{};  ///< ISO 8601
  std::optional<std::string> skip{};
  std::optional<std::string> limit{};
};
[[nodiscard]] Result<domain::Window> parse_window(const WindowText& text);

/// `limit` of 1 to 200 and `skip` of a query string.
[[nodiscard]] Result<Slice> parse_slice(const std::optional<std::string>& limit,
                                        const std::optional<std::string>& skip);

/// The `cursor` that chats_cursor() made. Errc::validation for any other text.
[[nodiscard]] Result<domain::ChatsCursor> parse_chats_cursor(std::string_view text);

struct Login {
  std::string email;
  std::string password;
};
[[nodiscard]] Result<Login> parse_login(json::Value body);

struct Register {
  std::string name;
  std::string email;
  std::string password;
};
/// The domain's rules for each are held too.
[[nodiscard]] Result<Register> parse_register(json::Value body);

/// `{refreshToken}`.
[[nodiscard]] Result<std::string> parse_refresh_token(json::Value body);

struct Logout {
  std::string refresh_token;  ///< empty when there is none
  bool all{};
};
/// `{refreshToken?, all?}`, or no body at all.
[[nodiscard]] Result<Logout> parse_logout(json::Value body);

struct PasswordChange {
  std::string old_password;
  std::string new_password;
};
/// `{old, new}`, or `{oldPassword, newPassword}`. The domain's rule for the new one is held too.
[[nodiscard]] Result<PasswordChange> parse_password_change(json::Value body);

/// A header's `Idempotency-Key` as a clientMessageId: 1 to 64 characters.
[[nodiscard]] Result<void> check_client_message_id(std::string_view id);

}  // namespace veche::dto
