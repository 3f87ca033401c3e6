// Goal: a database that does not hold together is found out. Method: a sound one, then one row
// changed behind the store's back for each check.

#include "veche/storage/sqlite_verify.hpp"

#include <doctest/doctest.h>

#include "veche/domain/sessions.hpp"
#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

struct VerifyFixture {
  InSqlite t;
  VerifyFixture() {
    support::ChatWorld world{t.store()};
    const auto ann = world.user("ann");
    world.group("c", {"ann"});
    for (int i = 0; i < 70; ++i)
      CHECK(world.send({.sender = ann, .chat_id = "c", .text = "x"}).has_value());
    const auto revoked =
        world.run(domain::Writes::many, [&](domain::Transaction& transaction) -> Result<bool> {
          domain::Sessions sessions{transaction};
          static_cast<void>(sessions.open(ann, "digest", {}));
          sessions.revoke_others(ann, {});
          return true;
        });
    CHECK(revoked.has_value());
  }
};

TEST_SUITE("storage/sqlite_verify") {
  TEST_CASE("a sound database is described in a line") {
    VerifyFixture f;
    CHECK(f.t.inner->verify().value() == "schema 2, 1 users, 1 chats, 72 facts");
    InSqlite empty;
    CHECK(empty.inner->verify().value() == "schema 2, 0 users, 0 chats, 0 facts");
  }

  TEST_CASE("each thing that does not hold is named") {
    const std::pair<const char*, const char*> damages[] = {
        {"DELETE FROM log WHERE pos=7", "the log has a gap before pos 72"},
        {"UPDATE progress SET rev=70", "the counters do not agree with the log in chat c"},
        {"UPDATE progress SET last_seq=71", "the counters do not agree with the log in chat c"},
        {"UPDATE progress SET head=70", "the counters do not agree with the log in chat c"},
        {"UPDATE log SET chat=9 WHERE pos=71", "the counters do not agree with the log in chat c"},
        {"DELETE FROM chats", "the log names a chat that is not there at pos 1"},
        {"DELETE FROM users", "a chat has a member who is not there: user 1"},
        {"DELETE FROM progress", "the counters do not agree with the log in chat c"},
        {"UPDATE senders SET own_after=99",
         "a member's own messages do not agree with the log in chat c"},
        {"INSERT INTO senders VALUES(1, 9, 1, 1)", "a sender is no member: user 9"},
        {"UPDATE log SET kind=9 WHERE pos=1",
         "who was removed does not agree with the log at pos 1"},
        {"UPDATE log SET is_deleted=1 WHERE pos=7", "a deleted message has kept its text at pos 7"},
        {"UPDATE log SET is_deleted=1, body='' WHERE pos=7",
         "what counts as unread does not agree with the log in chat c"},
    };
    for (const auto& damage : damages) {
      VerifyFixture f;
      const auto database = Database::open(f.t.folder.path() / "veche.db").value();
      REQUIRE(database->run(damage.first).has_value());
      const auto verified = f.t.inner->verify();
      REQUIRE_FALSE(verified.has_value());
      CHECK(verified.error().code == Errc::invalid);
      CHECK(verified.error().text == damage.second);
    }
  }
}

}  // namespace
}  // namespace veche::storage
