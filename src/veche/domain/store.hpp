#pragma once

/// @file
/// The narrow door to storage. SQLite, PostgreSQL and memory implement it in the storage layer,
/// and one contract test holds for all of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/model.hpp"

namespace veche::domain {

enum class EntryKind : std::uint8_t {
  message = 1,
  chat_created = 2,
  chat_deleted = 3,
  chat_read = 4,        ///< the body is the read cursor, in decimal
  chat_updated = 5,     ///< the body has a letter for each: n(ame), a(vatar), d(escription)
  message_edited = 6,   ///< the body is the message's pos, in decimal
  message_deleted = 7,  ///< the body is the message's pos, in decimal
  // The bodies of these three name members by ref, in decimal, with spaces between.
  member_added = 8,
  member_removed = 9,
  role_changed = 10,  ///< the ref, and the number of the role
  /// No chat's, so that chat, rev, seq and previous are 0; the body is the sessions' ids, with
  /// spaces between, and the actor is whose they were. A user who has gone has a * instead.
  sessions_revoked = 11,
};

/// What a user has not read in one chat.
struct UnreadRow {
  ChatRef chat{};
  std::int64_t unread{};
};

/// One row of the log: a fact as it is stored.
struct Entry {
  Pos pos{};
  ChatRef chat{};
  Rev rev{};
  Seq seq{};       ///< messages only, else 0
  Pos previous{};  ///< the chat's fact before this one, 0 for the first
  EntryKind kind{};
  UserRef actor{};           ///< none for what nobody did
  std::string body{};        ///< a message's text; for other kinds what the kind needs
  std::string client_key{};  ///< empty when the client gave none
  MessageType type{MessageType::text};
  WallTime created{};
  std::optional<WallTime> edited{};
  bool is_deleted{};
  Rev changed_rev{};       ///< the chat's rev when a message was last changed; 0: it never was
  std::string reply_to{};  ///< the id of the message it answers, empty when it answers none
  bool is_forwarded{};
};

/// A device's right to fresh tokens. The refresh token itself is never stored.
struct SessionRow {
  std::string id{};
  UserRef user{};
  std::string digest{};           ///< of the refresh token now valid
  std::string previous_digest{};  ///< of the one before, for parallel tabs and reuse detection
  WallTime rotated{};
  WallTime created{};
  WallTime expires{};
  WallTime access_ends{};  ///< when its last access token does
  bool is_revoked{};

  /// Whether its refresh token is good for anything.
  [[nodiscard]] bool is_live(WallTime now) const { return !is_revoked && expires > now; }
  /// Whether no token of it is good for anything, so that nobody need know of it any more.
  [[nodiscard]] bool is_dead(WallTime now) const { return !is_live(now) && access_ends <= now; }

  bool operator==(const SessionRow&) const = default;
};

/// Storage as the one writer uses it, inside one transaction at a time.
///
/// Errors    A statement that fails marks the transaction as failed: failed() says so, what
///           follows does nothing and finds nothing, and commit() answers Errc::io. Nothing
///           throws. Threads  The writer's only. Lifetime  Rows are values.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// Names this store for ever; renewed by a restore.
  [[nodiscard]] virtual std::string epoch() = 0;
  /// The pos of the newest committed fact, 0 in an empty store.
  [[nodiscard]] virtual Pos head() = 0;

  virtual void begin() = 0;
  /// After Errc::io nothing of the transaction is stored.
  [[nodiscard]] virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  /// One savepoint at a time; ended by one of the two that follow.
  virtual void savepoint() = 0;
  virtual void release() = 0;
  virtual void rollback_to_savepoint() = 0;
  [[nodiscard]] virtual bool failed() const = 0;

  [[nodiscard]] virtual std::optional<Account> find_account(UserRef ref) = 0;
  [[nodiscard]] virtual std::optional<Account> find_account_by_id(std::string_view id) = 0;
  /// Regardless of case.
  [[nodiscard]] virtual std::optional<Account> find_account_by_email(std::string_view email) = 0;
  /// The account's user has no ref yet; its id and (folded) email are free.
  [[nodiscard]] virtual UserRef insert_account(const Account& account) = 0;
  virtual void update_account(const Account& account) = 0;

  /// With its members.
  [[nodiscard]] virtual std::optional<Chat> find_chat(ChatRef ref) = 0;
  [[nodiscard]] virtual std::optional<Chat> find_chat_by_id(std::string_view id) = 0;
  /// The personal chat of two users. May still name one whose deletion is not written yet, so
  /// look whether it is deleted.
  [[nodiscard]] virtual std::optional<ChatRef> find_personal(UserRef one, UserRef other) = 0;
  /// With its members; the ref is still to be given.
  [[nodiscard]] virtual ChatRef insert_chat(const Chat& chat) = 0;
  /// The chat's own row, without its members, but with how many they are.
  virtual void update_chat(const Chat& chat) = 0;
  /// Of that row only what a fact moves: last_seq, rev, head, last_message and updated.
  virtual void advance_chat(const Chat& chat) = 0;
  /// Inserts or replaces.
  virtual void put_member(ChatRef chat, const Member& member) = 0;
  /// Of a member who is there only what the member's own messages move: last_own_seq and own_after.
  virtual void advance_member(ChatRef chat, const Member& member) = 0;
  virtual void delete_member(ChatRef chat, UserRef user) = 0;

  /// Appends; entry.pos is the pos of the entry before plus one.
  virtual void append(const Entry& entry) = 0;
  /// Writes the body, edited, is_deleted and changed_rev of a message that is there; the rest of
  /// its row stays. What is deleted here, once and for good, is news to nobody.
  virtual void update_entry(const Entry& message) = 0;
  [[nodiscard]] virtual std::optional<Entry> find_entry(Pos pos) = 0;
  /// The message that this sender gave this key in this chat.
  [[nodiscard]] virtual std::optional<Entry> find_by_client_key(UserRef actor, ChatRef chat,
                                                                std::string_view key) = 0;
  /// Messages of the chat after `after` that are no news to the member: deleted for all or
  /// system messages, not the member's own.
  [[nodiscard]] virtual std::int64_t uncounted(ChatRef chat, Seq after, UserRef member) = 0;
  /// The chat's messages from `first` to `last`, ascending. `chat.head` is its newest fact.
  [[nodiscard]] virtual std::vector<Entry> messages_between(const Chat& chat, Seq first,
                                                            Seq last) = 0;
  /// What the user has not read in each chat that is not deleted, going by the rows of chats and
  /// members as they are written.
  [[nodiscard]] virtual std::vector<UnreadRow> unread_by_chat(UserRef user) = 0;

  virtual void put_session(const SessionRow& session) = 0;
  [[nodiscard]] virtual std::optional<SessionRow> find_session(std::string_view id) = 0;
  /// Those of the user that are neither revoked nor over at `now`, the oldest first.
  [[nodiscard]] virtual std::vector<SessionRow> live_sessions_of(UserRef user, WallTime now) = 0;
  /// Deletes those of the user that are dead at `now`.
  virtual void delete_dead_sessions(UserRef user, WallTime now) = 0;
};

/// Who is looked for.
struct UserSearch {
  std::string text{};  ///< part of a name or a handle, or a whole email; folded, not empty
  std::int64_t limit{20};
  std::int64_t skip{};
};

struct UserMatches {
  std::vector<UserPtr> users{};  ///< by name
  std::int64_t total{};          ///< all that match
};

/// Which messages of a chat.
struct Window {
  enum class From : std::uint8_t { newest, before, after, around, skip };
  From from{From::newest};
  Seq seq{};               ///< not for newest; for skip, how many of the newest are left out
  std::int64_t limit{50};  ///< brought into 1 to 200
  /// With `before`, instead of a seq: messages created before that. Queries finds the seq.
  std::optional<WallTime> created_before{};
};

/// Which chats of a user, in the order of the list: by `updated`, then by ref, newest first.
struct ChatsWindow {
  struct Place {
    WallTime updated{};
    ChatRef chat{};
  };
  std::int64_t limit{1000};
  std::optional<Place> after{};  ///< those that come after it; none: from the first
};

struct Page {
  std::vector<Message> messages{};  ///< ascending
  bool has_more{};                  ///< further ones in the direction that was asked for
};

/// Storage as the readers use it: one consistent snapshot for each job. Const, never waits for
/// the writer.
///
/// Errors    As Store: failed() after the job. Threads  One reader, one thread at a time.
class Reader {
 public:
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  virtual ~Reader() = default;

  virtual void begin() = 0;
  virtual void end() = 0;
  [[nodiscard]] virtual bool failed() const = 0;

  [[nodiscard]] virtual Pos head() = 0;
  [[nodiscard]] virtual std::optional<Account> find_account(UserRef ref) = 0;
  [[nodiscard]] virtual std::optional<Account> find_account_by_id(std::string_view id) = 0;
  [[nodiscard]] virtual std::optional<Account> find_account_by_email(std::string_view email) = 0;
  /// Time  Looks at every user.
  [[nodiscard]] virtual UserMatches find_users(const UserSearch& search) = 0;
  /// Whether the two take part in a chat that is not deleted.
  [[nodiscard]] virtual bool share_chat(UserRef one, UserRef other) = 0;
  [[nodiscard]] virtual std::optional<Chat> find_chat(ChatRef ref) = 0;
  [[nodiscard]] virtual std::optional<Chat> find_chat_by_id(std::string_view id) = 0;
  [[nodiscard]] virtual AudiencePtr audience(const Chat& chat) = 0;
  /// The personal chat of two users, deleted or not; the newest when there were several.
  [[nodiscard]] virtual std::optional<ChatRef> find_personal(UserRef one, UserRef other) = 0;
  /// The chats of a user that are not deleted. Views are the user's and show few members: the
  /// first members_shown_max and the user's own row, and of participants no others.
  [[nodiscard]] virtual std::vector<ChatView> chats_of(UserRef user, const ChatsWindow& window) = 0;
  [[nodiscard]] virtual Page messages(const Chat& chat, const Window& window) = 0;
  /// Messages that count as unread for the member (CONTRACT: Rules).
  [[nodiscard]] virtual std::int64_t unread(const Chat& chat, const Member& member) = 0;
  /// The log after `pos`, ascending.
  [[nodiscard]] virtual std::vector<Entry> entries_after(Pos pos, std::int64_t limit) = 0;
  /// The same, of one user alone: the facts of the chats in which the user takes part now, deleted
  /// ones among them, and of other chats the removals of the user. Up to `limit`, which is at
  /// least 0: any of them when there are more. Time  Grows with what it gives, and the chats
  /// of the user.
  [[nodiscard]] virtual std::vector<Entry> entries_of_user_after(UserRef user, Pos pos,
                                                                 std::int64_t limit) = 0;
  [[nodiscard]] virtual std::optional<SessionRow> find_session(std::string_view id) = 0;
  /// As Store's.
  [[nodiscard]] virtual std::vector<SessionRow> live_sessions_of(UserRef user, WallTime now) = 0;
};

}  // namespace veche::domain
