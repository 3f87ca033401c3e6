#pragma once

/// @file
/// What a MemoryStore has committed: the tables its readers look at.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "veche/domain/store.hpp"
#include "veche/storage/entry_log.hpp"

namespace veche::storage {

/// None for nullptr.
template <typename Row>
[[nodiscard]] std::optional<Row> copy_of(const Row* row) {
  return row == nullptr ? std::nullopt : std::optional<Row>{*row};
}

struct AccountInserted {
  domain::Account account{};
};
struct AccountUpdated {
  domain::Account account{};
};
struct ChatInserted {
  domain::Chat chat{};
};
struct ChatUpdated {
  domain::Chat row{};  ///< without members
};
struct ChatAdvanced {
  domain::ChatRef chat{};
  domain::Seq last_seq{};
  domain::Rev rev{};
  domain::Pos head{};
  domain::Pos last_message{};
  WallTime updated{};
};
struct MemberPut {
  domain::ChatRef chat{};
  domain::Member member{};
};
struct MemberAdvanced {
  domain::ChatRef chat{};
  domain::UserRef user{};
  domain::Seq last_own_seq{};
  std::int64_t own_after{};
};
struct MemberDeleted {
  domain::ChatRef chat{};
  domain::UserRef user{};
};
struct EntryUpdated {
  domain::Entry message{};
};
struct SessionPut {
  domain::SessionRow session{};
};
struct DeadSessionsDeleted {
  domain::UserRef user{};
  WallTime now{};

  [[nodiscard]] bool has_deleted(const domain::SessionRow& session) const {
    return session.user == user && session.is_dead(now);
  }
};

/// One write of a transaction. Log entries are kept apart, they are many.
using MemoryChange = std::variant<AccountInserted, AccountUpdated, ChatInserted, ChatUpdated,
                                  ChatAdvanced, MemberPut, MemberAdvanced, MemberDeleted,
                                  SessionPut, DeadSessionsDeleted, EntryUpdated>;

/// Sorts as Store::live_sessions_of() does, and leaves out those that are not live.
[[nodiscard]] std::vector<domain::SessionRow> live_among(std::vector<domain::SessionRow> sessions,
                                                         WallTime now);

/// The chat's own row: everything but its members.
[[nodiscard]] domain::Chat row_of(const domain::Chat& chat);
/// Replaces the row of a chat and leaves its members.
void set_row(domain::Chat& chat, domain::Chat row);
void advance(domain::Chat& chat, const ChatAdvanced& to);
void put_member(domain::Chat& chat, const domain::Member& member);
void advance_member(domain::Chat& chat, const MemberAdvanced& to);
void delete_member(domain::Chat& chat, domain::UserRef user);
/// What of a message can change.
void set_content(domain::Entry& message, const domain::Entry& changed);

/// The committed rows. Threads  Only what holds `mutex` (readers shared, the writer alone while
/// it changes them; the writer may look without). Memory  All of it, for ever.
class MemoryTables {
 public:
  std::shared_mutex mutex;

  void apply(MemoryChange change);
  void append(const StoredEntry& entry);

  [[nodiscard]] domain::Pos head() const { return static_cast<domain::Pos>(log_.size()); }
  [[nodiscard]] std::size_t accounts_count() const { return accounts_.size(); }
  [[nodiscard]] std::size_t chats_count() const { return chats_.size(); }

  // nullptr when there is none.
  [[nodiscard]] const domain::Account* account(domain::UserRef ref) const;
  [[nodiscard]] const domain::Account* account_by_id(std::string_view id) const;
  [[nodiscard]] const domain::Account* account_by_email(std::string_view folded) const;
  [[nodiscard]] const domain::Chat* chat(domain::ChatRef ref) const;
  [[nodiscard]] const domain::Chat* chat_by_id(std::string_view id) const;
  [[nodiscard]] const StoredEntry* entry(domain::Pos pos) const;
  /// The message with that ordinal.
  [[nodiscard]] const StoredEntry* message(domain::ChatRef chat, domain::Seq seq) const;
  [[nodiscard]] const domain::SessionRow* session(std::string_view id) const;
  /// All that are kept, in no promised order.
  [[nodiscard]] std::vector<domain::SessionRow> sessions_of(domain::UserRef user) const;

  /// The newest chat of the pair.
  [[nodiscard]] std::optional<domain::ChatRef> personal(domain::UserRef one,
                                                        domain::UserRef other) const;
  [[nodiscard]] std::optional<domain::Pos> client_key(domain::UserRef actor, domain::ChatRef chat,
                                                      std::string_view key) const;
  [[nodiscard]] std::int64_t uncounted(domain::ChatRef chat, domain::Seq after,
                                       domain::UserRef member) const;
  [[nodiscard]] std::vector<domain::ChatRef> chats_of(domain::UserRef user) const;

 private:
  using Pair = std::pair<domain::UserRef, domain::UserRef>;
  struct Silent {
    domain::Seq seq{};
    domain::UserRef actor{};
  };

  void apply_one(AccountInserted change);
  void apply_one(AccountUpdated change);
  void apply_one(ChatInserted change);
  void apply_one(ChatUpdated change);
  void apply_one(const ChatAdvanced& change);
  void apply_one(const MemberPut& change);
  void apply_one(const MemberAdvanced& change);
  void apply_one(const MemberDeleted& change);
  void apply_one(SessionPut change);
  void apply_one(const DeadSessionsDeleted& change);
  void apply_one(const EntryUpdated& change);

  std::deque<domain::Account> accounts_;  // by ref - 1
  std::unordered_map<std::string, domain::UserRef> accounts_by_id_;
  std::unordered_map<std::string, domain::UserRef> accounts_by_email_;
  std::deque<domain::Chat> chats_;  // by ref - 1
  std::unordered_map<std::string, domain::ChatRef> chats_by_id_;
  std::map<Pair, domain::ChatRef> personal_;
  std::unordered_map<domain::UserRef, std::vector<domain::ChatRef>> chats_of_;
  std::unordered_map<std::string, domain::SessionRow> sessions_;
  std::unordered_map<domain::UserRef, std::vector<std::string>> sessions_of_;
  EntryLog log_;                                                            // by pos - 1
  std::unordered_map<domain::ChatRef, std::vector<domain::Pos>> messages_;  // by seq - 1
  std::unordered_map<domain::ChatRef, std::vector<Silent>> uncounted_;
  std::unordered_map<std::string, domain::Pos> client_keys_;
};

}  // namespace veche::storage
