// Goal: what store.hpp promises of sessions, and of facts that are no chat's, holds for every store
// alike. Method: as contract_test.cpp.

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::ChatRef;
using domain::EntryKind;
using domain::UserRef;

TEST_SUITE("storage/contract: sessions") {
  TEST_CASE_TEMPLATE("a session is kept, and replaced under its id", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    domain::SessionRow session{.id = "s",
                               .user = UserRef{1},
                               .digest = "d",
                               .previous_digest = "p",
                               .rotated = support::morning,
                               .created = support::morning,
                               .expires = support::morning,
                               .access_ends = support::morning + Milliseconds{1}};
    store.begin();
    store.put_session(session);
    session.digest = "e";
    session.is_revoked = true;
    store.put_session(session);
    CHECK(store.find_session("s")->digest == "e");
    REQUIRE(store.commit().has_value());
    const auto found = store.find_session("s");
    REQUIRE(found.has_value());
    CHECK(*found == session);
    CHECK(t.open_reader()->find_session("s") == session);
    CHECK_FALSE(store.find_session("x").has_value());
  }

  TEST_CASE_TEMPLATE("the live sessions of a user are told, dead ones are deleted in time", T,
                     EACH_STORE) {
    T t;
    auto& store = t.store();
    const auto at = [](int ms) { return support::morning + Milliseconds{ms}; };
    const auto put = [&](const std::string& id, int created, int expires, bool is_revoked,
                         int access_ends = 50) {
      store.put_session({.id = id,
                         .user = UserRef{id[0] == 'b' ? 2 : 1},
                         .digest = "d",
                         .rotated = at(created),
                         .created = at(created),
                         .expires = at(expires),
                         .access_ends = at(access_ends),
                         .is_revoked = is_revoked});
    };
    const auto ids_of = [](const std::vector<domain::SessionRow>& rows) {
      std::string ids;
      for (const auto& row : rows) ids += row.id + " ";
      return ids;
    };
    store.begin();
    put("a2", 2, 100, false);
    put("a1", 1, 100, false);
    put("a1b", 1, 100, false);
    put("over", 1, 50, false);
    put("gone", 1, 100, true);
    put("fresh", 9, 100, true, 51);
    put("b", 1, 50, false);
    CHECK(ids_of(store.live_sessions_of(UserRef{1}, at(50))) == "a1 a1b a2 ");
    REQUIRE(store.commit().has_value());
    CHECK(ids_of(store.live_sessions_of(UserRef{1}, at(49))) == "a1 a1b over a2 ");
    const auto reader = t.open_reader();
    reader->begin();
    CHECK(ids_of(reader->live_sessions_of(UserRef{1}, at(50))) == "a1 a1b a2 ");
    CHECK(reader->find_session("gone")->is_revoked);
    CHECK_FALSE(reader->find_session("x").has_value());
    reader->end();

    store.begin();
    put("a2", 2, 100, true);
    store.delete_dead_sessions(UserRef{1}, at(50));
    put("late", 1, 50, false);
    CHECK(ids_of(store.live_sessions_of(UserRef{1}, at(50))) == "a1 a1b ");
    for (int i = 0; i < 2; ++i) {
      for (const auto* id : {"a2", "over", "gone"}) CHECK_FALSE(store.find_session(id).has_value());
      for (const auto* id : {"a1", "a1b", "fresh", "late", "b"})
        CHECK(store.find_session(id).has_value());
      if (i == 0) REQUIRE(store.commit().has_value());
    }
  }

  TEST_CASE_TEMPLATE("a fact that is no chat's stands in the log alone", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    for (domain::Pos pos = 1; pos <= 130; ++pos)
      store.append({.pos = pos,
                    .kind = EntryKind::sessions_revoked,
                    .actor = UserRef{1},
                    .body = "s1 s2",
                    .created = support::morning});
    REQUIRE(store.commit().has_value());
    const auto entry = store.find_entry(130);
    REQUIRE(entry.has_value());
    CHECK(entry->kind == EntryKind::sessions_revoked);
    CHECK(entry->chat == ChatRef::none);
    CHECK(entry->body == "s1 s2");
    CHECK(t.open_reader()->entries_after(0, 1000).size() == 130);
  }
}

}  // namespace
}  // namespace veche::storage
