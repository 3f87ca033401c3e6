#include "veche/storage/sqlite_rows.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "veche/domain/text.hpp"
#include "veche/storage/sqlite_schema.hpp"

namespace veche::storage {
namespace {

using domain::Account;
using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::UserRef;

constexpr const char* account_sql =
    "SELECT ref, id, name, email, handle, avatar, created, password_hash, is_erased FROM users "
    "WHERE ref=?1";
constexpr const char* account_by_id_sql =
    "SELECT ref, id, name, email, handle, avatar, created, password_hash, is_erased FROM users "
    "WHERE id=?1";
constexpr const char* account_by_email_sql =
    "SELECT ref, id, name, email, handle, avatar, created, password_hash, is_erased FROM users "
    "WHERE email_key=?1";
constexpr const char* chat_sql =
    "SELECT ref, id, type, name, avatar, description, last_seq, rev, head, last_message, created, "
    "updated, is_deleted, member_count FROM chats JOIN progress ON chat=ref WHERE ref=?1";
constexpr const char* chat_by_id_sql =
    "SELECT ref, id, type, name, avatar, description, last_seq, rev, head, last_message, created, "
    "updated, is_deleted FROM chats JOIN progress ON chat=ref WHERE id=?1";
constexpr const char* personal_sql = "SELECT chat FROM personal WHERE one=?1 AND other=?2";
constexpr const char* first_members_sql =
    "SELECT user, role, joined_seq, read_seq, delivered_seq, joined_at, is_muted FROM members "
    "WHERE chat=?1 ORDER BY user LIMIT ?2";
constexpr const char* member_sql =
    "SELECT user, role, joined_seq, read_seq, delivered_seq, joined_at, is_muted FROM members "
    "WHERE chat=?1 AND user=?2";
constexpr const char* members_sql =
    "SELECT user, role, joined_seq, read_seq, delivered_seq, joined_at, is_muted FROM members "
    "WHERE chat=?1 ORDER BY user";
constexpr const char* sender_sql =
    "SELECT user, last_own_seq, own_after FROM senders WHERE chat=?1 AND user=?2";
constexpr const char* senders_sql =
    "SELECT user, last_own_seq, own_after FROM senders WHERE chat=?1 ORDER BY user";
constexpr const char* entry_sql =
    "SELECT pos, chat, rev, seq, previous, kind, actor, body, client_key, type, created, edited, "
    "is_deleted, changed_rev, reply_to, is_forwarded FROM log WHERE pos=?1";
constexpr const char* entries_after_sql =
    "SELECT pos, chat, rev, seq, previous, kind, actor, body, client_key, type, created, edited, "
    "is_deleted, changed_rev, reply_to, is_forwarded FROM log WHERE pos>?1 ORDER BY pos LIMIT ?2";
constexpr const char* uncounted_sql =
    "SELECT count(*) FROM uncounted WHERE chat=?1 AND seq>?2 AND actor<>?3";

constexpr const char* mark_sql =
    "SELECT pos FROM marks WHERE chat=?1 AND seq>=?2 ORDER BY seq, rev LIMIT 1";

constexpr const char* session_sql =
    "SELECT id, user, digest, previous_digest, rotated, created, expires, access_ends, is_revoked "
    "FROM sessions WHERE id=?1";
constexpr const char* live_sessions_sql =
    "SELECT id, user, digest, previous_digest, rotated, created, expires, access_ends, is_revoked "
    "FROM sessions WHERE user=?1 AND is_revoked=0 AND expires>?2 ORDER BY created, id";

std::optional<Account> account_of(Rows rows) {
  if (!rows.next()) return std::nullopt;
  auto user = std::make_shared<domain::User>(domain::User{.ref = rows.as<UserRef>(0),
                                                          .id = rows.text(1),
                                                          .name = rows.text(2),
                                                          .email = rows.text(3),
                                                          .handle = rows.text(4),
                                                          .avatar = rows.text(5),
                                                          .created = rows.time(6),
                                                          .is_erased = rows.flag(8)});
  return Account{std::move(user), rows.text(7)};
}

Chat chat_of(const Rows& row) {
  return {.ref = row.as<ChatRef>(0),
          .id = row.text(1),
          .type = row.as<domain::ChatType>(2),
          .name = row.text(3),
          .avatar = row.text(4),
          .description = row.text(5),
          .last_seq = row.number(6),
          .rev = row.number(7),
          .head = row.number(8),
          .last_message = row.number(9),
          .created = row.time(10),
          .updated = row.time(11),
          .is_deleted = row.flag(12)};
}

domain::Member member_of(const Rows& row) {
  return {.user = row.as<UserRef>(0),
          .role = row.as<domain::Role>(1),
          .joined_seq = row.number(2),
          .read_seq = row.number(3),
          .delivered_seq = row.number(4),
          .joined_at = row.time(5),
          .is_muted = row.flag(6)};
}

/// Into those of `members`, which stand in order, that `senders` names.
void add_senders(std::vector<domain::Member>& members, Rows senders) {
  auto member = members.begin();
  while (senders.next()) {
    const auto user = senders.as<UserRef>(0);
    while (member != members.end() && member->user < user) ++member;
    if (member == members.end()) return;
    if (member->user != user) continue;
    member->last_own_seq = senders.number(1);
    member->own_after = senders.number(2);
  }
}

Entry entry_of(const Rows& row) {
  return {.pos = row.number(0),
          .chat = row.as<ChatRef>(1),
          .rev = row.number(2),
          .seq = row.number(3),
          .previous = row.number(4),
          .kind = row.as<domain::EntryKind>(5),
          .actor = row.as<UserRef>(6),
          .body = row.text(7),
          .client_key = row.text(8),
          .type = row.as<domain::MessageType>(9),
          .created = row.time(10),
          .edited = row.optional_time(11),
          .is_deleted = row.flag(12),
          .changed_rev = row.number(13),
          .reply_to = row.text(14),
          .is_forwarded = row.flag(15)};
}

domain::SessionRow session_of(const Rows& row) {
  return {.id = row.text(0),
          .user = row.as<UserRef>(1),
          .digest = row.text(2),
          .previous_digest = row.text(3),
          .rotated = row.time(4),
          .created = row.time(5),
          .expires = row.time(6),
          .access_ends = row.time(7),
          .is_revoked = row.flag(8)};
}

}  // namespace

SqliteRows::SqliteRows(Database& database)
    : head_{database, "SELECT max(pos) FROM log"},
      account_{database, account_sql},
      account_by_id_{database, account_by_id_sql},
      account_by_email_{database, account_by_email_sql},
      chat_{database, chat_sql},
      chat_by_id_{database, chat_by_id_sql},
      personal_{database, personal_sql},
      members_{database, members_sql},
      first_members_{database, first_members_sql},
      member_{database, member_sql},
      senders_{database, senders_sql},
      sender_{database, sender_sql},
      entry_{database, entry_sql},
      entries_after_{database, entries_after_sql},
      uncounted_{database, uncounted_sql},
      mark_{database, mark_sql},
      session_{database, session_sql},
      live_sessions_of_{database, live_sessions_sql} {}

domain::Pos SqliteRows::head() {
  auto rows = head_.rows();
  return rows.next() ? rows.number(0) : 0;
}

std::optional<Account> SqliteRows::account(UserRef ref) { return account_of(account_.rows(ref)); }

std::optional<Account> SqliteRows::account_by_id(std::string_view id) {
  return account_of(account_by_id_.rows(id));
}

std::optional<Account> SqliteRows::account_by_email(std::string_view email) {
  const auto folded = domain::fold_case(email);
  return account_of(account_by_email_.rows(folded));
}

std::optional<Chat> SqliteRows::chat(ChatRef ref) { return with_members(chat_.rows(ref)); }

std::optional<Chat> SqliteRows::chat_by_id(std::string_view id) {
  return with_members(chat_by_id_.rows(id));
}

std::optional<Chat> SqliteRows::with_members(Rows rows) {
  if (!rows.next()) return std::nullopt;
  auto chat = chat_of(rows);
  auto members = members_.rows(chat.ref);
  while (members.next()) chat.members.push_back(member_of(members));
  add_senders(chat.members, senders_.rows(chat.ref));
  return chat;
}

std::optional<SqliteRows::Shown> SqliteRows::shown_chat(ChatRef ref, UserRef viewer) {
  auto rows = chat_.rows(ref);
  if (!rows.next()) return std::nullopt;
  constexpr auto shown_max = static_cast<std::int64_t>(domain::members_shown_max);
  Shown shown{chat_of(rows), static_cast<std::size_t>(rows.number(13))};
  auto& members = shown.chat.members;
  auto first = first_members_.rows(ref, shown_max);
  while (first.next()) members.push_back(member_of(first));
  // Whoever is not among the first stands behind them.
  if (members.size() == domain::members_shown_max && members.back().user < viewer) {
    auto own = member_.rows(ref, viewer);
    if (own.next()) members.push_back(member_of(own));
  }
  add_senders(members, sender_.rows(ref, viewer));
  return shown;
}

std::optional<ChatRef> SqliteRows::personal(UserRef one, UserRef other) {
  auto rows = personal_.rows(std::min(one, other), std::max(one, other));
  if (!rows.next()) return std::nullopt;
  return rows.as<ChatRef>(0);
}

std::optional<Entry> SqliteRows::entry(domain::Pos pos) {
  auto rows = entry_.rows(pos);
  if (!rows.next()) return std::nullopt;
  return entry_of(rows);
}

std::vector<Entry> SqliteRows::entries_after(domain::Pos pos, std::int64_t limit) {
  std::vector<Entry> entries;
  auto rows = entries_after_.rows(pos, std::max<std::int64_t>(limit, 0));
  while (rows.next()) entries.push_back(entry_of(rows));
  return entries;
}

std::int64_t SqliteRows::uncounted(ChatRef chat, domain::Seq after, UserRef member) {
  auto rows = uncounted_.rows(chat, after, member);
  return rows.next() ? rows.number(0) : 0;
}

domain::Pos SqliteRows::mark_at_or_after(const Chat& chat, domain::Seq seq) {
  auto rows = mark_.rows(chat.ref, seq);
  return rows.next() ? rows.number(0) : chat.head;
}

std::optional<Entry> SqliteRows::fact_of(const Chat& chat, domain::Pos pos) {
  auto row = pos == 0 ? std::nullopt : entry(pos);
  const bool is_it = row && row->chat == chat.ref && row->previous < pos;
  return is_it ? std::move(row) : std::nullopt;
}

std::vector<Entry> SqliteRows::messages_between(const Chat& chat, domain::Seq first,
                                                domain::Seq last) {
  std::vector<Entry> found;
  if (last < first) return found;
  auto pos = last == chat.last_seq ? chat.head : mark_at_or_after(chat, last);
  auto wanted = last;
  int passed = 0;
  while (auto row = fact_of(chat, pos)) {
    pos = row->previous;
    if (row->kind != domain::EntryKind::message || row->seq > last) {
      // Many reads and edits may stand between two messages: a mark is nearer than their end.
      if (++passed % facts_a_mark == 0) pos = std::min(pos, mark_at_or_after(chat, wanted));
      continue;
    }
    if (row->seq < first) break;
    const auto seq = row->seq;
    wanted = seq - 1;
    passed = 0;
    found.push_back(std::move(*row));
    if (seq == first) break;
  }
  std::reverse(found.begin(), found.end());
  return found;
}

std::optional<domain::SessionRow> SqliteRows::session(std::string_view id) {
  auto rows = session_.rows(id);
  return rows.next() ? std::optional{session_of(rows)} : std::nullopt;
}

std::vector<domain::SessionRow> SqliteRows::live_sessions_of(UserRef user, WallTime now) {
  std::vector<domain::SessionRow> sessions;
  auto rows = live_sessions_of_.rows(user, now);
  while (rows.next()) sessions.push_back(session_of(rows));
  return sessions;
}

}  // namespace veche::storage
