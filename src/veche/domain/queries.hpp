#pragma once

/// @file
/// What may be read, and by whom. Runs on the readers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/people.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// Some of the members of a chat.
struct MemberPage {
  struct Row {
    Member member{};
    UserPtr user{};
  };
  std::vector<Row> rows{};
  std::size_t total{};
};

/// A place in a list of chats as a client knows it: the chat that was shown last, as it was.
struct ChatsCursor {
  WallTime updated{};
  std::string chat_id{};
};

/// The questions a user may ask.
///
///     Queries{reader, user_id}.messages(chat_id, {.limit = 50});
///
/// Threads   The reader's. Lifetime  Made anew for each job. Errors  Errc::unauthorized when the
/// user is not there; Errc::not_found for strangers as for a chat that is not there.
class Queries {
 public:
  Queries(Reader& reader, std::string_view user_id);

  [[nodiscard]] Result<UserPtr> me() const;
  /// The same user's questions about others.
  [[nodiscard]] People people() const { return People{reader_, user_}; }
  /// Newest first, those after the cursor when there is one, with few members each; at most
  /// `limit`, which is brought into 1 to 1000.
  [[nodiscard]] Result<std::vector<ChatView>> chats(
      std::int64_t limit = 1000, const std::optional<ChatsCursor>& after = std::nullopt) const;
  /// With few members, as in chats().
  [[nodiscard]] Result<ChatView> chat(std::string_view chat_id) const;
  /// The user's devices, the oldest first.
  [[nodiscard]] Result<std::vector<SessionRow>> sessions(WallTime now) const;
  /// In the order in which the users came to be; `limit` is brought into 1 to 200.
  [[nodiscard]] Result<MemberPage> members(std::string_view chat_id, std::int64_t skip,
                                           std::int64_t limit) const;
  /// The chat with that user, none when there is none. Errc::not_found for an unknown user,
  /// Errc::validation for oneself.
  [[nodiscard]] Result<std::optional<ChatView>> personal_with(std::string_view user_id) const;
  /// Stops at 256 KiB of text with has_more set; the limit is brought into 1 to 200. Time  With
  /// created_before, besides the page, one message for each halving of the chat.
  [[nodiscard]] Result<Page> messages(std::string_view chat_id, const Window& window) const;

  /// One message; no_message() for strangers as for one that is not there.
  [[nodiscard]] Result<Message> message(std::string_view message_id) const;

 private:
  /// The chat when the user takes part in it.
  [[nodiscard]] Result<Chat> visible(std::string_view chat_id) const;
  /// The first message that was created then or later; last_seq + 1 when there is none.
  [[nodiscard]] Seq first_since(const Chat& chat, WallTime time) const;
  [[nodiscard]] ChatView view_of(Chat chat) const;

  Reader& reader_;
  UserPtr user_;
};

}  // namespace veche::domain
