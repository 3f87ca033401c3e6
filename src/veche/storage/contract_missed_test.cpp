// Goal: what concerns one user is found in the log, and no more is looked at. Method: as
// contract_test.cpp, over every store.

#include <string>

#include <doctest/doctest.h>

#include "veche/domain/groups.hpp"
#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::Groups;
using domain::Transaction;
using domain::Writes;

TEST_SUITE("storage/contract: the log of one user") {
  TEST_CASE_TEMPLATE("the facts of the user's chats, and the user's removals from others", T,
                     InMemory, InSqlite) {
    T t;
    support::ChatWorld world{t.store()};
    const auto ann = world.user("ann");
    const auto bob = world.user("bob");
    const auto eve = world.user("eve");
    const auto found = [&](domain::UserRef user, domain::Pos after, std::int64_t limit = 100) {
      const auto reader = t.open_reader();
      reader->begin();
      std::string line;
      for (const auto& entry : reader->entries_of_user_after(user, after, limit))
        line += std::to_string(entry.pos) + " ";
      CHECK_FALSE(reader->failed());
      return line;
    };
    const auto send = [&](domain::UserRef from, const std::string& chat) {
      CHECK(world.send({.sender = from, .chat_id = chat, .text = "x"}).has_value());
    };
    world.group("team", {"ann", "bob"});  // 1
    world.group("far", {"ann", "eve"});   // 2
    send(ann, "team");
    send(eve, "far");
    send(bob, "team");  // 5
    CHECK(found(bob, 0) == "1 3 5 ");
    CHECK(found(bob, 3) == "5 ");
    CHECK(found(bob, 5) == "");
    CHECK(found(ann, 0) == "1 2 3 4 5 ");
    CHECK(found(ann, 3) == "4 5 ");
    CHECK(found(ann, 0, 0) == "");
    CHECK(found(ann, 0, 2).size() == 4);

    CHECK(world
              .run(Writes::many,
                   [&](Transaction& transaction) {
                     return Groups{transaction}.remove(
                         {.by = ann, .chat_id = "team", .user_id = "bob"});
                   })
              .has_value());  // 6
    send(ann, "team");
    CHECK(found(bob, 2) == "6 ");
    CHECK(found(bob, 6) == "");
    CHECK(found(ann, 4) == "5 6 7 ");
    CHECK(found(eve, 0) == "2 4 ");
    // Each is there once, also for whoever has come back.
    CHECK(world
              .run(Writes::many,
                   [&](Transaction& transaction) {
                     return Groups{transaction}.add(
                         {.by = ann, .chat_id = "team", .user_ids = {"bob"}});
                   })
              .has_value());  // 8
    CHECK(found(bob, 4) == "5 6 7 8 ");
  }
}

}  // namespace
}  // namespace veche::storage
