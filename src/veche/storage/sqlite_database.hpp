#pragma once

/// @file
/// SQLite as values: a connection, its prepared statements, their rows.

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace veche::storage {

/// One connection. It remembers that something failed, so that a transaction can run without
/// looking at each statement.
///
///     auto database = Database::open(file);
///     Statement insert{**database, "INSERT INTO t VALUES(?1, ?2)"};
///     insert.execute(7, "seven");
///     if ((*database)->failed()) ...
///
/// Threads   One at a time. Memory  Its page cache. Errors  A statement that fails makes failed()
/// true, and from then on statements do nothing; forgive() ends that, except after what says
/// that the file or the disk is bad. Lifetime  Outlives its statements.
class Database {
 public:
  /// Opens an existing file. Errc::io with the path and SQLite's reason.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs statements that give no rows anybody wants. Errc::io.
  [[nodiscard]] Result<void> run(const std::string& sql);
  /// The first column of the first row as text, empty when there is none. Errc::io.
  [[nodiscard]] Result<std::string> ask(const std::string& sql);

  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  /// Why, with the path; empty when nothing failed.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  void forgive();
  /// A result code of SQLite that is not a success.
  void note_failure(int code);

  [[nodiscard]] bool is_in_transaction() const;
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  Database(sqlite3* handle, std::string file) : handle_{handle}, file_{std::move(file)} {}

  sqlite3* handle_;
  std::string file_;
  std::string failure_;
  bool is_beyond_repair_{};
};

class Statement;

/// The rows of one execution; the statement is free again when they end.
class Rows {
 public:
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  /// Goes to the first or the next row; false when there is none or the database failed.
  [[nodiscard]] bool next();

  // The columns of the row, counted from 0. NULL reads as 0 or as an empty text.
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool flag(int column) const { return number(column) != 0; }
  [[nodiscard]] WallTime time(int column) const { return WallTime{Milliseconds{number(column)}}; }
  [[nodiscard]] std::optional<WallTime> optional_time(int column) const;
  template <typename Enum>
  [[nodiscard]] Enum as(int column) const {
    return static_cast<Enum>(number(column));
  }

 private:
  friend class Statement;
  Rows(Database& database, sqlite3_stmt* statement) : database_{database}, statement_{statement} {}

  Database& database_;
  sqlite3_stmt* statement_;
};

/// A prepared statement. Texts that are bound must live until the execution ends.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds all parameters, in their order, and gives the rows.
  template <typename... Values>
  [[nodiscard]] Rows rows(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return Rows{database_, statement_};
  }

  /// Binds all parameters, in their order, and runs to the end.
  template <typename... Values>
  void execute(const Values&... values) {
    auto all = rows(values...);
    while (all.next()) {
    }
  }

 private:
  void bind_number(int index, std::int64_t value);
  void bind_null(int index);
  void bind(int index, std::string_view text);
  void bind(int index, WallTime time) { bind_number(index, time.time_since_epoch().count()); }
  template <typename Number>
  requires(std::integral<Number> || std::is_enum_v<Number>)  //
      void bind(int index, Number value) {
    bind_number(index, static_cast<std::int64_t>(value));
  }
  template <typename Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind_null(index);
    }
  }

  Database& database_;
  sqlite3_stmt* statement_{};
};

}  // namespace veche::storage
