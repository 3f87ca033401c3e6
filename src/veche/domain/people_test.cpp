// Goal: users are found by what people remember of them, and an email is shown to those who share
// a chat. Method: a world in memory; storage/contract_test.cpp asks both stores.

#include "veche/domain/people.hpp"

#include <doctest/doctest.h>

#include "veche/domain/accounts.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/groups.hpp"
#include "veche/domain/queries.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct PeopleFixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  UserRef ann{enrol("ann")};
  UserRef bob{enrol("bob")};
  UserRef eve{enrol("eve")};
  std::unique_ptr<Reader> reader{store.open_reader()};

  UserRef enrol(const std::string& id) {
    const Registration registration{.name = id, .email = id + "@example.com", .id = id};
    const auto made =
        world.run(Writes::once, [&](Transaction& t) { return Accounts{t}.enrol(registration); });
    return made.value()->ref;
  }
  People people(std::string_view user) { return Queries{*reader, user}.people(); }

  std::string search(std::string_view text, People::Part part = {}) {
    const auto page = people("ann").search(text, part);
    if (!page) return page.error().text;
    std::string line;
    for (const auto& user : page->users) line += user.id + " ";
    return line + "of " + std::to_string(page->total) + (page->has_more() ? " more" : "");
  }
  Result<UserPtr> change(UserRef user, const ProfileChanges& changes) {
    return world.run(Writes::once,
                     [&](Transaction& t) { return Accounts{t}.change_profile(user, changes); });
  }
};

TEST_SUITE("domain/people (CONTRACT section 5, users)") {
  TEST_CASE("another's email is hidden until they share a chat, and again when it is deleted") {
    PeopleFixture f;
    const auto email = [&](std::string_view id) { return f.people("ann").find(id)->email; };
    CHECK(email("ann") == "ann@example.com");
    CHECK(email("bob").empty());
    f.world.group("g", {"ann", "bob"});
    CHECK(email("bob") == "bob@example.com");
    CHECK(email("eve").empty());
    const auto erased =
        f.world.run(Writes::many, [&](Transaction& t) { return Chats{t}.erase(f.ann, "g"); });
    REQUIRE(erased.has_value());
    CHECK(email("bob").empty());
  }

  TEST_CASE("an unknown user is not found; an unknown asker is told so") {
    PeopleFixture f;
    CHECK(f.people("ann").find("nobody").error().code == Errc::not_found);
    CHECK(f.people("nobody").find("ann").error().code == Errc::unauthorized);
    CHECK(f.people("nobody").search("ann", {}).error().code == Errc::unauthorized);
  }

  TEST_CASE("by part of a name in any case, or by a whole email") {
    PeopleFixture f;
    REQUIRE(f.change(f.eve, {.name = " Ёва Браун "}).has_value());
    CHECK(f.search("ёВА") == "eve of 1");
    CHECK(f.search(" браун ") == "eve of 1");
    CHECK(f.search("eve@example.com") == "eve of 1");
    CHECK(f.search("example.com") == "of 0");
    CHECK(f.search("%") == "of 0");
    CHECK(f.search("") == "query must have 1 to 100 characters");
    CHECK(f.search(std::string(101, 'x')) == "query must have 1 to 100 characters");
  }

  TEST_CASE("a part of what was found, in the order of names") {
    PeopleFixture f;
    for (const auto ref : {f.eve, f.bob, f.ann}) {
      REQUIRE(f.change(ref, {.name = "Same"}).has_value());
    }
    CHECK(f.search("same") == "ann bob eve of 3");
    CHECK(f.search("same", {.limit = 2}) == "ann bob of 3 more");
    CHECK(f.search("same", {.limit = 2, .skip = 2}) == "eve of 3");
    CHECK(f.search("same", {.limit = 0, .skip = -1}) == "ann of 3 more");
    CHECK(f.search("same", {.skip = 9}) == "of 3");
  }
}

TEST_SUITE("domain/accounts: change_profile") {
  TEST_CASE("the name and the avatar change, also for those who share a chat") {
    PeopleFixture f;
    f.world.group("g", {"ann", "bob"});
    REQUIRE(f.world.send({.sender = f.bob, .chat_id = "g", .text = "x"}).has_value());
    CHECK(f.change(f.bob, {.name = " Robert ", .avatar = "b.png"}).value()->name == "Robert");
    const auto sent = f.world.send({.sender = f.bob, .chat_id = "g", .text = "x"}).value();
    CHECK(sent.message->sender->name == "Robert");
    const auto made = f.world.run(Writes::many, [&](Transaction& t) -> Result<std::string> {
      return t.audience(*t.chat_by_id("g"))->users.back()->name;
    });
    CHECK(made.value() == "Robert");
    CHECK(f.people("ann").find("bob")->avatar == "b.png");
    CHECK(f.change(f.bob, {.avatar = ""}).value()->avatar.empty());
  }

  TEST_CASE("values that are none") {
    PeopleFixture f;
    for (const ProfileChanges& changes : {ProfileChanges{}, ProfileChanges{.name = "  "},
                                          ProfileChanges{.name = std::string(101, 'x')},
                                          ProfileChanges{.avatar = std::string(501, 'x')}}) {
      CHECK(f.change(f.bob, changes).error().code == Errc::validation);
    }
    CHECK(f.change(UserRef{99}, {.name = "x"}).error().code == Errc::not_found);
  }
}

TEST_SUITE("domain/accounts: erase") {
  TEST_CASE("who has gone is the nameless sender of what was sent, and nobody else") {
    PeopleFixture f;
    f.world.group("g", {"ann", "bob", "eve"});
    const auto made = f.world.run(Writes::many, [&](Transaction& t) {
      return Chats{t}.create({.creator = f.ann, .participant_ids = {"bob"}, .id = "pair"});
    });
    REQUIRE(made.has_value());
    REQUIRE(f.world.send({.sender = f.ann, .chat_id = "pair", .text = "x"}).has_value());
    f.world.told.clear();
    const auto erase = [&] {
      return f.world.run(Writes::many, [&](Transaction& t) -> Result<bool> {
        static_cast<void>(Sessions{t}.open(f.ann, "digest", {}));
        auto erased = Accounts{t}.erase(f.ann);
        if (!erased) return tl::unexpected<Error>{erased.error()};
        return true;
      });
    };
    REQUIRE(erase().has_value());
    CHECK(f.world.told == "removed#4:ann role#5:bob revoked#6 revoked#7");
    CHECK(erase().error().code == Errc::not_found);

    CHECK(f.store.find_chat_by_id("g")->find(f.ann) == nullptr);
    const auto page = Queries{*f.reader, "bob"}.messages("pair", {});
    REQUIRE(page->messages.size() == 1);
    CHECK(page->messages[0].sender->id == "ann");
    CHECK(page->messages[0].sender->name.empty());
    CHECK_FALSE(f.store.find_account_by_email("ann@example.com").has_value());
    CHECK(f.people("bob").find("ann").error().code == Errc::not_found);
    CHECK(f.people("bob").search("ann", {})->total == 0);
    CHECK(f.people("ann").find("bob").error().code == Errc::unauthorized);
    const auto admitted = f.world.run(
        Writes::once, [&](Transaction& t) { return Accounts{t}.admit({.user_id = "ann"}); });
    CHECK(admitted.error().code == Errc::unauthorized);
    const auto wanted = f.world.run(Writes::many, [&](Transaction& t) {
      return Groups{t}.add({.by = f.bob, .chat_id = "g", .user_ids = {"ann"}});
    });
    CHECK(wanted.error().code == Errc::not_found);
  }
}

}  // namespace
}  // namespace veche::domain
