#pragma once

/// @file
/// The rules of chats (the seed's ChatsModule).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct NewChat {
  UserRef creator{};
  ChatType type{ChatType::personal};
  std::vector<std::string> participant_ids{};  ///< without or with the creator
  std::string name{};                          ///< groups and channels
  std::string client_chat_id{};
  std::string id{};           ///< empty: veche makes one (imports bring their own)
  std::string avatar{};       ///< groups and channels
  std::string description{};  ///< groups and channels
};

struct CreatedChat {
  ChatView chat{};
  bool existed{};  ///< a personal chat exists once a pair
};

/// How many may take part in one chat.
inline constexpr std::size_t members_max = 10'000;

/// How a member sees a chat, asked of the store that is being written; whoever is no member has
/// nothing unread.
[[nodiscard]] ChatView view_of(const Chat& chat, UserRef viewer, Transaction& transaction);

/// Where a socket stands that joined a chat.
struct Joined {
  Seq last_seq{};
  Rev rev{};
  Seq read_seq{};
};

/// The commands on chats. Made anew for each command. Threads  The writer's only.
class Chats {
 public:
  explicit Chats(Transaction& transaction) : transaction_{transaction} {}

  /// Errc::validation for a wrong shape (nobody, oneself in a personal chat, no name for a
  /// group), Errc::not_found for an unknown participant, Errc::conflict for a taken id.
  [[nodiscard]] Result<CreatedChat> create(const NewChat& input);

  /// Errc::forbidden, "Access denied", for strangers, unknown and deleted chats alike.
  [[nodiscard]] Result<Joined> join(UserRef user, std::string_view chat_id);

  /// Owner and admins, of what is not personal. Errc::not_found, no_chat(), for strangers;
  /// Errc::forbidden for members without the right; Errc::validation for the values. What is so
  /// already is no change, and without one nothing is written.
  [[nodiscard]] Result<ChatView> update(UserRef user, std::string_view chat_id,
                                        ChatChanges changes);

  /// Either side of a personal chat, the owner of others. Errc::not_found for strangers,
  /// Errc::forbidden for members without the right.
  [[nodiscard]] Result<Rev> erase(UserRef user, std::string_view chat_id);

 private:
  Transaction& transaction_;
};

}  // namespace veche::domain
