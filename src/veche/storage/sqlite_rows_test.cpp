// Goal: questions find nothing, rather than anything, over a database that has failed. Method: a
// failure by hand; what the questions find is in contract_test.cpp. And a walk along a chat passes
// few rows: those it has no need of are taken away.

#include "veche/storage/sqlite_rows.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "veche/storage/contract_test.hpp"
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
                ->run("INSERT INTO chats VALUES(1,'c',1,'n','','',0,0,0);"
                      "INSERT INTO progress VALUES(1,0,0,0,0,0);"
                      "INSERT INTO members VALUES(1,1,0,0,0,0,0,0)")
                .has_value());
    SqliteRows rows{*database};
    CHECK(rows.chat_by_id("c")->members.size() == 1);
    database->note_failure(SQLITE_IOERR);
    CHECK_FALSE(rows.chat_by_id("c").has_value());
    CHECK(rows.head() == 0);
    CHECK(rows.entries_after(0, 10).empty());
    CHECK(rows.uncounted(domain::ChatRef{1}, 0, domain::UserRef{1}) == 0);
  }

  TEST_CASE("facts between messages are leapt over, however many there are") {
    InSqlite t;
    auto& store = t.store();
    const domain::Chat chat{.ref = domain::ChatRef{1}, .last_seq = 2, .head = 1300};
    store.begin();
    for (domain::Pos pos = 1; pos <= chat.head; ++pos) {
      const bool is_message = pos == 1 || pos == 650;
      store.append(
          {.pos = pos,
           .chat = chat.ref,
           .rev = pos,
           .seq = pos == 1     ? 1
                  : is_message ? 2
                               : 0,
           .previous = pos - 1,
           .kind = is_message ? domain::EntryKind::message : domain::EntryKind::chat_read});
    }
    REQUIRE(store.commit().has_value());
    // A walk that met one of these would end there.
    REQUIRE(Database::open(t.folder.path() / "veche.db")
                .value()
                ->run("DELETE FROM log WHERE pos BETWEEN 70 AND 580 OR pos BETWEEN 720 AND 1230")
                .has_value());
    store.begin();
    CHECK(store.messages_between(chat, 1, 2).size() == 2);
    CHECK(store.messages_between(chat, 1, 1).size() == 1);
    CHECK(store.messages_between(chat, 2, 2).size() == 1);
    store.rollback();
  }
}

}  // namespace
}  // namespace veche::storage
