// Goal: the rules of chats. Method: a world in memory with a few people; each test runs
// commands and reads their outcome and the facts they told.

#include "veche/domain/chats.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct ChatsFixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};

  Result<CreatedChat> personal(UserRef creator, std::vector<std::string> with) {
    return world.create({.creator = creator, .participant_ids = std::move(with)});
  }
  Result<Joined> join(UserRef user, std::string_view id) {
    return world.run(Writes::once,
                     [&](Transaction& transaction) { return Chats{transaction}.join(user, id); });
  }
  Result<Rev> erase(UserRef user, std::string_view id) {
    return world.run(Writes::many,
                     [&](Transaction& transaction) { return Chats{transaction}.erase(user, id); });
  }
};

TEST_SUITE("domain/chats: create (R18)") {
  TEST_CASE("a new chat is one fact, with everyone in it and nothing unread") {
    ChatsFixture f;
    const auto made =
        f.world.create({.creator = f.bob, .participant_ids = {"ann"}, .client_chat_id = "mine"});
    REQUIRE(made.has_value());
    CHECK_FALSE(made->existed);
    const auto& view = made->chat;
    CHECK(view.chat.rev == 1);
    CHECK(view.chat.last_seq == 0);
    CHECK(view.unread == 0);
    CHECK_FALSE(view.last_message.has_value());
    REQUIRE(view.participants->users.size() == 2);
    CHECK(view.participants->users[0]->id == "ann");
    CHECK(view.participants->users[1]->id == "bob");
    CHECK(view.chat.members[1].role == Role::member);
    CHECK(f.world.told == "created#1");
  }

  TEST_CASE("a personal chat exists once a pair, whoever asks") {
    ChatsFixture f;
    const auto first = f.personal(f.ann, {"bob"});
    const auto again = f.personal(f.bob, {"ann", "bob"});
    REQUIRE(again.has_value());
    CHECK(again->existed);
    CHECK(again->chat.chat.id == first->chat.chat.id);
    CHECK(f.world.told == "created#1");
    CHECK_FALSE(f.personal(f.ann, {"eve"})->existed);
  }

  TEST_CASE("one that exists is shown as its viewer sees it") {
    ChatsFixture f;
    const auto id = f.personal(f.ann, {"bob"})->chat.chat.id;
    REQUIRE(f.world.send({.sender = f.ann, .chat_id = id, .text = "hi"}).has_value());
    const auto view = f.personal(f.bob, {"ann"})->chat;
    CHECK(view.unread == 1);
    REQUIRE(view.last_message.has_value());
    CHECK(view.last_message->text == "hi");
    CHECK(view.last_message->sender->id == "ann");
    CHECK(f.personal(f.ann, {"bob"})->chat.unread == 0);
  }

  TEST_CASE("after its deletion a pair begins anew, even in the same batch") {
    ChatsFixture f;
    const auto first = f.personal(f.ann, {"bob"})->chat.chat.id;
    f.world.ledger.begin(f.world.now);
    CHECK(f.world
              .command(
                  Writes::many,
                  [&](Transaction& transaction) { return Chats{transaction}.erase(f.bob, first); })
              .has_value());
    const auto second = f.world.command(Writes::many, [&](Transaction& transaction) {
      return Chats{transaction}.create({.creator = f.ann, .participant_ids = {"bob"}});
    });
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK_FALSE(second->existed);
    CHECK(second->chat.chat.id != first);
    CHECK(f.personal(f.bob, {"ann"})->chat.chat.id == second->chat.chat.id);
  }

  TEST_CASE("wrong shapes are refused and nothing is told") {
    ChatsFixture f;
    const auto refused = [&](NewChat input) {
      input.creator = f.ann;
      return f.world.create(std::move(input)).error().code;
    };
    CHECK(refused({}) == Errc::validation);
    CHECK(refused({.participant_ids = {"ann"}}) == Errc::validation);
    CHECK(refused({.participant_ids = {"bob", "eve"}}) == Errc::validation);
    CHECK(refused({.participant_ids = {"nobody"}}) == Errc::not_found);
    CHECK(refused({.participant_ids = {"a b"}}) == Errc::not_found);
    CHECK(refused({.type = ChatType::group, .participant_ids = {"bob"}, .name = " "}) ==
          Errc::validation);
    CHECK(refused({.type = ChatType::group, .name = std::string(201, 'n')}) == Errc::validation);
    CHECK(refused({.type = ChatType::group, .name = "n", .id = "a b"}) == Errc::validation);
    CHECK(refused({.type = ChatType::group,
                   .participant_ids = std::vector<std::string>(10'001, "bob"),
                   .name = "n"}) == Errc::validation);
    CHECK(refused({.participant_ids = {"bob"}, .client_chat_id = std::string(65, 'c')}) ==
          Errc::validation);
    CHECK(f.world.create({.creator = UserRef{99}, .participant_ids = {"bob"}}).error().code ==
          Errc::unauthorized);
    CHECK(f.world.told.empty());
  }

  TEST_CASE("a group has its creator as owner, and the id it brings") {
    ChatsFixture f;
    const auto made = f.world.create({.creator = f.bob,
                                      .type = ChatType::group,
                                      .participant_ids = {"eve", "ann", "eve"},
                                      .name = " All ",
                                      .id = "all"});
    REQUIRE(made.has_value());
    const auto& chat = made->chat.chat;
    CHECK(chat.id == "all");
    CHECK(chat.name == "All");
    REQUIRE(chat.members.size() == 3);
    CHECK(chat.find(f.bob)->role == Role::owner);
    CHECK(chat.find(f.ann)->role == Role::member);
    CHECK(f.world.create({.creator = f.ann, .type = ChatType::group, .name = "x", .id = "all"})
              .error()
              .code == Errc::conflict);
  }
}

TEST_SUITE("domain/chats: join (R8, R9)") {
  TEST_CASE("a participant learns where the chat stands") {
    ChatsFixture f;
    const auto id = f.world.group("g", {"ann", "bob"});
    REQUIRE(f.world.send({.sender = f.ann, .chat_id = id, .text = "hi"}).has_value());
    const auto joined = f.join(f.bob, id);
    REQUIRE(joined.has_value());
    CHECK(joined->last_seq == 1);
    CHECK(joined->rev == 2);
    CHECK(joined->read_seq == 0);
  }

  TEST_CASE("strangers, unknown and deleted chats get the same answer") {
    ChatsFixture f;
    const auto id = f.world.group("g", {"ann", "bob"});
    const Error denied{Errc::forbidden, "Access denied"};
    CHECK(f.join(f.eve, id).error() == denied);
    CHECK(f.join(f.ann, "nothing").error() == denied);
    REQUIRE(f.erase(f.ann, id).has_value());
    CHECK(f.join(f.ann, id).error() == denied);
  }
}

TEST_SUITE("domain/chats: erase (CONTRACT section 6)") {
  TEST_CASE("either side deletes a personal chat, for both") {
    ChatsFixture f;
    const auto id = f.personal(f.ann, {"bob"})->chat.chat.id;
    CHECK(f.erase(f.bob, id) == 2);
    CHECK(f.world.told == "created#1 deleted#2");
    CHECK(f.erase(f.ann, id).error().code == Errc::not_found);
  }

  TEST_CASE("a group is its owner's to delete") {
    ChatsFixture f;
    const auto id = f.world.group("g", {"ann", "bob"});
    CHECK(f.erase(f.bob, id).error().code == Errc::forbidden);
    CHECK(f.erase(f.eve, id).error().code == Errc::not_found);
    CHECK(f.erase(f.ann, id).has_value());
  }
}

TEST_SUITE("domain/chats: update") {
  TEST_CASE("a group may begin with an avatar and a description, a personal chat with neither") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    const auto ann = world.user("ann");
    world.user("bob");
    NewChat input{.creator = ann,
                  .type = ChatType::group,
                  .participant_ids = {"bob"},
                  .name = "n",
                  .avatar = "a",
                  .description = "d"};
    CHECK(world.create(input).value().chat.chat.avatar == "a");
    input.avatar = std::string(501, 'x');
    CHECK(world.create(input).error().code == Errc::validation);
    input.type = ChatType::personal;
    CHECK(world.create(input).value().chat.chat.description == "");
  }

  TEST_CASE("owner and admins change a group; what is so already writes nothing") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    const auto ann = world.user("ann");
    const auto bob = world.user("bob");
    const auto eve = world.user("eve");
    world.group("g", {"ann", "bob"});
    world.create({.creator = ann, .participant_ids = {"bob"}, .id = "pair"}).value();
    world.told.clear();
    const auto update = [&](UserRef user, const std::string& id, const ChatChanges& changes) {
      return world.run(Writes::many,
                       [&](Transaction& t) { return Chats{t}.update(user, id, changes); });
    };
    const auto view = update(ann, "g", {.name = " New ", .description = ""}).value();
    CHECK(view.chat.name == "New");
    CHECK(view.chat.rev == 2);
    CHECK(world.told == "updated#3");
    CHECK(update(ann, "g", {.name = "New"}).value().chat.rev == 2);
    CHECK(world.told == "updated#3");
    CHECK(store.find_chat_by_id("g")->name == "New");
    CHECK(update(bob, "g", {.name = "x"}).error().code == Errc::forbidden);
    CHECK(update(ann, "pair", {.name = "x"}).error().code == Errc::forbidden);
    CHECK(update(eve, "g", {.name = "x"}).error().text == "Chat not found");
    CHECK(update(ann, "g", {}).error().code == Errc::validation);
    CHECK(update(ann, "g", {.name = " "}).error().code == Errc::validation);
    CHECK(update(ann, "g", {.avatar = std::string(501, 'x')}).error().code == Errc::validation);
    CHECK(update(ann, "g", {.description = std::string(2001, 'x')}).error().code ==
          Errc::validation);
    CHECK(world.told == "updated#3");
  }
}

}  // namespace
}  // namespace veche::domain
