// Goal: a job sees one state, whatever is committed meanwhile. Method: a writer and a reader in
// turn; what a reader answers is in contract_test.cpp.

#include "veche/storage/sqlite_reader.hpp"

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

TEST_SUITE("storage/sqlite_reader") {
  TEST_CASE("a commit between begin and end is not seen, after end it is") {
    InSqlite t;
    support::ChatWorld world{t.store()};
    const auto ann = world.user("ann");
    world.group("c", {"ann"});
    const auto reader = t.open_reader();
    reader->begin();
    CHECK(reader->head() == 1);
    REQUIRE(world.send({.sender = ann, .chat_id = "c", .text = "x"}).has_value());
    CHECK(reader->head() == 1);
    CHECK(reader->find_chat_by_id("c")->last_seq == 0);
    reader->end();
    reader->begin();
    CHECK(reader->head() == 2);
    CHECK(reader->find_chat_by_id("c")->last_seq == 1);
    reader->begin();
    CHECK(reader->head() == 2);
    reader->end();
    reader->end();
    CHECK_FALSE(reader->failed());
  }

  TEST_CASE("a reader cannot write") {
    InSqlite t;
    const auto database = Database::open(t.folder.path() / "veche.db").value();
    REQUIRE(database->run("PRAGMA query_only=ON").has_value());
    CHECK_FALSE(database->run("DELETE FROM log").has_value());
  }
}

}  // namespace
}  // namespace veche::storage
