#include "veche/storage/sqlite_reader.hpp"

#include <algorithm>
#include <utility>

#include "veche/domain/entries.hpp"
#include "veche/domain/window.hpp"

namespace veche::storage {
namespace {

using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::UserRef;

constexpr const char* chats_of_sql =
    "SELECT chats.ref FROM members JOIN chats ON chats.ref = members.chat "
    "JOIN progress ON progress.chat = members.chat "
    "WHERE members.user=?1 AND chats.is_deleted=0 "
    "AND (progress.updated, chats.ref) < (?3, ?4) "
    "ORDER BY progress.updated DESC, chats.ref DESC LIMIT ?2";
constexpr const char* find_users_sql =
    "SELECT ref FROM users WHERE instr(search_key, ?1) OR email_key=?1 "
    "ORDER BY name, ref LIMIT ?2 OFFSET ?3";
constexpr const char* count_users_sql =
    "SELECT count(*) FROM users WHERE instr(search_key, ?1) OR email_key=?1";
constexpr const char* share_chat_sql =
    "SELECT 1 FROM members JOIN members AS others ON others.chat=members.chat AND others.user=?2 "
    "JOIN chats ON chats.ref=members.chat AND chats.is_deleted=0 WHERE members.user=?1 LIMIT 1";
constexpr const char* changed_chats_sql =
    "SELECT head FROM members JOIN progress ON progress.chat=members.chat "
    "WHERE members.user=?1 AND head>?2";
constexpr const char* removals_sql =
    "SELECT pos FROM removals WHERE body=?1 AND pos>?2 ORDER BY pos LIMIT ?3";
static_assert(static_cast<int>(domain::EntryKind::member_removed) == 9);

}  // namespace

SqliteReader::SqliteReader(std::unique_ptr<Database> database)
    : database_{std::move(database)},
      rows_{*database_},
      begin_{*database_, "BEGIN"},
      end_{*database_, "COMMIT"},
      chats_of_{*database_, chats_of_sql},
      find_users_{*database_, find_users_sql},
      count_users_{*database_, count_users_sql},
      share_chat_{*database_, share_chat_sql},
      changed_chats_{*database_, changed_chats_sql},
      removals_{*database_, removals_sql} {}

void SqliteReader::begin() {
  end();
  database_->forgive();
  begin_.execute();
}

void SqliteReader::end() {
  users_.clear();
  if (!database_->is_in_transaction()) return;
  // A failed job must let go of its snapshot too, so this does not look at failed().
  if (!database_->failed()) return end_.execute();
  if (auto ended = database_->run("ROLLBACK"); !ended) return;
}

std::optional<domain::Account> SqliteReader::find_account(UserRef ref) {
  return rows_.account(ref);
}

std::optional<domain::Account> SqliteReader::find_account_by_id(std::string_view id) {
  return rows_.account_by_id(id);
}

std::optional<domain::Account> SqliteReader::find_account_by_email(std::string_view email) {
  return rows_.account_by_email(email);
}

domain::UserMatches SqliteReader::find_users(const domain::UserSearch& search) {
  domain::UserMatches matches;
  std::vector<UserRef> refs;
  {
    auto rows = find_users_.rows(search.text, search.limit, search.skip);
    while (rows.next()) refs.push_back(rows.as<UserRef>(0));
  }
  for (const auto ref : refs) {
    if (auto found = user(ref)) matches.users.push_back(std::move(found));
  }
  auto rows = count_users_.rows(search.text);
  if (rows.next()) matches.total = rows.number(0);
  return matches;
}

bool SqliteReader::share_chat(UserRef one, UserRef other) {
  auto rows = share_chat_.rows(one, other);
  return rows.next();
}

std::optional<Chat> SqliteReader::find_chat(ChatRef ref) { return rows_.chat(ref); }

std::optional<Chat> SqliteReader::find_chat_by_id(std::string_view id) {
  return rows_.chat_by_id(id);
}

domain::UserPtr SqliteReader::user(UserRef ref) {
  if (ref == UserRef::none) return nullptr;
  if (const auto known = users_.find(ref); known != users_.end()) return known->second;
  auto account = rows_.account(ref);
  auto found = account ? std::move(account->user) : nullptr;
  users_.emplace(ref, found);
  return found;
}

domain::AudiencePtr SqliteReader::audience(const Chat& chat) {
  auto audience = std::make_shared<domain::Audience>();
  audience->users.reserve(chat.members.size());
  for (const auto& member : chat.members) {
    if (auto known = user(member.user)) audience->users.push_back(std::move(known));
  }
  return audience;
}

std::optional<ChatRef> SqliteReader::find_personal(UserRef one, UserRef other) {
  return rows_.personal(one, other);
}

std::vector<domain::ChatView> SqliteReader::chats_of(UserRef user,
                                                     const domain::ChatsWindow& window) {
  using Place = domain::ChatsWindow::Place;
  const auto after = window.after.value_or(Place{WallTime::max(), ChatRef::none});
  std::vector<ChatRef> refs;
  {
    auto rows =
        chats_of_.rows(user, std::max<std::int64_t>(window.limit, 0), after.updated, after.chat);
    while (rows.next()) refs.push_back(rows.as<ChatRef>(0));
  }
  std::vector<domain::ChatView> views;
  views.reserve(refs.size());
  for (const auto ref : refs) {
    auto shown = rows_.shown_chat(ref, user);
    if (!shown) continue;
    views.push_back(view(std::move(shown->chat), user));
    views.back().member_count = shown->member_count;
  }
  return views;
}

domain::ChatView SqliteReader::view(Chat chat, UserRef viewer) {
  domain::ChatView view;
  view.participants = audience(chat);
  if (chat.last_message != 0) {
    if (auto entry = rows_.entry(chat.last_message)) {
      auto sender = user(entry->actor);
      view.last_message = domain::message_of(std::move(*entry), chat.id, std::move(sender));
    }
  }
  if (const auto* member = chat.find(viewer)) view.unread = unread(chat, *member);
  view.chat = std::move(chat);
  return view;
}

domain::Page SqliteReader::messages(const Chat& chat, const domain::Window& window) {
  const auto span = domain::span_of(window, chat.last_seq);
  domain::Page page{.messages = {}, .has_more = span.has_more};
  for (auto& entry : rows_.messages_between(chat, span.first, span.last)) {
    auto sender = user(entry.actor);
    page.messages.push_back(domain::message_of(std::move(entry), chat.id, std::move(sender)));
  }
  return page;
}

std::int64_t SqliteReader::unread(const Chat& chat, const domain::Member& member) {
  return domain::unread_of(chat, member, rows_.uncounted(chat.ref, member.cursor(), member.user));
}

std::vector<Entry> SqliteReader::entries_after(domain::Pos pos, std::int64_t limit) {
  return rows_.entries_after(pos, limit);
}

std::vector<Entry> SqliteReader::entries_of_user_after(UserRef user, domain::Pos pos,
                                                       std::int64_t limit) {
  std::vector<domain::Pos> heads;
  {
    auto rows = changed_chats_.rows(user, pos);
    while (rows.next()) heads.push_back(rows.number(0));
  }
  std::vector<Entry> entries;
  const auto is_full = [&] { return static_cast<std::int64_t>(entries.size()) >= limit; };
  for (auto next : heads) {
    while (next > pos && !is_full()) {
      auto entry = rows_.entry(next);
      // In a sound log every fact names an older one.
      if (!entry || entry->previous >= next) break;
      next = entry->previous;
      entries.push_back(std::move(*entry));
    }
  }
  const std::string removal = domain::list_of({user});
  auto rows = removals_.rows(removal, pos, limit);
  while (rows.next() && !is_full()) {
    if (auto entry = rows_.entry(rows.number(0))) entries.push_back(std::move(*entry));
  }
  const auto is_before = [](const Entry& one, const Entry& other) { return one.pos < other.pos; };
  const auto is_same = [](const Entry& one, const Entry& other) { return one.pos == other.pos; };
  std::sort(entries.begin(), entries.end(), is_before);
  entries.erase(std::unique(entries.begin(), entries.end(), is_same), entries.end());
  return entries;
}

std::optional<domain::SessionRow> SqliteReader::find_session(std::string_view id) {
  return rows_.session(id);
}

std::vector<domain::SessionRow> SqliteReader::live_sessions_of(UserRef user, WallTime now) {
  return rows_.live_sessions_of(user, now);
}

}  // namespace veche::storage
