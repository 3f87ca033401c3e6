#pragma once

/// @file
/// From rows of the log back to what they mean.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/domain/facts.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// The number that is a row's body; 0 when it is none.
[[nodiscard]] std::int64_t number_of(std::string_view body);

/// The body of a row of kind sessions_revoked when the user has gone.
inline constexpr std::string_view erasure_body = "*";

/// Refs as the body of a row, and back.
[[nodiscard]] std::string list_of(const std::vector<UserRef>& refs);
[[nodiscard]] std::vector<UserRef> refs_of(std::string_view body);
/// The body of a row of kind role_changed.
[[nodiscard]] std::string role_body(UserRef user, Role role);

/// Makes a new Message the one that a row of kind message holds, as it is now; without its text
/// when it is deleted. Its rev is that of its last change.
void fill_message(Entry&& entry, std::string chat_id, UserPtr sender, Message& message);
/// The same message, as a value.
[[nodiscard]] inline Message message_of(Entry&& entry, std::string chat_id, UserPtr sender) {
  Message message;
  fill_message(std::move(entry), std::move(chat_id), std::move(sender), message);
  return message;
}
[[nodiscard]] inline Message message_of(const Entry& entry, std::string chat_id, UserPtr sender) {
  return message_of(Entry{entry}, std::move(chat_id), std::move(sender));
}

/// The row of a message by its pos; none when no message is there.
[[nodiscard]] std::optional<Entry> message_at(Pos pos, Reader& reader);

/// The fact that a row stands for, as it was told when it was committed, with the audience as
/// it is now. A message that was changed since shows what it has become. nullptr when the reader
/// has failed or the row's chat is not there.
[[nodiscard]] FactPtr fact_of(const Entry& entry, Reader& reader);

/// The same of a row of that chat, with this audience.
[[nodiscard]] FactPtr fact_of(const Entry& entry, const Chat& chat, AudiencePtr audience,
                              Reader& reader);

/// The newest message of the chat that is not deleted.
[[nodiscard]] std::optional<Message> last_message_of(const Chat& chat, Reader& reader);

/// What is left to those to whom `message` was news until it was deleted; `unread` counts for one
/// member. Time  Counts once for all members with the same cursor who wrote nothing after it.
[[nodiscard]] std::vector<Unread> unread_after_deletion(
    const Chat& chat, const Audience& audience, const Entry& message,
    const std::function<std::int64_t(const Member&)>& unread);

/// How many messages are news to the member, `uncounted` of those after its cursor left out.
[[nodiscard]] std::int64_t unread_of(const Chat& chat, const Member& member,
                                     std::int64_t uncounted);

}  // namespace veche::domain
