// Goal: who may have an account, and under which name. Method: a world in memory; each test
// runs commands and reads what came of them.

#include "veche/domain/accounts.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

using support::ChatWorld;

struct AccountsFixture {
  storage::MemoryStore store{"epoch"};
  ChatWorld world{store};

  Result<UserPtr> enrol(const Registration& registration) {
    return world.run(Writes::many, [&](Transaction& transaction) {
      return Accounts{transaction}.enrol(registration);
    });
  }
  Result<UserPtr> admit(const Identity& identity) {
    return world.run(Writes::many, [&](Transaction& transaction) {
      return Accounts{transaction}.admit(identity);
    });
  }
};

TEST_SUITE("domain/accounts: registration (CONTRACT section 6)") {
  TEST_CASE("a name, an email and a password of the right size pass") {
    CHECK(check_registration("Ann", "ann@example.com", "12345678").has_value());
    CHECK(check_registration("Я", "a@b", std::string(128, 'x')).has_value());
    CHECK(check_registration(std::string(100, 'n'), "a@b", "пароль 8").has_value());
  }

  TEST_CASE("the error names the field that is wrong") {
    const auto wrong = [](std::string_view name, std::string_view email,
                          std::string_view password) {
      const auto checked = check_registration(name, email, password);
      REQUIRE_FALSE(checked.has_value());
      CHECK(checked.error().code == Errc::validation);
      return checked.error().text.substr(0, checked.error().text.find(' '));
    };
    CHECK(wrong("", "a@b", "12345678") == "name");
    CHECK(wrong(" \t", "a@b", "12345678") == "name");
    CHECK(wrong(std::string(101, 'n'), "a@b", "12345678") == "name");
    CHECK(wrong("\xFF", "a@b", "12345678") == "name");
    for (const auto* email : {"", "ann", "@b", "a@", "a@b@c", "a b@c", "a@b.", "a@.b", "a@b\n"})
      CHECK(wrong("Ann", email, "12345678") == "email");
    CHECK(wrong("Ann", std::string(253, 'a') + "@b", "12345678") == "email");
    CHECK(wrong("Ann", "a@b", "1234567") == "password");
    CHECK(wrong("Ann", "a@b", std::string(129, 'x')) == "password");
    CHECK(wrong("Ann", "a@b", std::string(1'000'000, 'x')) == "password");
  }
}

TEST_SUITE("domain/accounts: enrol") {
  TEST_CASE("a new user has an id, a trimmed name and the email as given") {
    AccountsFixture f;
    const auto user = f.enrol({.name = " Ann ", .email = "Ann@Example.com", .password_hash = "h"});
    REQUIRE(user.has_value());
    CHECK((*user)->name == "Ann");
    CHECK((*user)->email == "Ann@Example.com");
    CHECK((*user)->id.size() == 24);
    CHECK((*user)->handle == (*user)->id);
    CHECK((*user)->created == support::morning);
    const auto account = f.store.find_account_by_email("ann@EXAMPLE.com");
    REQUIRE(account.has_value());
    CHECK(*account->user == **user);
    CHECK(account->password_hash == "h");
  }

  TEST_CASE("an email is taken in any case of letters, an id as it is") {
    AccountsFixture f;
    REQUIRE(f.enrol({.name = "Ann", .email = "аня@b", .id = "ann"}).has_value());
    CHECK(f.enrol({.name = "Bob", .email = "АНЯ@B"}).error().code == Errc::conflict);
    CHECK(f.enrol({.name = "Bob", .email = "b@b", .id = "ann"}).error().code == Errc::conflict);
    CHECK(f.enrol({.name = "Bob", .email = "b@b", .id = "a b"}).error().code == Errc::validation);
    CHECK(f.enrol({.name = "Bob", .email = "b@b"}).has_value());
  }
}

TEST_SUITE("domain/accounts: admit (R4)") {
  TEST_CASE("an unknown sub becomes a user, a known one stays as it is") {
    AccountsFixture f;
    const auto made = f.admit({.user_id = "u1", .name = "Ann", .email = "a@b"});
    REQUIRE(made.has_value());
    CHECK((*made)->name == "Ann");
    const auto again = f.admit({.user_id = "u1", .name = "Eve", .email = "e@b"});
    CHECK(*again == *made);
  }

  TEST_CASE("an email that another user has, or that is none, is left out") {
    AccountsFixture f;
    REQUIRE(f.enrol({.name = "Ann", .email = "a@b"}).has_value());
    CHECK((*f.admit({.user_id = "u1", .name = "Eve", .email = "A@B"}))->email.empty());
    CHECK((*f.admit({.user_id = "u2", .name = "Eve", .email = "nonsense"}))->email.empty());
  }

  TEST_CASE("a name that will not do is cut, or the id stands in") {
    AccountsFixture f;
    CHECK((*f.admit({.user_id = "u1"}))->name == "u1");
    CHECK((*f.admit({.user_id = "u2", .name = " \n"}))->name == "u2");
    CHECK((*f.admit({.user_id = "u3", .name = "\xFF"}))->name == "u3");
    std::string name;
    for (int i = 0; i < 101; ++i) name += "я";
    CHECK((*f.admit({.user_id = "u4", .name = name}))->name == name.substr(2));
  }

  TEST_CASE("a sub that is no id is refused") {
    AccountsFixture f;
    for (const auto* sub : {"", "a b", "я"})
      CHECK(f.admit({.user_id = sub}).error().code == Errc::unauthorized);
  }
}

TEST_SUITE("domain/accounts: secrets") {
  TEST_CASE("a new hash takes the place of the old one") {
    AccountsFixture f;
    const auto user = f.enrol({.name = "Ann", .email = "a@b", .password_hash = "old"});
    const auto set = [&](UserRef ref) {
      return f.world.run(Writes::once, [&](Transaction& transaction) {
        return Accounts{transaction}.set_password_hash(ref, "new");
      });
    };
    CHECK(set((*user)->ref).has_value());
    CHECK(f.store.find_account_by_email("a@b")->password_hash == "new");
    CHECK(set(UserRef{99}).error().code == Errc::not_found);
    const auto has = [&](std::string_view hash) {
      return f.world.run(Writes::once, [&](Transaction& transaction) -> Result<bool> {
        return Accounts{transaction}.has_password_hash((*user)->ref, hash);
      });
    };
    CHECK(has("new").value());
    CHECK_FALSE(has("old").value());
  }
}

}  // namespace
}  // namespace veche::domain
