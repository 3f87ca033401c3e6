#pragma once

/// @file
/// The rules of messages (the seed's MessagesModule).

#include <string>
#include <string_view>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct NewMessage {
  UserRef sender{};
  std::string chat_id{};
  std::string text{};
  std::string client_message_id{};  ///< 0 to 64 characters; empty: none
};

struct Sent {
  Message message{};
  bool is_duplicate{};  ///< the original, stored before; nothing is told again
};

/// A string, not blank after trimming, at most 10,000 code points, no U+0000, valid UTF-8.
[[nodiscard]] Result<void> check_text(std::string_view text);

/// The commands on messages. Made anew for each command. Threads  The writer's only.
class Messages {
 public:
  explicit Messages(Transaction& transaction) : transaction_{transaction} {}

  /// Stores the message and writes down MessagePosted: one write, its last act.
  /// Errc::forbidden, "Access denied", for strangers, unknown and deleted chats alike;
  /// Errc::validation for the text; Errc::conflict when the key came with another body;
  /// Errc::read_only in a channel for plain members.
  [[nodiscard]] Result<Sent> send(const NewMessage& input);

 private:
  Transaction& transaction_;
};

}  // namespace veche::domain
