// Goal: the demo's ids and passwords are the ones that the documents name.

#include "veche/app/demo.hpp"

#include <doctest/doctest.h>

#include "veche/app/credentials.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/seeded_rng.hpp"
#include "support/virtual_clock.hpp"

namespace veche::app {
namespace {

TEST_SUITE("app/demo") {
  TEST_CASE("two users, one chat, and again the same") {
    storage::MemoryStore store{"epoch"};
    testing::SeededRng rng{1};
    testing::VirtualClock clock;
    const HashedPasswords passwords{rng};
    for (int i = 0; i < 2; ++i) {
      domain::Ledger ledger{store, rng};
      REQUIRE(make_demo(ledger, passwords, clock).has_value());
    }
    const auto account = store.find_account_by_email("test2@example.com");
    REQUIRE(account.has_value());
    CHECK(passwords.verify(demo_password, account->password_hash));
    const auto chat = store.find_chat_by_id(demo_chat_id);
    REQUIRE(chat.has_value());
    CHECK(chat->members.size() == 2);
    CHECK(store.head() == 1);
  }
}

}  // namespace
}  // namespace veche::app
