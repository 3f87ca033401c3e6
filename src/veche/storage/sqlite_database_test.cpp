// Goal: values go in and come out unchanged, and a failure is remembered. Method: small tables
// in a real file.

#include "veche/storage/sqlite_database.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "support/temp_folder.hpp"

namespace veche::storage {
namespace {

struct DatabaseFixture {
  support::TempFolder folder;
  std::filesystem::path file{folder.path() / "t.db"};
  std::unique_ptr<Database> database;

  DatabaseFixture() {
    std::ofstream{file}.flush();
    database = Database::open(file).value();
    REQUIRE(database->run("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)").has_value());
  }
};

TEST_SUITE("storage/sqlite_database: statements") {
  TEST_CASE("numbers, texts, times and nothing are bound and read back") {
    DatabaseFixture f;
    Statement insert{*f.database, "INSERT INTO t VALUES(?1, ?2)"};
    insert.execute(-5, std::string{"a\0b", 3});
    insert.execute(6, std::string_view{});
    insert.execute(WallTime{Milliseconds{7}}, std::optional<std::string_view>{});
    Statement select{*f.database, "SELECT a, b, b IS NULL FROM t ORDER BY a"};
    auto rows = select.rows();
    REQUIRE(rows.next());
    CHECK(rows.number(0) == -5);
    CHECK(rows.text(1) == std::string{"a\0b", 3});
    REQUIRE(rows.next());
    CHECK(rows.text(1).empty());
    CHECK_FALSE(rows.flag(2));
    REQUIRE(rows.next());
    CHECK(rows.time(0) == WallTime{Milliseconds{7}});
    CHECK(rows.flag(2));
    CHECK(rows.optional_time(1) == std::nullopt);
    CHECK(rows.optional_time(0).has_value());
    CHECK_FALSE(rows.next());
    CHECK_FALSE(f.database->failed());
  }

  TEST_CASE("a statement is free again when its rows end") {
    DatabaseFixture f;
    REQUIRE(f.database->run("INSERT INTO t VALUES(1,'x'),(2,'y')").has_value());
    Statement select{*f.database, "SELECT b FROM t WHERE a=?1"};
    for (int i = 0; i < 3; ++i) {
      auto rows = select.rows(2);
      REQUIRE(rows.next());
      CHECK(rows.text(0) == "y");
    }
  }
}

TEST_SUITE("storage/sqlite_database: failures") {
  TEST_CASE("after a failure statements do nothing until it is forgiven") {
    DatabaseFixture f;
    Statement insert{*f.database, "INSERT INTO t VALUES(?1, ?2)"};
    insert.execute(1, std::string_view{"x"});
    insert.execute(1, std::string_view{"again"});
    CHECK(f.database->failed());
    CHECK(f.database->failure().find("t.db: UNIQUE constraint failed") != std::string::npos);
    insert.execute(2, std::string_view{"y"});
    f.database->forgive();
    CHECK(f.database->ask("SELECT count(*) FROM t").value() == "1");
  }

  TEST_CASE("what says that disk or file is bad is never forgiven") {
    for (const int code : {SQLITE_IOERR_FSYNC, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY}) {
      DatabaseFixture f;
      f.database->note_failure(code);
      f.database->forgive();
      CHECK(f.database->failed());
      CHECK_FALSE(f.database->ask("SELECT 1").has_value());
    }
    DatabaseFixture f;
    f.database->note_failure(SQLITE_FULL);
    f.database->forgive();
    CHECK_FALSE(f.database->failed());
  }

  TEST_CASE("a full disk fails what is written and leaves the rest") {
    DatabaseFixture f;
    REQUIRE(f.database->run("PRAGMA max_page_count=3").has_value());
    Statement insert{*f.database, "INSERT INTO t VALUES(?1, ?2)"};
    insert.execute(1, std::string_view{"x"});
    const std::string large(100'000, 'x');
    insert.execute(2, large);
    CHECK(f.database->failed());
    f.database->forgive();
    CHECK(f.database->ask("SELECT count(*) FROM t").value() == "1");
  }

  TEST_CASE("a wrong statement, a missing and a foreign file are errors") {
    DatabaseFixture f;
    const Statement wrong{*f.database, "SELECT FROM"};
    CHECK(f.database->failed());
    CHECK(Database::open(f.folder.path() / "none.db").error().code == Errc::io);
    const auto noise = f.folder.path() / "noise.db";
    std::ofstream{noise} << std::string(10'000, 'n');
    const auto database = Database::open(noise);
    REQUIRE(database.has_value());
    const auto answer = (*database)->ask("SELECT count(*) FROM sqlite_schema");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().text.find("noise.db: file is not a database") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::storage
