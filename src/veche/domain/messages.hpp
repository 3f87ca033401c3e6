#pragma once

/// @file
/// The rules of messages (the seed's MessagesModule).

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct NewMessage {
  UserRef sender{};
  std::string chat_id{};
  std::string text{};
  std::string client_message_id{};  ///< 0 to 64 characters; empty: none
  std::string reply_to{};           ///< the id of a message of the chat; empty: none
  bool is_forwarded{};              ///< the text was somebody's before
};

struct Sent {
  std::shared_ptr<const Message> message;  ///< never null; the fact's own, when it is new
  bool is_duplicate{};                     ///< the original, stored before; nothing is told again
};

struct Edit {
  UserRef editor{};
  std::string message_id{};
  std::string text{};
  std::optional<Rev> if_rev{};  ///< the rev the message must have
};

struct Deletion {
  UserRef deleter{};
  std::string message_id{};
};

/// A string, not blank after trimming, at most 10,000 code points, no U+0000, valid UTF-8.
[[nodiscard]] Result<void> check_text(std::string_view text);

/// The commands on messages. Made anew for each command. Threads  The writer's only.
class Messages {
 public:
  explicit Messages(Transaction& transaction) : transaction_{transaction} {}

  /// Stores the message and writes down MessagePosted: one write, its last act.
  /// Errc::forbidden, "Access denied", for strangers, unknown and deleted chats alike;
  /// Errc::validation for the text, and for a replyTo that names no message of the chat;
  /// Errc::conflict when the key came with another body;
  /// Errc::read_only in a channel for plain members.
  [[nodiscard]] Result<Sent> send(NewMessage&& input);

  /// Gives a message another text and writes down MessageEdited; the same text again changes
  /// nothing. Errc::not_found, no_message(), for strangers, with another text for a deleted one;
  /// Errc::forbidden for all but the author and after 24 hours; Errc::read_only as for sends;
  /// Errc::validation for the text; Errc::conflict when the rev is another.
  [[nodiscard]] Result<Message> edit(const Edit& input);

  /// Takes a message's text away for all and writes down MessageDeleted; its seq stays. Gives
  /// the rev. The author may, and owners and admins where there are any; others get
  /// Errc::forbidden, strangers and those who come too late Errc::not_found as for edit().
  /// Time  Linear in the members to whom it was news and, for a chat's last message, in the
  /// deleted ones right before it.
  [[nodiscard]] Result<Rev> erase(const Deletion& input);

 private:
  struct Place {
    Entry entry{};
    const Chat* chat{};
    const Member* member{};
  };

  [[nodiscard]] bool is_in(const Chat& chat, std::string_view message_id);
  [[nodiscard]] Result<Place> find(UserRef user, std::string_view message_id);
  [[nodiscard]] Pos newest_before(const Chat& chat, Seq seq);
  [[nodiscard]] std::optional<Message> last_message(const Chat& chat);
  [[nodiscard]] std::vector<Unread> unread_without(const Chat& chat, const Entry& message);

  Transaction& transaction_;
};

}  // namespace veche::domain
