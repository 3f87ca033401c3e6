// Goal: nobody is let in from memory whose session may have been revoked since the writer looked.

#include "veche/gateway/admitted_users.hpp"

#include <memory>

#include <doctest/doctest.h>

namespace veche::gateway {
namespace {

constexpr domain::UserRef ada_ref{1};
constexpr domain::UserRef bob_ref{2};

domain::SessionsRevoked revocation_of(const std::string& user_id) {
  auto user = std::make_shared<domain::User>();
  user->id = user_id;
  return {.user = std::move(user), .session_ids = {"any"}};
}

TEST_SUITE("gateway/admitted_users") {
  TEST_CASE("who was let in is known with that session, and with no other") {
    AdmittedUsers users;
    users.remember("ada", "phone", ada_ref, 0);
    users.remember("ada", "", ada_ref, 0);
    CHECK(users.find("ada", "phone") == ada_ref);
    CHECK(users.find("ada", "") == ada_ref);
    CHECK(users.find("ada", "phon") == domain::UserRef::none);
    CHECK(users.find("ad", "a/phone") == domain::UserRef::none);
    CHECK(users.find("ada/phone", "") == domain::UserRef::none);
    CHECK(users.find("bob", "phone") == domain::UserRef::none);
    CHECK(users.find("", "") == domain::UserRef::none);
  }

  TEST_CASE("a revocation forgets its user alone, one of nobody everybody") {
    AdmittedUsers users;
    users.remember("ada", "phone", ada_ref, 0);
    users.remember("ada", "", ada_ref, 0);
    users.remember("bob", "", bob_ref, 0);
    users.hear(revocation_of("ada"));
    CHECK(users.find("ada", "phone") == domain::UserRef::none);
    CHECK(users.find("ada", "") == domain::UserRef::none);
    CHECK(users.find("bob", "") == bob_ref);
    users.hear({});
    CHECK(users.find("bob", "") == domain::UserRef::none);
  }

  TEST_CASE("what the writer said before a revocation was heard is not remembered") {
    AdmittedUsers users;
    const auto since = users.revocations();
    users.hear(revocation_of("ada"));
    users.remember("ada", "phone", ada_ref, since);
    CHECK(users.find("ada", "phone") == domain::UserRef::none);
    users.remember("ada", "phone", ada_ref, users.revocations());
    CHECK(users.find("ada", "phone") == ada_ref);
  }

  TEST_CASE("the limit: as many as there are places, of one user as many as it has") {
    AdmittedUsers users;
    for (int i = 0; i < 5; ++i) users.remember("ada", std::to_string(i), ada_ref, 0);
    CHECK(users.find("ada", "0") == domain::UserRef::none);
    for (int i = 1; i < 5; ++i) CHECK(users.find("ada", std::to_string(i)) == ada_ref);
    std::size_t known = 0;
    const std::size_t count = 3 * AdmittedUsers::places;
    for (std::size_t i = 0; i < count; ++i) users.remember(std::to_string(i), "", bob_ref, 0);
    for (std::size_t i = 0; i < count; ++i) {
      known += users.find(std::to_string(i), "") == bob_ref ? 1 : 0;
    }
    CHECK(known <= AdmittedUsers::places);
    CHECK(known > AdmittedUsers::places / 2);
  }
}

}  // namespace
}  // namespace veche::gateway
