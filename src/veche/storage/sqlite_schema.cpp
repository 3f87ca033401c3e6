#include "veche/storage/sqlite_schema.hpp"

#include <array>
#include <charconv>
#include <string>

namespace veche::storage {
namespace {

/// "vech", so that file(1) and we know our own.
constexpr int application_id = 0x76656368;

// The log grows at its end, only what a message says ever changes, and it has no index over a
// chat's messages: such an index would cost every send a page in another place. Each fact names the
// chat's fact before it, `marks` has one in 64 of them, and a page is found by walking back from
// the nearest mark. Only rows that carry a client's key pay for finding it.
constexpr const char* version_1 = R"sql(
CREATE TABLE store(epoch TEXT NOT NULL);
CREATE TABLE users(
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
  email_key TEXT, handle TEXT NOT NULL, avatar TEXT NOT NULL, password_hash TEXT NOT NULL,
  search_key TEXT NOT NULL, created INTEGER NOT NULL, is_erased INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX users_email ON users(email_key) WHERE email_key IS NOT NULL;
CREATE TABLE sessions(
  id TEXT PRIMARY KEY, user INTEGER NOT NULL, digest TEXT NOT NULL, previous_digest TEXT NOT NULL,
  rotated INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
  access_ends INTEGER NOT NULL, is_revoked INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions(user, is_revoked, access_ends);
CREATE TABLE chats(
  ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type INTEGER NOT NULL, name TEXT NOT NULL,
  avatar TEXT NOT NULL, description TEXT NOT NULL, last_seq INTEGER NOT NULL,
  rev INTEGER NOT NULL, head INTEGER NOT NULL, last_message INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, is_deleted INTEGER NOT NULL,
  member_count INTEGER NOT NULL);
CREATE TABLE personal(
  one INTEGER NOT NULL, other INTEGER NOT NULL, chat INTEGER NOT NULL,
  PRIMARY KEY(one, other)) WITHOUT ROWID;
CREATE TABLE members(
  chat INTEGER NOT NULL, user INTEGER NOT NULL, role INTEGER NOT NULL,
  joined_seq INTEGER NOT NULL, read_seq INTEGER NOT NULL, delivered_seq INTEGER NOT NULL,
  last_own_seq INTEGER NOT NULL, own_after INTEGER NOT NULL, joined_at INTEGER NOT NULL,
  is_muted INTEGER NOT NULL, PRIMARY KEY(chat, user)) WITHOUT ROWID;
CREATE INDEX members_user ON members(user);
CREATE TABLE log(
  pos INTEGER PRIMARY KEY, chat INTEGER NOT NULL, rev INTEGER NOT NULL, seq INTEGER NOT NULL,
  previous INTEGER NOT NULL, kind INTEGER NOT NULL, actor INTEGER NOT NULL, body TEXT NOT NULL,
  client_key TEXT, type INTEGER NOT NULL, created INTEGER NOT NULL, edited INTEGER,
  is_deleted INTEGER NOT NULL, changed_rev INTEGER NOT NULL, reply_to TEXT,
  is_forwarded INTEGER NOT NULL);
CREATE UNIQUE INDEX log_client_key ON log(chat, actor, client_key) WHERE client_key IS NOT NULL;
CREATE INDEX log_removals ON log(body, pos) WHERE kind = 9;
CREATE TABLE marks(
  chat INTEGER NOT NULL, rev INTEGER NOT NULL, seq INTEGER NOT NULL, pos INTEGER NOT NULL,
  PRIMARY KEY(chat, rev)) WITHOUT ROWID;
CREATE INDEX marks_seq ON marks(chat, seq);
CREATE TABLE uncounted(
  chat INTEGER NOT NULL, seq INTEGER NOT NULL, actor INTEGER NOT NULL,
  PRIMARY KEY(chat, seq)) WITHOUT ROWID;
)sql";

// What every message moves, of its chat and of its sender, stands in rows of its own: few short
// columns, where a send rewrote all of a chat's row and of a member's. A member who has sent
// nothing has no row. Removals have a table instead of an index that every fact was held against.
constexpr const char* version_2 = R"sql(
CREATE TABLE progress(
  chat INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, rev INTEGER NOT NULL,
  head INTEGER NOT NULL, last_message INTEGER NOT NULL, updated INTEGER NOT NULL);
INSERT INTO progress SELECT ref, last_seq, rev, head, last_message, updated FROM chats;
ALTER TABLE chats DROP COLUMN last_seq;
ALTER TABLE chats DROP COLUMN rev;
ALTER TABLE chats DROP COLUMN head;
ALTER TABLE chats DROP COLUMN last_message;
ALTER TABLE chats DROP COLUMN updated;
CREATE TABLE senders(
  chat INTEGER NOT NULL, user INTEGER NOT NULL, last_own_seq INTEGER NOT NULL,
  own_after INTEGER NOT NULL, PRIMARY KEY(chat, user)) WITHOUT ROWID;
INSERT INTO senders SELECT chat, user, last_own_seq, own_after FROM members WHERE last_own_seq > 0;
ALTER TABLE members DROP COLUMN last_own_seq;
ALTER TABLE members DROP COLUMN own_after;
CREATE TABLE removals(
  body TEXT NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY(body, pos)) WITHOUT ROWID;
INSERT INTO removals SELECT body, pos FROM log WHERE kind = 9;
DROP INDEX log_removals;
)sql";

constexpr std::array steps_of_today{version_1, version_2};

/// A number that SQLite answered; anything else is 0.
int number_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<int> ask_number(Database& database, const std::string& sql) {
  const auto answer = database.ask(sql);
  if (!answer) return fail(answer.error().code, answer.error().text);
  return number_of(*answer);
}

/// The version of a database that is ours or still empty.
Result<int> version_of(Database& database) {
  auto application = ask_number(database, "PRAGMA application_id");
  if (!application) return application;
  auto version = ask_number(database, "PRAGMA user_version");
  if (!version || *application == application_id) return version;
  auto tables = ask_number(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables;
  if (*application != 0 || *version != 0 || *tables != 0)
    return fail(Errc::invalid, "this is the database of another program");
  return 0;
}

Result<void> take_step(Database& database, std::span<const char* const> steps, int version,
                       Rng& rng) {
  constexpr std::size_t epoch_length = 16;
  std::string sql = "BEGIN IMMEDIATE;";
  sql += steps[static_cast<std::size_t>(version)];
  if (version == 0) sql += "INSERT INTO store VALUES('" + random_id(rng, epoch_length) + "');";
  sql += "PRAGMA application_id=" + std::to_string(application_id) + ";";
  sql += "PRAGMA user_version=" + std::to_string(version + 1) + ";COMMIT;";
  auto taken = database.run(sql);
  if (!taken && database.is_in_transaction()) {
    auto undone = database.run("ROLLBACK");
    if (!undone) return undone;
  }
  return taken;
}

}  // namespace

std::span<const char* const> schema_steps() { return steps_of_today; }

Result<void> migrate(Database& database, std::span<const char* const> steps, Rng& rng) {
  const auto version = version_of(database);
  if (!version) return fail(version.error().code, version.error().text);
  const auto latest = static_cast<int>(steps.size());
  if (*version > latest) {
    return fail(Errc::invalid, "the database has schema " + std::to_string(*version) +
                                   ", this veche knows up to " + std::to_string(latest) +
                                   ": use a newer veche");
  }
  for (int next = *version; next < latest; ++next) {
    if (auto taken = take_step(database, steps, next, rng); !taken) return taken;
  }
  return {};
}

}  // namespace veche::storage
