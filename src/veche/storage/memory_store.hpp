#pragma once

/// @file
/// A store that keeps nothing: for benchmarks, tests and the simulation.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/store.hpp"
#include "veche/storage/memory_tables.hpp"

namespace veche::storage {

/// A Store in memory. What it holds is gone when it ends.
///
///     MemoryStore store{"epoch"};
///     domain::Ledger ledger{store, rng};
///     auto reader = store.open_reader();
///
/// Threads   The store on the writer's, each reader on its own; a commit waits for readers that
///           are inside a call, never for a whole job. Memory  Everything, for ever.
/// Errors    None: it never fails. Lifetime  Readers may outlive it.
class MemoryStore : public domain::Store {
 public:
  explicit MemoryStore(std::string epoch);

  [[nodiscard]] std::unique_ptr<domain::Reader> open_reader() const;

  [[nodiscard]] std::string epoch() override { return epoch_; }
  [[nodiscard]] domain::Pos head() override { return tables_->head(); }

  void begin() override;
  [[nodiscard]] Result<void> commit() override;
  void rollback() override;
  void savepoint() override;
  void release() override;
  void rollback_to_savepoint() override;
  [[nodiscard]] bool failed() const override { return false; }

  [[nodiscard]] std::optional<domain::Account> find_account(domain::UserRef ref) override;
  [[nodiscard]] std::optional<domain::Account> find_account_by_id(std::string_view id) override;
  [[nodiscard]] std::optional<domain::Account> find_account_by_email(
      std::string_view email) override;
  [[nodiscard]] domain::UserRef insert_account(const domain::Account& account) override;
  void update_account(const domain::Account& account) override;

  [[nodiscard]] std::optional<domain::Chat> find_chat(domain::ChatRef ref) override;
  [[nodiscard]] std::optional<domain::Chat> find_chat_by_id(std::string_view id) override;
  [[nodiscard]] std::optional<domain::ChatRef> find_personal(domain::UserRef one,
                                                             domain::UserRef other) override;
  [[nodiscard]] domain::ChatRef insert_chat(const domain::Chat& chat) override;
  void update_chat(const domain::Chat& chat) override;
  void advance_chat(const domain::Chat& chat) override;
  void put_member(domain::ChatRef chat, const domain::Member& member) override;
  void advance_member(domain::ChatRef chat, const domain::Member& member) override;
  void delete_member(domain::ChatRef chat, domain::UserRef user) override;

  void append(const domain::Entry& entry) override;
  void update_entry(const domain::Entry& message) override;
  [[nodiscard]] std::optional<domain::Entry> find_entry(domain::Pos pos) override;
  [[nodiscard]] std::optional<domain::Entry> find_by_client_key(domain::UserRef actor,
                                                                domain::ChatRef chat,
                                                                std::string_view key) override;
  [[nodiscard]] std::int64_t uncounted(domain::ChatRef chat, domain::Seq after,
                                       domain::UserRef member) override;
  [[nodiscard]] std::vector<domain::Entry> messages_between(const domain::Chat& chat,
                                                            domain::Seq first,
                                                            domain::Seq last) override;
  [[nodiscard]] std::vector<domain::UnreadRow> unread_by_chat(domain::UserRef user) override;

  void put_session(const domain::SessionRow& session) override;
  [[nodiscard]] std::optional<domain::SessionRow> find_session(std::string_view id) override;
  [[nodiscard]] std::vector<domain::SessionRow> live_sessions_of(domain::UserRef user,
                                                                 WallTime now) override;
  void delete_dead_sessions(domain::UserRef user, WallTime now) override;

 private:
  /// As uncounted(), of what this transaction has deleted.
  [[nodiscard]] std::int64_t deleted_now(domain::ChatRef chat, domain::Seq after,
                                         domain::UserRef member) const;

  /// How much of the transaction was written when the savepoint was made.
  struct Savepoint {
    std::size_t changes{};
    std::size_t entries{};
    std::size_t accounts{};
    std::size_t chats{};
  };

  std::string epoch_;
  std::shared_ptr<MemoryTables> tables_;
  // The open transaction: what is written, and how many of it are new rows.
  std::vector<MemoryChange> changes_;
  EntryLog entries_;
  std::size_t accounts_inserted_{};
  std::size_t chats_inserted_{};
  Savepoint savepoint_;
};

}  // namespace veche::storage
