// Goal: who may change who takes part, and what each change leaves behind. Method: a world in
// memory; members, rights and facts as one line; storage/model_test.cpp does so at random.

#include "veche/domain/groups.hpp"

#include <utility>

#include <doctest/doctest.h>

#include "veche/domain/access.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

std::string word(Errc code) {
  switch (code) {
    case Errc::not_found: return "not_found";
    case Errc::forbidden: return "forbidden";
    case Errc::validation: return "validation";
    default: return "another";
  }
}

/// Ann owns the group "g", with bob and eve in it; dan is a stranger.
struct GroupsFixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};
  UserRef dan{world.user("dan")};

  GroupsFixture() {
    world.group("g", {"ann", "bob", "eve"});
    world.told.clear();
  }

  template <typename Act>
  std::string act(Act act) {
    world.now += Milliseconds{1};
    const auto outcome = world.run(Writes::many, [&](Transaction& t) {
      Groups groups{t};
      return act(groups);
    });
    if (!outcome) return word(outcome.error().code);
    return *outcome ? members((*outcome)->chat) : "gone";
  }
  std::string add(UserRef by, std::vector<std::string> ids, const std::string& id = "g") {
    return act([&](Groups& g) { return g.add({.by = by, .chat_id = id, .user_ids = ids}); });
  }
  std::string remove(UserRef by, const std::string& user, const std::string& id = "g") {
    return act([&](Groups& g) { return g.remove({.by = by, .chat_id = id, .user_id = user}); });
  }
  std::string set_role(UserRef by, const std::string& user, Role role) {
    return act(
        [&](Groups& g) { return g.set_role({.by = by, .chat_id = "g", .user_id = user}, role); });
  }
  std::string leave(UserRef user, const std::string& id = "g") {
    return act([&](Groups& g) { return g.leave(user, id); });
  }

  /// "ann! bob* eve": owners have a !, admins a *.
  std::string members(const Chat& chat) {
    std::string line;
    for (const auto& member : chat.members) {
      if (!line.empty()) line += ' ';
      line += store.find_account(member.user)->user->id;
      if (member.role != Role::member) line += member.role == Role::owner ? '!' : '*';
    }
    return line;
  }
  std::string stored() { return members(*store.find_chat_by_id("g")); }
  Result<Sent> send(UserRef sender) {
    return world.send({.sender = sender, .chat_id = "g", .text = "x"});
  }
  /// Of a member: "joined read own unread".
  std::string standing(UserRef user) {
    const auto chat = store.find_chat_by_id("g").value();
    const auto* member = chat.find(user);
    REQUIRE(member != nullptr);
    const auto unread = world.run(Writes::once, [&](Transaction& t) -> Result<std::int64_t> {
      return t.unread(*t.chat_by_id("g"), *member);
    });
    return std::to_string(member->joined_seq) + " " + std::to_string(member->read_seq) + " " +
           std::to_string(member->own_after) + " " + std::to_string(unread.value());
  }
};

TEST_SUITE("domain/groups: add (CONTRACT section 6)") {
  TEST_CASE("owner and admins add; who is in already is no change") {
    GroupsFixture f;
    CHECK(f.add(f.ann, {"dan", "bob", "dan"}) == "ann! bob eve dan");
    CHECK(f.stored() == "ann! bob eve dan");
    CHECK(f.world.told == "added#2:dan");
    CHECK(f.add(f.ann, {"dan", "bob"}) == "ann! bob eve dan");
    CHECK(f.world.told == "added#2:dan");
    CHECK(f.add(f.bob, {"dan"}) == "forbidden");
    f.set_role(f.ann, "bob", Role::admin);
    f.world.user("kim");
    CHECK(f.add(f.bob, {"kim"}) == "ann! bob* eve dan kim");
  }

  TEST_CASE("one unknown user, and nobody is added") {
    GroupsFixture f;
    CHECK(f.add(f.ann, {"dan", "nobody"}) == "not_found");
    CHECK(f.add(f.ann, {"no id"}) == "not_found");
    CHECK(f.stored() == "ann! bob eve");
    CHECK(f.world.told == "");
  }

  TEST_CASE("to a stranger the chat is not there, and a personal one does not change") {
    GroupsFixture f;
    f.world.create({.creator = f.ann, .participant_ids = {"bob"}, .id = "pair"}).value();
    const auto refused = f.world.run(Writes::many, [&](Transaction& t) {
      return Groups{t}.add({.by = f.dan, .chat_id = "g", .user_ids = {"dan"}});
    });
    CHECK(is_hidden(refused.error()));
    CHECK(f.add(f.ann, {"dan"}, "none") == "not_found");
    CHECK(f.add(f.ann, {"eve"}, "pair") == "validation");
    CHECK(f.remove(f.ann, "bob", "pair") == "validation");
    CHECK(f.leave(f.ann, "pair") == "validation");
    CHECK(f.leave(f.dan, "pair") == "not_found");
  }

  TEST_CASE("at most 10,000 take part") {
    GroupsFixture f;
    f.world.run(Writes::many, [&](Transaction& t) -> Result<int> {
      std::vector<UserRef> crowd;
      for (int i = 0; i < 9'997; ++i) crowd.push_back(UserRef{1'000 + i});
      t.add_members(*t.chat_by_id("g"), crowd);
      return 0;
    });
    CHECK(f.add(f.ann, {"dan"}) == "validation");
    CHECK(f.store.find_chat_by_id("g")->members.size() == 10'000);
  }

  TEST_CASE("what was said before is no news, then everything is") {
    GroupsFixture f;
    for (int i = 0; i < 3; ++i) CHECK(f.send(f.bob).has_value());
    f.add(f.ann, {"dan"});
    CHECK(f.standing(f.dan) == "3 0 0 0");
    CHECK(f.send(f.bob).has_value());
    CHECK(f.send(f.dan).has_value());
    CHECK(f.standing(f.dan) == "3 0 1 1");
  }
}

TEST_SUITE("domain/groups: remove") {
  TEST_CASE("who may remove whom") {
    GroupsFixture f;
    f.add(f.ann, {"dan"});
    f.set_role(f.ann, "bob", Role::admin);
    f.set_role(f.ann, "eve", Role::admin);
    CHECK(f.remove(f.dan, "eve") == "forbidden");
    CHECK(f.remove(f.bob, "eve") == "forbidden");
    CHECK(f.remove(f.bob, "ann") == "forbidden");
    CHECK(f.remove(f.bob, "nobody") == "not_found");
    f.world.told.clear();
    CHECK(f.remove(f.bob, "dan") == "ann! bob* eve*");
    CHECK(f.remove(f.ann, "eve") == "ann! bob*");
    CHECK(f.remove(f.ann, "eve") == "not_found");
    CHECK(f.world.told == "removed#5:dan removed#6:eve");
    CHECK(f.stored() == "ann! bob*");
  }

  TEST_CASE("the removed one is a stranger at once") {
    GroupsFixture f;
    f.remove(f.ann, "bob");
    CHECK(f.send(f.bob).error().code == Errc::forbidden);
    CHECK(f.remove(f.bob, "ann") == "not_found");
  }

  TEST_CASE("whoever removes oneself leaves, whatever the role") {
    GroupsFixture f;
    CHECK(f.remove(f.bob, "bob") == "ann! eve");
    CHECK(f.remove(f.ann, "ann") == "eve!");
  }

  TEST_CASE("added again: a fresh row, and the own messages of before do not count") {
    GroupsFixture f;
    for (int i = 0; i < 2; ++i) CHECK(f.send(f.bob).has_value());
    CHECK(f.send(f.ann).has_value());
    CHECK(f.standing(f.bob) == "0 0 2 1");
    f.remove(f.ann, "bob");
    CHECK(f.send(f.ann).has_value());
    f.add(f.ann, {"bob"});
    CHECK(f.standing(f.bob) == "4 0 0 0");
    CHECK(f.send(f.eve).has_value());
    CHECK(f.standing(f.bob) == "4 0 0 1");
  }

  TEST_CASE("a removal that is undone leaves the member as it was") {
    GroupsFixture f;
    const auto undone = f.world.run(Writes::many, [&](Transaction& t) -> Result<int> {
      Groups groups{t};
      CHECK(groups.remove({.by = f.ann, .chat_id = "g", .user_id = "bob"}).has_value());
      CHECK(groups.add({.by = f.ann, .chat_id = "g", .user_ids = {"dan"}}).has_value());
      return fail(Errc::conflict);
    });
    CHECK(!undone.has_value());
    CHECK(f.world.told == "");
    CHECK(f.send(f.bob).has_value());
    CHECK(f.send(f.dan).error().code == Errc::forbidden);
    CHECK(f.stored() == "ann! bob eve");
  }
}

TEST_SUITE("domain/groups: roles") {
  TEST_CASE("only the owner sets them, and what is so already is no change") {
    GroupsFixture f;
    CHECK(f.set_role(f.ann, "bob", Role::admin) == "ann! bob* eve");
    CHECK(f.set_role(f.ann, "bob", Role::admin) == "ann! bob* eve");
    CHECK(f.set_role(f.bob, "eve", Role::admin) == "forbidden");
    CHECK(f.set_role(f.dan, "eve", Role::admin) == "not_found");
    CHECK(f.set_role(f.ann, "dan", Role::admin) == "not_found");
    CHECK(f.set_role(f.ann, "ann", Role::member) == "validation");
    CHECK(f.set_role(f.ann, "ann", Role::owner) == "ann! bob* eve");
    CHECK(f.set_role(f.ann, "bob", Role::member) == "ann! bob eve");
    CHECK(f.world.told == "role#2:bob role#3:bob");
  }

  TEST_CASE("the owner hands the chat over and stays an admin") {
    GroupsFixture f;
    CHECK(f.set_role(f.ann, "eve", Role::owner) == "ann* bob eve!");
    CHECK(f.world.told == "role#2:eve role#3:ann");
    CHECK(f.set_role(f.ann, "bob", Role::admin) == "forbidden");
    CHECK(f.stored() == "ann* bob eve!");
  }
}

TEST_SUITE("domain/groups: leave") {
  TEST_CASE("the owner's heir is the oldest admin, else the oldest member") {
    GroupsFixture f;
    f.add(f.ann, {"dan"});
    f.set_role(f.ann, "dan", Role::admin);
    f.set_role(f.ann, "eve", Role::admin);
    f.world.told.clear();
    CHECK(f.leave(f.ann) == "bob eve! dan*");
    CHECK(f.world.told == "removed#5:ann role#6:eve");
    CHECK(f.leave(f.eve) == "bob dan!");
    CHECK(f.leave(f.dan) == "bob!");
    CHECK(f.leave(f.dan) == "not_found");
  }

  TEST_CASE("who joined first, not who was there first by name") {
    GroupsFixture f;
    f.remove(f.ann, "bob");
    f.add(f.ann, {"bob"});
    CHECK(f.leave(f.ann) == "bob eve!");
  }

  TEST_CASE("the last one who leaves deletes the chat") {
    GroupsFixture f;
    f.leave(f.bob);
    f.leave(f.eve);
    f.world.told.clear();
    CHECK(f.leave(f.ann) == "gone");
    CHECK(f.world.told == "deleted#4");
    CHECK(f.leave(f.ann) == "not_found");
    CHECK(f.store.find_chat_by_id("g")->is_deleted);
  }
}

}  // namespace
}  // namespace veche::domain
