#pragma once

/// @file
/// The things a chat is made of, as values: users, chats, members, messages.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/fixed_text.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"

namespace veche::domain {

/// The store's number for a user; never shown to clients.
enum class UserRef : std::int64_t { none = 0 };
/// The store's number for a chat; never shown to clients.
enum class ChatRef : std::int64_t { none = 0 };

/// A durable fact's place in the one order of the store: 1, 2, 3, no gaps.
using Pos = std::int64_t;
/// A message's ordinal in its chat: 1, 2, 3, no gaps.
using Seq = std::int64_t;
/// A chat's counter over all its durable facts: 1, 2, 3, no gaps.
using Rev = std::int64_t;

struct User {
  UserRef ref{};
  std::string id{};
  std::string name{};
  std::string email{};  ///< as given; empty when unknown
  std::string handle{};
  std::string avatar{};
  WallTime created{};
  bool is_erased{};  ///< has gone: the nameless sender of old messages, nobody else

  bool operator==(const User&) const = default;
};
/// Users are shared: a user who changes gets a new value, nobody's copy changes.
using UserPtr = std::shared_ptr<const User>;

/// A user with the secret that signs it in; never leaves the domain and the api's sign-in.
struct Account {
  UserPtr user{};
  std::string password_hash{};  ///< empty: signs in by a foreign token only
};

enum class ChatType : std::uint8_t { personal, group, channel };
enum class Role : std::uint8_t { owner, admin, member };
enum class MessageType : std::uint8_t { text, system };

struct Member {
  UserRef user{};
  Role role{Role::member};
  Seq joined_seq{};          ///< messages up to here are no news to this member
  Seq read_seq{};            ///< a cursor that only rises
  Seq delivered_seq{};       ///< a cursor that only rises
  Seq last_own_seq{};        ///< the last message of this member's own
  std::int64_t own_after{};  ///< own messages after max(read_seq, joined_seq)
  WallTime joined_at{};
  bool is_muted{};

  /// Where this member's news begin: messages after it may be unread.
  [[nodiscard]] Seq cursor() const { return read_seq > joined_seq ? read_seq : joined_seq; }

  bool operator==(const Member&) const = default;
};

/// The users of a chat, in the order of their refs; shared by every fact of the chat until the
/// membership changes.
struct Audience {
  std::vector<UserPtr> users{};
};
using AudiencePtr = std::shared_ptr<const Audience>;

struct Chat {
  ChatRef ref{};
  std::string id{};
  ChatType type{ChatType::personal};
  std::string name{};
  std::string avatar{};
  std::string description{};
  Seq last_seq{};
  Rev rev{};
  Pos head{};          ///< the newest fact of the chat; each entry names the one before
  Pos last_message{};  ///< the newest message that is not deleted; 0 when there is none
  WallTime created{};
  WallTime updated{};  ///< of the newest message, or of the creation: what lists sort by
  bool is_deleted{};
  std::vector<Member> members{};  ///< in the order of their refs

  /// The member that is `user`, or nullptr.
  [[nodiscard]] const Member* find(UserRef user) const;
  [[nodiscard]] Member* find(UserRef user);
};

struct Message {
  Pos pos{};
  std::string chat_id{};
  UserPtr sender{};  ///< none for a system message
  std::string text{};
  MessageType type{MessageType::text};
  Seq seq{};
  Rev rev{};
  std::string client_message_id{};  ///< empty when the sender gave none
  WallTime created{};
  WallTime updated{};
  std::optional<WallTime> edited{};
  bool is_deleted{};
  std::string reply_to{};  ///< the id of a message of this chat; empty when it answers none
  bool is_forwarded{};
};

/// 24 hex digits: 4 bytes of seconds, 8 of pos.
[[nodiscard]] FixedText<24> message_id(Pos pos, WallTime created);
/// The pos in an id that message_id() made; none for any other text.
[[nodiscard]] std::optional<Pos> pos_of_message_id(std::string_view id);

/// Whether `id` may name a user or a chat: 1 to 64 of A-Z a-z 0-9 _ -.
[[nodiscard]] bool is_id(std::string_view id);

/// A new id for a user, a chat or a session: 24 hex digits, 4 bytes of seconds and 8 random.
[[nodiscard]] std::string make_id(WallTime now, Rng& rng);

/// How many members a view of a large chat shows, the viewer's own row beside them.
inline constexpr std::size_t members_shown_max = 100;

/// A chat as somebody looks at it.
struct ChatView {
  Chat chat{};
  AudiencePtr participants{};
  std::optional<Message> last_message{};
  std::int64_t unread{};                      ///< the viewer's; 0 for a viewer who is no member
  std::optional<std::size_t> member_count{};  ///< when chat.members are not all of them
};

/// Leaves the members that a view shows to `viewer`; gives how many there were.
std::size_t keep_shown(std::vector<Member>& members, UserRef viewer);

}  // namespace veche::domain
