#pragma once

/// @file
/// The rules of reading: cursors that only rise (CONTRACT section 6, "Unread").

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

/// How far somebody has read: up to a message, or up to a seq of a chat, or all of it.
struct ReadMark {
  UserRef reader{};
  std::string chat_id{};     ///< empty when there is a message_id
  std::string message_id{};  ///< empty when there is a chat_id
  std::optional<Seq> seq{};  ///< none: all
};

/// Where the reader stands now.
struct ReadOutcome {
  std::int64_t updated_count{};            ///< messages that were unread and are no longer
  std::vector<std::string> message_ids{};  ///< the first 100 of these
  Seq read_seq{};
  std::int64_t unread{};
};

/// The commands on read cursors. Made anew for each command. Threads  The writer's only.
class Reads {
 public:
  explicit Reads(Transaction& transaction) : transaction_{transaction} {}

  /// Moves the cursor up and writes down ChatRead: one write, its last act. Does neither when
  /// the reader is there already. Errc::not_found, no_chat(), for strangers.
  /// Time  Asks for the messages that were read, up to the first 100 to name, and, when the
  /// reader has written beyond the cursor, for those on the shorter side of it.
  [[nodiscard]] Result<ReadOutcome> mark(const ReadMark& input);

 private:
  struct Place {
    const Chat* chat{};
    const Member* member{};
    Seq seq{};
  };

  [[nodiscard]] Result<Place> find(const ReadMark& input);
  [[nodiscard]] std::int64_t own_after(const Place& place, Seq cursor);
  [[nodiscard]] std::int64_t own_between(const Place& place, Seq first, Seq last);
  [[nodiscard]] std::vector<std::string> news_between(const Place& place, Seq first, Seq last);

  Transaction& transaction_;
};

}  // namespace veche::domain
