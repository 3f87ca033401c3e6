// Goal: an older database becomes one of today, a newer or foreign one stays untouched. Method:
// migrations of the test's own over small files.

#include "veche/storage/sqlite_schema.hpp"

#include <array>
#include <fstream>

#include <doctest/doctest.h>

#include "veche/storage/sqlite_rows.hpp"

#include "support/chat_world.hpp"
#include "support/temp_folder.hpp"

namespace veche::storage {
namespace {

constexpr std::array steps{"CREATE TABLE store(epoch TEXT); CREATE TABLE t(a);",
                           "ALTER TABLE t ADD COLUMN b;", "CREATE TABLE broken(;"};

struct SchemaFixture {
  support::TempFolder folder;
  support::SeededRng rng;
  std::unique_ptr<Database> database;

  SchemaFixture() {
    const auto file = folder.path() / "t.db";
    std::ofstream{file}.flush();
    database = Database::open(file).value();
  }
  Result<void> migrate_to(std::size_t version) {
    return migrate(*database, std::span{steps}.first(version), rng);
  }
  std::string ask(const std::string& sql) { return database->ask(sql).value(); }
};

TEST_SUITE("storage/sqlite_schema: migrate") {
  TEST_CASE("an empty file gets every table, our mark and an epoch") {
    SchemaFixture f;
    REQUIRE(migrate(*f.database, schema_steps(), f.rng).has_value());
    CHECK(f.ask("PRAGMA user_version") == std::to_string(schema_steps().size()));
    CHECK(f.ask("PRAGMA application_id") == "1986356072");
    CHECK(f.ask("SELECT epoch FROM store").size() == 16);
    CHECK(f.ask("SELECT count(*) FROM store") == "1");
  }

  TEST_CASE("an older database takes the steps it lacks and keeps its epoch") {
    SchemaFixture f;
    REQUIRE(f.migrate_to(1).has_value());
    const auto epoch = f.ask("SELECT epoch FROM store");
    REQUIRE(f.database->run("INSERT INTO t VALUES('kept')").has_value());
    REQUIRE(f.migrate_to(2).has_value());
    REQUIRE(f.migrate_to(2).has_value());
    CHECK(f.ask("PRAGMA user_version") == "2");
    CHECK(f.ask("SELECT a || ifnull(b, '-') FROM t") == "kept-");
    CHECK(f.ask("SELECT epoch FROM store") == epoch);
  }

  TEST_CASE("a database of version 1 has today's rows afterwards") {
    SchemaFixture f;
    REQUIRE(migrate(*f.database, schema_steps().first(1), f.rng).has_value());
    REQUIRE(
        f.database
            ->run("INSERT INTO chats VALUES(1, 'c', 1, 'n', 'a', 'd', 3, 4, 9, 8, 10, 11, 0, 2);"
                  "INSERT INTO members VALUES(1, 1, 0, 0, 1, 1, 3, 2, 12, 0);"
                  "INSERT INTO members VALUES(1, 2, 2, 0, 3, 3, 0, 0, 13, 1);"
                  "INSERT INTO log VALUES(9, 1, 4, 0, 8, 9, 1, '3', NULL, 0, 11, NULL, 0, 0, "
                  "NULL, 0);")
            .has_value());
    REQUIRE(migrate(*f.database, schema_steps(), f.rng).has_value());
    SqliteRows rows{*f.database};
    const auto chat = rows.chat_by_id("c");
    REQUIRE(chat.has_value());
    CHECK(chat->name == "n");
    CHECK(chat->last_seq == 3);
    CHECK(chat->rev == 4);
    CHECK(chat->head == 9);
    CHECK(chat->last_message == 8);
    CHECK(chat->created == WallTime{Milliseconds{10}});
    CHECK(chat->updated == WallTime{Milliseconds{11}});
    const auto at = [](int milliseconds) { return WallTime{Milliseconds{milliseconds}}; };
    const std::vector<domain::Member> members{
        {domain::UserRef{1}, domain::Role{0}, 0, 1, 1, 3, 2, at(12), false},
        {domain::UserRef{2}, domain::Role{2}, 0, 3, 3, 0, 0, at(13), true}};
    CHECK(chat->members == members);
    CHECK(f.ask("SELECT body || '@' || pos FROM removals") == "3@9");
    CHECK(f.ask("SELECT count(*) FROM senders") == "1");
    CHECK(f.ask("PRAGMA quick_check") == "ok");
  }

  TEST_CASE("a newer database is refused with a line that says what to do") {
    SchemaFixture f;
    REQUIRE(f.migrate_to(2).has_value());
    const auto refused = f.migrate_to(1);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::invalid);
    CHECK(refused.error().text ==
          "the database has schema 2, this veche knows up to 1: use a newer veche");
    CHECK(f.ask("PRAGMA user_version") == "2");
  }

  TEST_CASE("a step that fails leaves the version before it, whole") {
    SchemaFixture f;
    CHECK_FALSE(f.migrate_to(3).has_value());
    f.database->forgive();
    CHECK(f.ask("PRAGMA user_version") == "2");
    CHECK_FALSE(f.database->is_in_transaction());
  }

  TEST_CASE("the database of another program is refused and stays as it is") {
    for (const auto* sql :
         {"CREATE TABLE theirs(a)", "PRAGMA application_id=7", "PRAGMA user_version=3"}) {
      SchemaFixture f;
      REQUIRE(f.database->run(sql).has_value());
      const auto refused = f.migrate_to(1);
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == Errc::invalid);
      CHECK(f.ask("SELECT count(*) FROM sqlite_schema WHERE name='store'") == "0");
    }
  }
}

}  // namespace
}  // namespace veche::storage
