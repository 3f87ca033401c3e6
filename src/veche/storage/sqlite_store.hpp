#pragma once

/// @file
/// The store over SQLite, in a folder of its own.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/rng.hpp"
#include "veche/domain/store.hpp"
#include "veche/storage/data_folder.hpp"
#include "veche/storage/sqlite_rows.hpp"

namespace veche::storage {

/// Where the data is, and what the machine spends on it.
struct SqliteOptions {
  std::filesystem::path folder{};
  std::int64_t cache_kib{65'536};        ///< the writer's page cache
  std::int64_t reader_cache_kib{8'192};  ///< each reader's
  std::int64_t mmap_bytes{0};            ///< 0: read by read(2)
  /// Pages in the write-ahead log at which a commit also copies them to the database. Pages
  /// written again and again are copied once, so rarer is cheaper, and each time takes longer.
  std::int64_t checkpoint_pages{4000};
  std::int64_t wal_bytes_max{67'108'864};  ///< what its file shrinks to after a peak
};

/// A Store in one file, durable at each commit (write-ahead log, synchronous=FULL).
///
///     auto store = SqliteStore::open({.folder = "veche-data"}, rng);
///     if (!store) die(store.error().text);
///     auto reader = (*store)->open_reader();
///
/// Threads   The store on the writer's; open_reader() and verify() before it starts or there.
/// Memory    The page caches. Errors  As Store; after a failure of the disk or damage to the
/// file it stays failed: every commit answers Errc::io until the process opens it anew.
/// Lifetime  Outlives its readers, and holds its folder against other processes.
class SqliteStore final : public domain::Store {
 public:
  /// Opens or makes the database, and brings it to today's schema. Errc::conflict when another
  /// process has the folder; Errc::invalid for a database of a newer veche or of another
  /// program; Errc::io for missing rights, damage, or a file that is no database. The text
  /// names the path and is fit for a person.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options,
                                                                 Rng& rng);

  ~SqliteStore() override;

  [[nodiscard]] Result<std::unique_ptr<domain::Reader>> open_reader() const;
  /// One line about a database that holds together; see sqlite_verify.hpp. No transaction is
  /// open.
  [[nodiscard]] Result<std::string> verify();
  /// Why it failed, for the log; empty when it did not.
  [[nodiscard]] const std::string& failure() const { return database_->failure(); }

  [[nodiscard]] std::string epoch() override { return epoch_; }
  [[nodiscard]] domain::Pos head() override { return head_; }

  void begin() override;
  [[nodiscard]] Result<void> commit() override;
  void rollback() override;
  void savepoint() override;
  void release() override;
  void rollback_to_savepoint() override;
  [[nodiscard]] bool failed() const override { return database_->failed(); }

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
  struct Statements;

  SqliteStore(SqliteOptions options, DataFolder folder, std::filesystem::path file,
              std::unique_ptr<Database> database);
  domain::Seq seq_at(const domain::Entry& entry);
  void put_progress(domain::ChatRef ref, const domain::Chat& chat);
  /// Without what advance_member() writes.
  void put_member_row(domain::ChatRef chat, const domain::Member& member);

  SqliteOptions options_;
  DataFolder folder_;
  std::filesystem::path file_;
  std::unique_ptr<Database> database_;
  SqliteRows rows_;
  std::unique_ptr<Statements> statements_;
  std::string epoch_;
  domain::Pos head_{};
  domain::Pos appended_{};      // the newest pos of the open transaction
  domain::Pos at_savepoint_{};  // and what it was at the savepoint
};

}  // namespace veche::storage
