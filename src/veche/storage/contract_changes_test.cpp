// Goal: what a message says can change, and nothing else of the log. Method: as contract_test.cpp,
// over every store.

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::EntryKind;
using domain::UserRef;

TEST_SUITE("storage/contract: changes of messages") {
  TEST_CASE_TEMPLATE("a message changes what it says, in its transaction and after it", T, InMemory,
                     InSqlite) {
    T t;
    auto& store = t.store();
    const auto said = [&](domain::Pos pos) {
      const auto entry = store.find_entry(pos).value();
      return entry.body + (entry.edited ? " edited" : "") + (entry.is_deleted ? " deleted" : "") +
             " " + std::to_string(entry.changed_rev);
    };
    Entry one{.pos = 1,
              .chat = ChatRef{1},
              .rev = 1,
              .seq = 1,
              .kind = EntryKind::message,
              .actor = UserRef{1},
              .body = "one",
              .client_key = "k"};
    store.begin();
    store.append(one);
    one.body = "uno";
    one.edited = support::morning;
    one.changed_rev = 2;
    store.update_entry(one);
    CHECK(said(1) == "uno edited 2");
    CHECK(store.find_by_client_key(UserRef{1}, ChatRef{1}, "k")->body == "uno");
    REQUIRE(store.commit().has_value());
    CHECK(said(1) == "uno edited 2");
    store.begin();
    one.body = "";
    one.is_deleted = true;
    one.changed_rev = 3;
    store.update_entry(one);
    CHECK(said(1) == " edited deleted 3");
    CHECK(store.find_by_client_key(UserRef{1}, ChatRef{1}, "k")->is_deleted);
    CHECK(store.messages_between({.ref = ChatRef{1}, .last_seq = 1, .head = 1}, 1, 1)
              .at(0)
              .is_deleted);
    CHECK(t.open_reader()->entries_after(0, 1).at(0).body == "uno");
    store.rollback();
    CHECK(said(1) == "uno edited 2");
    store.begin();
    store.update_entry(one);
    REQUIRE(store.commit().has_value());
    CHECK(said(1) == " edited deleted 3");
    CHECK(t.open_reader()->entries_after(0, 1).at(0).changed_rev == 3);
  }

  TEST_CASE_TEMPLATE("a savepoint undoes the changes of messages, and what is unread with them", T,
                     InMemory, InSqlite) {
    T t;
    auto& store = t.store();
    const auto message = [](domain::Pos pos, bool is_deleted) {
      return Entry{.pos = pos,
                   .chat = ChatRef{1},
                   .rev = pos,
                   .seq = pos,
                   .kind = EntryKind::message,
                   .actor = UserRef{1},
                   .body = is_deleted ? "" : "x",
                   .is_deleted = is_deleted};
    };
    const auto uncounted = [&] { return store.uncounted(ChatRef{1}, 0, UserRef{2}); };
    store.begin();
    store.append(message(1, false));
    REQUIRE(store.commit().has_value());
    store.begin();
    store.append(message(2, false));
    store.savepoint();
    store.update_entry(message(1, true));
    store.update_entry(message(2, true));
    CHECK(uncounted() == 2);
    CHECK(store.uncounted(ChatRef{1}, 1, UserRef{2}) == 1);
    CHECK(store.uncounted(ChatRef{1}, 0, UserRef{1}) == 0);
    store.rollback_to_savepoint();
    CHECK(uncounted() == 0);
    CHECK_FALSE(store.find_entry(1)->is_deleted);
    CHECK(store.find_entry(2)->body == "x");
    store.savepoint();
    store.update_entry(message(2, true));
    store.release();
    CHECK(uncounted() == 1);
    REQUIRE(store.commit().has_value());
    CHECK(uncounted() == 1);
    CHECK_FALSE(store.find_entry(1)->is_deleted);
    const Chat chat{.ref = ChatRef{1}, .last_seq = 2};
    CHECK(t.open_reader()->unread(chat, {.user = UserRef{2}}) == 1);
  }
}

}  // namespace
}  // namespace veche::storage
