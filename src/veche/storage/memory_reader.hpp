#pragma once

/// @file
/// Reads what a MemoryStore has committed.

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/domain/store.hpp"
#include "veche/storage/memory_tables.hpp"

namespace veche::storage {

/// A Reader over memory. Each call sees what was committed before it; as everything else is
/// asked by the chat that a job found first, and the log keeps its rows, a job sees one state of
/// that chat, but for messages that are edited or deleted meanwhile.
///
/// Threads   One at a time, beside the writer. Errors  None. Lifetime  Keeps the rows alive.
class MemoryReader : public domain::Reader {
 public:
  explicit MemoryReader(std::shared_ptr<MemoryTables> tables) : tables_{std::move(tables)} {}

  void begin() override {}
  void end() override {}
  [[nodiscard]] bool failed() const override { return false; }

  [[nodiscard]] domain::Pos head() override;
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
  std::shared_ptr<MemoryTables> tables_;
};

}  // namespace veche::storage
