#pragma once

/// @file
/// The rows a writer has at hand: what it remembers, what it has changed, and how to undo it.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/model.hpp"
#include "veche/domain/remembered.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// Chats and users in memory in front of the store, with the open transaction's changes.
///
///     rows.enter(Writes::many);
///     HeldChat* chat = rows.chat(id);
///     rows.change(*chat).chat.name = "new";
///     rows.undo();                              // or keep(), and commit() after the last
///
/// Memory    Grows with what one transaction touches, then shrinks to the limits given.
/// Threads   The writer's only. Errors  As the store: commit() tells.
/// Lifetime  References hold until the command ends.
class WorkingSet {
 public:
  /// A chat as the writer holds it.
  struct HeldChat {
    Chat chat;
    AudiencePtr audience;  ///< none until somebody asks, and after the membership has changed
    bool is_dirty{};       ///< at the commit there is something to be written: what a fact moves
    bool is_row_dirty{};   ///< and all else of the chat's own row
    std::vector<UserRef> dirty_members;  ///< to be written or deleted; some perhaps named twice
    std::vector<UserRef> dirty_senders;  ///< the same, but only what their own messages move
  };

  explicit WorkingSet(Store& store) : store_{store}, head_{store.head()} {}

  void enter(Writes writes);
  void keep();
  void undo();
  /// Writes what is dirty and commits. When that fails nothing is stored and nothing remembered.
  [[nodiscard]] Result<void> commit();
  /// Gives the transaction up: nothing of it is stored, and nothing remembered.
  void rollback();
  void trim(std::size_t chats_kept, std::size_t members_kept, std::size_t users_kept);

  [[nodiscard]] UserPtr user(UserRef ref);
  [[nodiscard]] UserPtr user(std::string_view id);
  [[nodiscard]] HeldChat* chat(ChatRef ref);
  [[nodiscard]] HeldChat* chat(std::string_view id);
  [[nodiscard]] AudiencePtr audience(HeldChat& held);
  [[nodiscard]] std::int64_t unread(const Chat& chat, const Member& member);
  /// Over all chats of the user: what the store says, but for chats that have changed since.
  [[nodiscard]] std::int64_t unread_in_all(UserRef user);

  UserPtr insert(Account account);
  /// Time  Looks at every chat that is remembered.
  void update(const Account& account);
  HeldChat& insert(Chat chat);
  /// The same chat, its row now to be written.
  HeldChat& change(HeldChat& held);
  /// The same, but only what Store::advance_chat() writes.
  HeldChat& advance(HeldChat& held);
  /// A row of the same chat, now to be written. Needs a member.
  Member& change_member(HeldChat& held, UserRef user);
  /// The same, but only what Store::advance_member() writes, and nullptr for one who is no member.
  /// Needs a chat that advance() has returned.
  Member* advance_member(HeldChat& held, UserRef user);
  /// Takes the row of a member out, now to be deleted.
  void remove_member(HeldChat& held, UserRef user);
  /// Appends to the log at the next pos, which is the answer.
  Pos append(Entry& entry);
  void update(const Entry& message);
  /// Before a write that goes past this set to the store.
  void before_write();

  [[nodiscard]] Pos head() const { return head_; }
  [[nodiscard]] std::size_t chats_held() const { return chats_.size(); }
  [[nodiscard]] std::size_t users_held() const { return users_.size(); }

 private:
  UserPtr remember(const Account& account);
  HeldChat& remember(Chat chat);
  void copy_for_undo(const HeldChat& held);
  static Member* find_dirty(HeldChat& held, UserRef user, std::vector<UserRef>& dirty);
  void flush(HeldChat& held);
  void forget();

  Store& store_;
  Remembered<UserRef, UserPtr> users_;
  Remembered<ChatRef, HeldChat> chats_;
  std::vector<ChatRef> dirty_;  // some perhaps named twice
  Pos head_{};

  // The command that runs now.
  Writes writes_{Writes::once};
  bool has_written_{};
  bool is_doomed_{};  // the open transaction cannot be committed
  Pos head_before_{};
  std::vector<HeldChat> chats_before_;
  std::vector<ChatRef> chats_inserted_;
  std::vector<UserRef> users_changed_;
};

}  // namespace veche::domain
