#pragma once

/// @file
/// Reads what a SqliteStore has committed, on a connection of its own.

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/domain/store.hpp"
#include "veche/storage/sqlite_rows.hpp"

namespace veche::storage {

/// A Reader over SQLite: between begin() and end() it sees one state of the whole database.
///
///     reader->begin();
///     auto page = reader->messages(chat, {.limit = 50});
///     reader->end();
///
/// Threads   One at a time, beside the writer. Memory  A page cache, and a job's users until
/// its end. Errors  failed() until the next begin(), or for good when the file is bad.
/// Lifetime  Ends before the store that opened it.
class SqliteReader final : public domain::Reader {
 public:
  explicit SqliteReader(std::unique_ptr<Database> database);

  void begin() override;
  void end() override;
  [[nodiscard]] bool failed() const override { return database_->failed(); }

  [[nodiscard]] domain::Pos head() override { return rows_.head(); }
  [[nodiscard]] std::optional<domain::Account> find_account(domain::UserRef ref) override;
  [[nodiscard]] std::optional<domain::Account> find_account_by_id(std::string_view id) override;
  [[nodiscard]] std::optional<domain::Account> find_account_by_email(
      std::string_view email) override;
  [[nodiscard]] domain::UserMatches find_users(const domain::UserSearch& search) override;
  [[nodiscard]] bool share_chat(domain::UserRef one, domain::UserRef other) override;
  [[nodiscard]] std::optional<domain::Chat> find_chat(domain::ChatRef ref) override;
  [[nodiscard]] std::optional<domain::Chat> find_chat_by_id(std::string_view id) override;
  [[nodiscard]] domain::AudiencePtr audience(const domain::Chat& chat) override;
  [[nodiscard]] std::optional<domain::ChatRef> find_personal(domain::UserRef one,
                                                             domain::UserRef other) override;
  [[nodiscard]] std::vector<domain::ChatView> chats_of(domain::UserRef user,
                                                       const domain::ChatsWindow& window) override;
  [[nodiscard]] domain::Page messages(const domain::Chat& chat,
                                      const domain::Window& window) override;
  [[nodiscard]] std::int64_t unread(const domain::Chat& chat,
                                    const domain::Member& member) override;
  [[nodiscard]] std::vector<domain::Entry> entries_after(domain::Pos pos,
                                                         std::int64_t limit) override;
  [[nodiscard]] std::vector<domain::Entry> entries_of_user_after(domain::UserRef user,
                                                                 domain::Pos pos,
                                                                 std::int64_t limit) override;
  [[nodiscard]] std::optional<domain::SessionRow> find_session(std::string_view id) override;
  [[nodiscard]] std::vector<domain::SessionRow> live_sessions_of(domain::UserRef user,
                                                                 WallTime now) override;

 private:
  domain::UserPtr user(domain::UserRef ref);
  domain::ChatView view(domain::Chat chat, domain::UserRef viewer);

  std::unique_ptr<Database> database_;
  SqliteRows rows_;
  Statement begin_;
  Statement end_;
  Statement chats_of_;
  Statement find_users_;
  Statement count_users_;
  Statement share_chat_;
  Statement changed_chats_;
  Statement removals_;
  std::unordered_map<domain::UserRef, domain::UserPtr> users_;  // of this job
};

}  // namespace veche::storage
