#include "veche/storage/sqlite_database.hpp"

#include <utility>

#include <sqlite3.h>

namespace veche::storage {
namespace {

/// Whether the result says that the file or the disk cannot be trusted any more.
bool is_beyond_repair(int code) {
  switch (code & 0xFF) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM: return true;
    default: return false;
  }
}

/// Tells SQLite once, before it is used, not to count its memory, for which every allocation of
/// every thread would take one lock.
void configure_sqlite() {
  [[maybe_unused]] static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file) {
  configure_sqlite();
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database{new Database{handle, file.string()}};
  if (code != SQLITE_OK) {
    database->note_failure(code);
    return fail(Errc::io, database->failure());
  }
  if (sqlite3_db_readonly(handle, "main") == 1)
    return fail(Errc::io, file.string() + ": no right to write it");
  constexpr int busy_ms = 5000;
  sqlite3_busy_timeout(handle, busy_ms);
  return database;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Result<void> Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  note_failure(code);
  return fail(Errc::io, failure_);
}

Result<std::string> Database::ask(const std::string& sql) {
  Statement statement{*this, sql.c_str()};
  auto rows = statement.rows();
  std::string answer = rows.next() ? rows.text(0) : std::string{};
  if (failed()) return fail(Errc::io, failure_);
  return answer;
}

void Database::forgive() {
  if (!is_beyond_repair_) failure_.clear();
}

void Database::note_failure(int code) {
  is_beyond_repair_ = is_beyond_repair_ || is_beyond_repair(code);
  // The first failure is the cause; what follows it is not.
  if (!failure_.empty()) return;
  const bool is_last_error = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code;
  failure_ = file_ + ": " + (is_last_error ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
}

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Rows::~Rows() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

bool Rows::next() {
  if (database_.failed() || statement_ == nullptr) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.note_failure(code);
  return false;
}

std::int64_t Rows::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Rows::text(int column) const {
  const auto* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {static_cast<const char*>(bytes), size};
}

std::optional<WallTime> Rows::optional_time(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return time(column);
}

Statement::Statement(Database& database, const char* sql) : database_{database} {
  if (database.failed()) return;
  const int code = sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &statement_, nullptr);
  if (code != SQLITE_OK) database.note_failure(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind_number(int index, std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind_null(int index) {
  if (statement_ != nullptr) sqlite3_bind_null(statement_, index);
}

void Statement::bind(int index, std::string_view text) {
  if (statement_ == nullptr) return;
  // An empty view may have no address, which SQLite would take for NULL.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace veche::storage
