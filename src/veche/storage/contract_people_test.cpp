// Goal: who is found and who shares a chat is the same in every store. Method: as
// contract_test.cpp.

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::Account;
using domain::Chat;
using domain::UserRef;

TEST_SUITE("storage/contract: people") {
  TEST_CASE_TEMPLATE("users are found by part of a name or handle, or by a whole email", T,
                     EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    for (const auto* id : {"bob", "ann", "Ёж"}) {
      static_cast<void>(store.insert_account(account(id, std::string{id} + "@b")));
    }
    auto changed = *store.find_account_by_id("bob");
    auto user = *changed.user;
    user.name = "Robert";
    user.is_erased = true;
    changed.user = std::make_shared<domain::User>(user);
    store.update_account(changed);
    CHECK(store.find_account_by_id("bob")->user->is_erased);
    REQUIRE(store.commit().has_value());
    CHECK(t.open_reader()->find_account_by_id("bob")->user->is_erased);
    CHECK_FALSE(t.open_reader()->find_account_by_id("ann")->user->is_erased);
    const auto found = [&](const domain::UserSearch& search) {
      const auto matches = t.open_reader()->find_users(search);
      std::string line;
      for (const auto& match : matches.users) line += match->id + " ";
      return line + std::to_string(matches.total);
    };
    CHECK(found({.text = "name of"}) == "ann Ёж 2");
    CHECK(found({.text = "ёж"}) == "Ёж 1");
    CHECK(found({.text = "robert"}) == "bob 1");
    CHECK(found({.text = "@bob"}) == "bob 1");
    CHECK(found({.text = "bob@b"}) == "bob 1");
    CHECK(found({.text = "b@b"}) == "0");
    CHECK(found({.text = "n", .limit = 1}) == "ann 2");
    CHECK(found({.text = "n", .limit = 5, .skip = 1}) == "Ёж 2");
    CHECK(found({.text = "n", .limit = 5, .skip = 9}) == "2");
  }

  TEST_CASE_TEMPLATE("who shares a chat, as long as it is not deleted", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    const auto ann = store.insert_account(account("ann", "a@b"));
    const auto bob = store.insert_account(account("bob", "b@b"));
    const auto eve = store.insert_account(account("eve", "e@b"));
    auto chat = chat_of("g", {ann, bob});
    chat.ref = store.insert_chat(chat);
    REQUIRE(store.commit().has_value());
    CHECK(t.open_reader()->share_chat(bob, ann));
    CHECK_FALSE(t.open_reader()->share_chat(ann, eve));
    store.begin();
    chat.is_deleted = true;
    store.update_chat(chat);
    REQUIRE(store.commit().has_value());
    CHECK_FALSE(t.open_reader()->share_chat(bob, ann));
  }
}

}  // namespace
}  // namespace veche::storage
