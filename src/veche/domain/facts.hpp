#pragma once

/// @file
/// What a command says has happened. Facts are only written down here; nobody hears of them
/// before the transaction that made them has been committed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "veche/domain/model.hpp"

namespace veche::domain {

/// A chat began. The participants see it with nothing unread.
struct ChatCreated {
  std::shared_ptr<const ChatView> chat;
  std::string client_chat_id;  ///< what the creator called it, may be empty
};
struct MessagePosted {
  AudiencePtr audience;
  Message message;
};
struct ChatDeleted {
  std::string chat_id;
  Rev rev{};
  AudiencePtr audience;  ///< those who took part until now
};
/// How much of a chat is news to one user, after it has changed.
struct Unread {
  UserPtr user;
  Seq read_seq{};
  std::int64_t count{};
  std::optional<std::int64_t> total{};  ///< in all chats of the user; none when it is not known
};
struct ChatRead {
  std::string chat_id;
  Rev rev{};
  AudiencePtr audience;
  Unread reader;
};
/// Devices that may go on no longer. No chat's, and told to nobody but these devices.
struct SessionsRevoked {
  UserPtr user;
  std::vector<std::string> session_ids;
  bool is_erasure{};  ///< the user has gone, and with it every device, whosesoever its token
};

/// A message has another text, or is gone; its rev is that of this change.
struct MessageEdited {
  AudiencePtr audience;
  Message message;
};
struct MessageDeleted {
  AudiencePtr audience;
  Message message;  ///< without its text
  UserPtr deleted_by;
  std::optional<Message> last_message;  ///< the newest that the chat has left
  std::vector<Unread> unread;           ///< of those to whom the message was news
};

/// What somebody changes of a chat; none stays as it is.
struct ChatChanges {
  std::optional<std::string> name{};
  std::optional<std::string> avatar{};
  std::optional<std::string> description{};
};
struct ChatUpdated {
  std::string chat_id;
  Rev rev{};
  AudiencePtr audience;
  ChatChanges changes;
};

struct MembersAdded {
  std::string chat_id{};
  Rev rev{};
  std::shared_ptr<const ChatView> chat{};  ///< as the new ones see it; its participants are told
  std::vector<UserPtr> users{};            ///< the new ones, in the order of their refs
  UserPtr by{};
};
/// Somebody was removed, or left (then `by` is the same).
struct MemberRemoved {
  std::string chat_id{};
  Rev rev{};
  AudiencePtr audience{};  ///< the others
  UserPtr user{};
  UserPtr by{};
};
struct RoleChanged {
  std::string chat_id{};
  Rev rev{};
  AudiencePtr audience{};
  UserPtr user{};
  Role role{};
  UserPtr by{};
};

using Happening =
    std::variant<ChatCreated, MessagePosted, ChatDeleted, ChatRead, MessageEdited, MessageDeleted,
                 ChatUpdated, MembersAdded, MemberRemoved, RoleChanged, SessionsRevoked>;

/// One durable change, at its place in the one order.
struct Fact {
  Pos pos{};
  Happening what;
};

/// Whether somebody loses a chat by it.
[[nodiscard]] inline bool takes_chat_away(const Happening& what) {
  return std::holds_alternative<MemberRemoved>(what) || std::holds_alternative<ChatDeleted>(what);
}

/// Whether somebody loses by it what a loop goes by: a chat, or the right to come. The answer to
/// whoever did it waits until every loop has heard.
[[nodiscard]] inline bool takes_away(const Happening& what) {
  return takes_chat_away(what) || std::holds_alternative<SessionsRevoked>(what);
}

/// Shared by every loop that tells its sockets.
using FactPtr = std::shared_ptr<const Fact>;

}  // namespace veche::domain
