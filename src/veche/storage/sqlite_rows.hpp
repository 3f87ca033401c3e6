#pragma once

/// @file
/// The questions that the writer and the readers both ask of SQLite.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/store.hpp"
#include "veche/storage/sqlite_database.hpp"

namespace veche::storage {

/// Prepared questions over one connection.
///
///     SqliteRows rows{database};
///     auto chat = rows.chat_by_id("general");
///
/// Threads   The connection's. Errors  As the connection: nothing is found once it has failed.
/// Lifetime  Ends before the connection.
class SqliteRows {
 public:
  explicit SqliteRows(Database& database);

  [[nodiscard]] domain::Pos head();
  [[nodiscard]] std::optional<domain::Account> account(domain::UserRef ref);
  [[nodiscard]] std::optional<domain::Account> account_by_id(std::string_view id);
  [[nodiscard]] std::optional<domain::Account> account_by_email(std::string_view email);
  /// With its members.
  [[nodiscard]] std::optional<domain::Chat> chat(domain::ChatRef ref);
  [[nodiscard]] std::optional<domain::Chat> chat_by_id(std::string_view id);
  /// As ChatView shows it: the first members_shown_max members and the viewer's own row, the only
  /// one with last_own_seq and own_after.
  struct Shown {
    domain::Chat chat{};
    std::size_t member_count{};
  };
  [[nodiscard]] std::optional<Shown> shown_chat(domain::ChatRef ref, domain::UserRef viewer);
  [[nodiscard]] std::optional<domain::ChatRef> personal(domain::UserRef one, domain::UserRef other);
  [[nodiscard]] std::optional<domain::Entry> entry(domain::Pos pos);
  [[nodiscard]] std::vector<domain::Entry> entries_after(domain::Pos pos, std::int64_t limit);
  [[nodiscard]] std::int64_t uncounted(domain::ChatRef chat, domain::Seq after,
                                       domain::UserRef member);
  /// The chat's messages from `first` to `last`, ascending: a walk back along its facts, from the
  /// end or from the nearest mark. Time  At most some two marks' facts for each message, however
  /// many stand between two of them.
  [[nodiscard]] std::vector<domain::Entry> messages_between(const domain::Chat& chat,
                                                            domain::Seq first, domain::Seq last);
  [[nodiscard]] std::optional<domain::SessionRow> session(std::string_view id);
  [[nodiscard]] std::vector<domain::SessionRow> live_sessions_of(domain::UserRef user,
                                                                 WallTime now);

 private:
  domain::Pos mark_at_or_after(const domain::Chat& chat, domain::Seq seq);
  /// The row at `pos` when it is the chat's and names an older one, as in a sound log it does.
  std::optional<domain::Entry> fact_of(const domain::Chat& chat, domain::Pos pos);

  std::optional<domain::Chat> with_members(Rows rows);

  Statement head_;
  Statement account_;
  Statement account_by_id_;
  Statement account_by_email_;
  Statement chat_;
  Statement chat_by_id_;
  Statement personal_;
  Statement members_;
  Statement first_members_;
  Statement member_;
  Statement senders_;
  Statement sender_;
  Statement entry_;
  Statement entries_after_;
  Statement uncounted_;
  Statement mark_;
  Statement session_;
  Statement live_sessions_of_;
};

}  // namespace veche::storage
