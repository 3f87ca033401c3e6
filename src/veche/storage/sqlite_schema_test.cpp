// Goal: an older database becomes one of today, a newer or foreign one stays untouched. Method:
// migrations of the test's own over small files.

#include "veche/storage/sqlite_schema.hpp"

#include <array>
#include <fstream>

#include <doctest/doctest.h>

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
