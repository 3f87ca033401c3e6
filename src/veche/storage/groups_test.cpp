// Goal: members come and go, large groups are shown by few, lists go on from where they stood, and
// pairs are found, alike in every store (RELIABILITY I7). Method: the same tests over each.

#include "veche/domain/groups.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::ChatsWindow;
using domain::Groups;
using domain::Transaction;
using domain::UserRef;
using domain::Writes;

/// A world over one of the stores, with ann, bob and eve.
template <typename T>
struct World {
  T stores;
  support::ChatWorld world{stores.store()};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};

  /// A group of ann's with `count` members, one user after another.
  std::string crowd(int count) {
    std::vector<std::string> ids{"ann"};
    for (int i = 1; i < count; ++i) {
      ids.push_back("user" + std::to_string(i));
      world.user(ids.back());
    }
    return world.group("crowd", ids);
  }
  void remove(const std::string& id) {
    CHECK(world
              .run(Writes::many,
                   [&](Transaction& t) {
                     return Groups{t}.remove({.by = ann, .chat_id = "crowd", .user_id = id});
                   })
              .has_value());
  }
  std::vector<domain::ChatView> list(UserRef user, const ChatsWindow& window = {}) {
    const auto reader = stores.open_reader();
    reader->begin();
    auto views = reader->chats_of(user, window);
    reader->end();
    return views;
  }
};

TEST_SUITE("storage/groups") {
  TEST_CASE_TEMPLATE("who is removed loses the chat, whoever stays keeps it", T, EACH_STORE) {
    World<T> w;
    w.world.group("crowd", {"ann", "bob", "eve"});
    w.remove("bob");
    CHECK(w.list(w.bob).empty());
    REQUIRE(w.list(w.eve).size() == 1);
    const auto view = w.list(w.eve).front();
    CHECK(view.chat.members.size() == 2);
    CHECK(view.member_count == 2);
    CHECK(view.participants->users.size() == 2);
    CHECK(w.stores.store().find_chat_by_id("crowd")->find(w.bob) == nullptr);
    CHECK(w.stores.store().unread_by_chat(w.bob).empty());
  }

  TEST_CASE_TEMPLATE("a list shows few of many members, and the viewer's own row", T, EACH_STORE) {
    World<T> w;
    w.crowd(103);
    const auto user = [&](int i) {
      return w.stores.store().find_account_by_id("user" + std::to_string(i))->user->ref;
    };
    const auto first = w.list(w.ann).front();
    CHECK(first.chat.members.size() == 100);
    CHECK(first.member_count == 103);
    CHECK(first.participants->users.size() == 100);
    CHECK(w.list(user(99)).front().chat.members.size() == 100);
    for (const int i : {100, 102}) {
      const auto view = w.list(user(i)).front();
      CHECK(view.chat.members.size() == 101);
      CHECK(view.chat.find(user(i)) != nullptr);
      CHECK(view.chat.find(w.ann) != nullptr);
      CHECK(view.member_count == 103);
    }
    w.remove("user50");
    CHECK(w.list(user(102)).front().member_count == 102);
    CHECK(w.list(user(102)).front().chat.find(user(100)) != nullptr);
  }

  TEST_CASE_TEMPLATE("a list goes on from where it stood, also among equals", T, EACH_STORE) {
    World<T> w;
    for (const auto* id : {"a", "b", "c", "d"}) {
      w.world.group(id, {"ann"});
      if (std::string_view{id} == "b") w.world.now += Milliseconds{1};
    }
    std::string line;
    ChatsWindow window{.limit = 1};
    for (auto views = w.list(w.ann, window); !views.empty(); views = w.list(w.ann, window)) {
      line += views.front().chat.id;
      window.after = ChatsWindow::Place{views.front().chat.updated, views.front().chat.ref};
    }
    CHECK(line == "dcba");
    window.after = ChatsWindow::Place{w.world.now, domain::ChatRef::none};
    CHECK(w.list(w.ann, window).front().chat.id == "b");
    CHECK(w.list(w.ann, {.limit = 0}).empty());
  }

  TEST_CASE_TEMPLATE("a reader finds the chat of a pair, from either side", T, EACH_STORE) {
    World<T> w;
    const auto reader = w.stores.open_reader();
    CHECK_FALSE(reader->find_personal(w.ann, w.bob).has_value());
    CHECK(w.world.create({.creator = w.bob, .participant_ids = {"ann"}, .id = "pair"}));
    const auto ref = reader->find_personal(w.ann, w.bob);
    REQUIRE(ref.has_value());
    CHECK(reader->find_personal(w.bob, w.ann) == ref);
    CHECK(reader->find_chat(*ref)->id == "pair");
    CHECK_FALSE(reader->find_personal(w.ann, w.eve).has_value());
  }
}

TEST_SUITE("storage/sqlite_verify") {
  TEST_CASE("members that come and go leave counts that hold together") {
    World<InSqlite> w;
    w.crowd(5);
    w.remove("user2");
    CHECK(w.stores.inner->verify().has_value());
  }
}

}  // namespace
}  // namespace veche::storage
