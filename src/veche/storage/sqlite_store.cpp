#include "veche/storage/sqlite_store.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/domain/text.hpp"
#include "veche/storage/sqlite_reader.hpp"
#include "veche/storage/sqlite_schema.hpp"
#include "veche/storage/sqlite_statements.hpp"
#include "veche/storage/sqlite_verify.hpp"

namespace veche::storage {
namespace {

using domain::Account;
using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::Pos;
using domain::Seq;
using domain::UserRef;

/// An empty text as NULL, which partial indexes leave out.
std::optional<std::string_view> null_when_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

/// Whether it has only what every fact has.
bool is_plain(const Entry& entry) {
  return entry.client_key.empty() && entry.reply_to.empty() && !entry.edited && !entry.is_deleted &&
         entry.changed_rev == 0 && !entry.is_forwarded;
}

Result<void> tune(Database& database, std::int64_t cache_kib, std::int64_t mmap_bytes) {
  return database.run("PRAGMA cache_size=-" + std::to_string(cache_kib) +
                      ";PRAGMA mmap_size=" + std::to_string(mmap_bytes) +
                      ";PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=OFF;"
                      "PRAGMA trusted_schema=OFF;");
}

Result<void> make_durable(Database& database, const SqliteOptions& options) {
  const auto mode = database.ask("PRAGMA journal_mode=WAL");
  if (!mode) return fail(mode.error().code, mode.error().text);
  if (*mode != "wal") return fail(Errc::io, "the file system allows no write-ahead log");
  return database.run("PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=" +
                      std::to_string(options.checkpoint_pages) +
                      ";PRAGMA journal_size_limit=" + std::to_string(options.wal_bytes_max) + ";");
}

Result<void> prepare(Database& database, const SqliteOptions& options, Rng& rng) {
  if (auto tuned = tune(database, options.cache_kib, options.mmap_bytes); !tuned) return tuned;
  if (auto migrated = migrate(database, schema_steps(), rng); !migrated) return migrated;
  return make_durable(database, options);
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions& options, Rng& rng) {
  auto folder = DataFolder::open(options.folder);
  if (!folder) return fail(folder.error().code, folder.error().text);
  auto file = folder->private_file("veche.db");
  if (!file) return fail(file.error().code, file.error().text);
  auto database = Database::open(*file);
  if (!database) return fail(database.error().code, database.error().text);
  if (auto prepared = prepare(**database, options, rng); !prepared) {
    auto text = prepared.error().text;
    if (text.find(file->string()) == std::string::npos) text = file->string() + ": " + text;
    return fail(prepared.error().code, std::move(text));
  }
  std::unique_ptr<SqliteStore> store{
      new SqliteStore{options, std::move(*folder), std::move(*file), std::move(*database)}};
  if (store->failed()) return fail(Errc::io, store->failure());
  return store;
}

SqliteStore::SqliteStore(SqliteOptions options, DataFolder folder, std::filesystem::path file,
                         std::unique_ptr<Database> database)
    : options_{std::move(options)},
      folder_{std::move(folder)},
      file_{std::move(file)},
      database_{std::move(database)},
      rows_{*database_},
      statements_{std::make_unique<Statements>(*database_)},
      epoch_{database_->ask("SELECT epoch FROM store").value_or(std::string{})},
      head_{rows_.head()},
      appended_{head_} {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<domain::Reader>> SqliteStore::open_reader() const {
  auto database = Database::open(file_);
  if (!database) return fail(database.error().code, database.error().text);
  auto tuned = tune(**database, options_.reader_cache_kib, options_.mmap_bytes);
  if (tuned) tuned = (*database)->run("PRAGMA query_only=ON;PRAGMA wal_autocheckpoint=0;");
  if (!tuned) return fail(tuned.error().code, tuned.error().text);
  auto reader = std::make_unique<SqliteReader>(std::move(*database));
  if (reader->failed()) return fail(Errc::io, file_.string() + ": cannot be read");
  return reader;
}

Result<std::string> SqliteStore::verify() { return storage::verify(*database_); }

void SqliteStore::begin() {
  rollback();
  statements_->begin.execute();
}

Result<void> SqliteStore::commit() {
  statements_->commit.execute();
  if (!failed()) {
    head_ = appended_;
    return {};
  }
  auto text = failure();
  rollback();
  return fail(Errc::io, std::move(text));
}

void SqliteStore::rollback() {
  appended_ = head_;
  // SQLite may have rolled back by itself, after a full disk for one.
  const bool is_open = database_->is_in_transaction();
  database_->forgive();
  if (is_open) {
    if (auto undone = database_->run("ROLLBACK"); !undone) return;
  }
}

void SqliteStore::savepoint() {
  at_savepoint_ = appended_;
  statements_->savepoint.execute();
}

void SqliteStore::release() { statements_->release.execute(); }

void SqliteStore::rollback_to_savepoint() {
  appended_ = at_savepoint_;
  statements_->rollback_to.execute();
  statements_->release.execute();
}

std::optional<Account> SqliteStore::find_account(UserRef ref) { return rows_.account(ref); }

std::optional<Account> SqliteStore::find_account_by_id(std::string_view id) {
  return rows_.account_by_id(id);
}

std::optional<Account> SqliteStore::find_account_by_email(std::string_view email) {
  return rows_.account_by_email(email);
}

UserRef SqliteStore::insert_account(const Account& account) {
  const auto& user = *account.user;
  const auto email_key = domain::fold_case(user.email);
  const auto search_key = domain::search_key(user.name, user.handle);
  auto rows = statements_->insert_user.rows(user.id, user.name, user.email,
                                            null_when_empty(email_key), user.handle, user.avatar,
                                            account.password_hash, user.created, search_key);
  return rows.next() ? rows.as<UserRef>(0) : UserRef::none;
}

void SqliteStore::update_account(const Account& account) {
  const auto& user = *account.user;
  const auto email_key = domain::fold_case(user.email);
  statements_->update_user.execute(user.ref, user.name, user.email, null_when_empty(email_key),
                                   user.handle, user.avatar, account.password_hash,
                                   domain::search_key(user.name, user.handle), user.is_erased);
}

std::optional<Chat> SqliteStore::find_chat(ChatRef ref) { return rows_.chat(ref); }

std::optional<Chat> SqliteStore::find_chat_by_id(std::string_view id) {
  return rows_.chat_by_id(id);
}

std::optional<ChatRef> SqliteStore::find_personal(UserRef one, UserRef other) {
  return rows_.personal(one, other);
}

ChatRef SqliteStore::insert_chat(const Chat& chat) {
  ChatRef ref{};
  {
    auto rows = statements_->insert_chat.rows(chat.id, chat.type, chat.name, chat.avatar,
                                              chat.description, chat.created, chat.is_deleted,
                                              static_cast<std::int64_t>(chat.members.size()));
    if (!rows.next()) return ChatRef::none;
    ref = rows.as<ChatRef>(0);
  }
  put_progress(ref, chat);
  for (const auto& member : chat.members) {
    put_member_row(ref, member);
    if (member.last_own_seq > 0) advance_member(ref, member);
  }
  if (chat.type == domain::ChatType::personal && chat.members.size() == 2)
    statements_->put_personal.execute(chat.members[0].user, chat.members[1].user, ref);
  return ref;
}

void SqliteStore::update_chat(const Chat& chat) {
  statements_->update_chat.execute(chat.ref, chat.name, chat.avatar, chat.description,
                                   chat.is_deleted, static_cast<std::int64_t>(chat.members.size()));
  advance_chat(chat);
}

void SqliteStore::advance_chat(const Chat& chat) { put_progress(chat.ref, chat); }

void SqliteStore::put_progress(ChatRef ref, const Chat& chat) {
  statements_->put_progress.execute(ref, chat.last_seq, chat.rev, chat.head, chat.last_message,
                                    chat.updated);
}

void SqliteStore::put_member(ChatRef chat, const domain::Member& member) {
  put_member_row(chat, member);
  if (member.last_own_seq > 0) {
    advance_member(chat, member);
  } else {
    statements_->delete_sender.execute(chat, member.user);
  }
}

void SqliteStore::put_member_row(ChatRef chat, const domain::Member& member) {
  statements_->put_member.execute(chat, member.user, member.role, member.joined_seq,
                                  member.read_seq, member.delivered_seq, member.joined_at,
                                  member.is_muted);
}

void SqliteStore::advance_member(ChatRef chat, const domain::Member& member) {
  statements_->put_sender.execute(chat, member.user, member.last_own_seq, member.own_after);
}

void SqliteStore::delete_member(ChatRef chat, UserRef user) {
  statements_->delete_member.execute(chat, user);
  statements_->delete_sender.execute(chat, user);
}

void SqliteStore::append(const Entry& entry) {
  VECHE_EXPECTS(entry.pos == appended_ + 1);
  appended_ = entry.pos;
  if (is_plain(entry)) {
    statements_->append_plain.execute(entry.pos, entry.chat, entry.rev, entry.seq, entry.previous,
                                      entry.kind, entry.actor, entry.body, entry.type,
                                      entry.created);
  } else {
    statements_->append.execute(
        entry.pos, entry.chat, entry.rev, entry.seq, entry.previous, entry.kind, entry.actor,
        entry.body, null_when_empty(entry.client_key), entry.type, entry.created, entry.edited,
        entry.is_deleted, entry.changed_rev, null_when_empty(entry.reply_to), entry.is_forwarded);
  }
  if (entry.kind == domain::EntryKind::member_removed)
    statements_->put_removal.execute(entry.body, entry.pos);
  if (entry.type == domain::MessageType::system)
    statements_->put_uncounted.execute(entry.chat, entry.seq, UserRef::none);
  const bool is_of_a_chat = entry.chat != ChatRef::none;
  if (is_of_a_chat && entry.rev % facts_a_mark == 0)
    statements_->put_mark.execute(entry.chat, entry.rev, seq_at(entry), entry.pos);
}

void SqliteStore::update_entry(const Entry& message) {
  statements_->update_entry.execute(message.pos, message.body, message.edited, message.is_deleted,
                                    message.changed_rev);
  if (message.is_deleted)
    statements_->put_uncounted.execute(message.chat, message.seq, message.actor);
}

/// The chat's last_seq after the entry: its own seq, or that of the message before it.
Seq SqliteStore::seq_at(const Entry& entry) {
  if (entry.kind == domain::EntryKind::message) return entry.seq;
  auto pos = entry.previous;
  for (int i = 0; i < facts_a_mark && pos != 0; ++i) {
    const auto before = rows_.entry(pos);
    if (!before) return 0;
    if (before->kind == domain::EntryKind::message) return before->seq;
    pos = before->previous;
  }
  // No message since the last mark.
  auto rows = statements_->newest_mark_seq.rows(entry.chat);
  return rows.next() ? rows.number(0) : 0;
}

std::optional<Entry> SqliteStore::find_entry(Pos pos) { return rows_.entry(pos); }

std::optional<Entry> SqliteStore::find_by_client_key(UserRef actor, ChatRef chat,
                                                     std::string_view key) {
  auto rows = statements_->find_client_key.rows(chat, actor, key);
  return rows.next() ? rows_.entry(rows.number(0)) : std::nullopt;
}

std::int64_t SqliteStore::uncounted(ChatRef chat, Seq after, UserRef member) {
  return rows_.uncounted(chat, after, member);
}

std::vector<Entry> SqliteStore::messages_between(const Chat& chat, Seq first, Seq last) {
  return rows_.messages_between(chat, first, last);
}

std::vector<domain::UnreadRow> SqliteStore::unread_by_chat(UserRef user) {
  std::vector<domain::UnreadRow> unread;
  auto rows = statements_->unread_by_chat.rows(user);
  while (rows.next()) unread.push_back({rows.as<ChatRef>(0), rows.number(1)});
  return unread;
}

void SqliteStore::put_session(const domain::SessionRow& session) {
  statements_->put_session.execute(session.id, session.user, session.digest,
                                   session.previous_digest, session.rotated, session.created,
                                   session.expires, session.access_ends, session.is_revoked);
}

std::optional<domain::SessionRow> SqliteStore::find_session(std::string_view id) {
  return rows_.session(id);
}

std::vector<domain::SessionRow> SqliteStore::live_sessions_of(UserRef user, WallTime now) {
  return rows_.live_sessions_of(user, now);
}

void SqliteStore::delete_dead_sessions(UserRef user, WallTime now) {
  statements_->delete_dead_sessions.execute(user, now);
}

}  // namespace veche::storage
