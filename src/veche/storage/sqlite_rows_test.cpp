// Goal: questions find nothing, rather than anything, over a database that has failed. Method: a
// failure by hand; what the questions find is in contract_test.cpp.

#include "veche/storage/sqlite_rows.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "veche/storage/sqlite_schema.hpp"

#include "support/chat_world.hpp"
#include "support/temp_folder.hpp"

namespace veche::storage {
namespace {

TEST_SUITE("storage/sqlite_rows") {
  TEST_CASE("a database that has failed answers nothing") {
    const support::TempFolder folder;
    support::SeededRng rng;
    std::ofstream{folder.path() / "t.db"}.flush();
    const auto database = Database::open(folder.path() / "t.db").value();
    REQUIRE(migrate(*database, schema_steps(), rng).has_value());
    REQUIRE(database
                ->run("INSERT INTO chats VALUES(1,'c',1,'n','','',0,0,0,0,0,0,0,0);"
                      "INSERT INTO members VALUES(1,1,0,0,0,0,0,0,0,0)")
                .has_value());
    SqliteRows rows{*database};
    CHECK(rows.chat_by_id("c")->members.size() == 1);
    database->note_failure(SQLITE_IOERR);
    CHECK_FALSE(rows.chat_by_id("c").has_value());
    CHECK(rows.head() == 0);
    CHECK(rows.entries_after(0, 10).empty());
    CHECK(rows.uncounted(domain::ChatRef{1}, 0, domain::UserRef{1}) == 0);
  }
}

}  // namespace
}  // namespace veche::storage
