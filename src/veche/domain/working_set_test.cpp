// Goal: rows come from memory, and a broken promise stops the process rather than the data.
// Method: the set alone over a store in memory; the ledger's tests drive it through commands.

#include "veche/domain/working_set.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/failing_store.hpp"

namespace veche::domain {
namespace {

Account account(const std::string& id) {
  auto user = std::make_shared<User>();
  user->id = id;
  return {std::move(user), "hash"};
}

struct WorkingSetFixture {
  storage::MemoryStore inner{"epoch"};
  support::FailingStore store{inner};
  WorkingSet rows{store};

  ChatRef chat(const std::string& id) {
    store.begin();
    rows.enter(Writes::many);
    const auto user = rows.insert(account("owner of " + id));
    const auto ref = rows.insert({.id = id, .members = {{.user = user->ref}}}).chat.ref;
    rows.keep();
    CHECK(rows.commit().has_value());
    return ref;
  }
};

TEST_SUITE("domain/working_set") {
  TEST_CASE("a row is asked for once, by number or by id") {
    WorkingSetFixture f;
    const auto ref = f.chat("c");
    f.rows.trim(0, 0, 0);
    CHECK(f.rows.chats_held() == 0);
    CHECK(f.rows.users_held() == 0);
    f.store.asked = 0;
    f.store.begin();
    f.rows.enter(Writes::once);
    auto* held = f.rows.chat("c");
    REQUIRE(held != nullptr);
    CHECK(f.rows.chat(ref) == held);
    CHECK(f.store.asked == 1);
    CHECK(f.rows.audience(*held)->users.size() == 1);
    CHECK(f.rows.user("owner of c") == f.rows.user(UserRef{1}));
    CHECK(f.store.asked == 2);
    CHECK(f.rows.chat("none") == nullptr);
    CHECK(f.rows.user(UserRef{7}) == nullptr);
  }

  TEST_CASE("an updated account is remembered anew, and as it was when that is undone") {
    WorkingSetFixture f;
    f.chat("c");
    f.store.begin();
    f.rows.enter(Writes::many);
    auto changed = std::make_shared<User>(*f.rows.user(UserRef{1}));
    changed->name = "new";
    f.rows.update({changed, "hash"});
    CHECK(f.rows.user(UserRef{1})->name == "new");
    f.rows.undo();
    CHECK(f.rows.user(UserRef{1})->name.empty());
  }

  TEST_CASE("a set over a store that has facts goes on after them") {
    WorkingSetFixture f;
    const auto ref = f.chat("c");
    f.store.begin();
    f.rows.enter(Writes::once);
    Entry entry{.chat = ref, .rev = 1, .kind = EntryKind::chat_created};
    CHECK(f.rows.append(entry) == 1);
    f.rows.keep();
    REQUIRE(f.rows.commit().has_value());
    CHECK(WorkingSet{f.store}.head() == 1);
  }
}

}  // namespace
}  // namespace veche::domain
