#pragma once

/// @file
/// Who may know of what. To a stranger a chat or a message is not there.

#include <optional>
#include <string_view>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

/// What a stranger learns, and whoever asks for what is not there: Errc::not_found.
[[nodiscard]] Error no_chat();
[[nodiscard]] Error no_message();

/// Whether a failure is one of these two. Over a socket they read `Access denied` (CONTRACT R9).
[[nodiscard]] bool is_hidden(const Error& error);

/// The member that is `user`; nullptr for strangers, and when the chat is deleted or nullptr.
[[nodiscard]] const Member* member_of(const Chat* chat, UserRef user);

/// The row of a message, by the id that clients know.
[[nodiscard]] std::optional<Entry> message_entry(Transaction& transaction, std::string_view id);

}  // namespace veche::domain
