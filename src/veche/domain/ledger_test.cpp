// Goal: a batch is all or nothing, a command in it too, and a send asks the store nothing.
// Method: the ledger over memory, behind a store that counts and fails when it is told to.

#include "veche/domain/ledger.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"
#include "support/failing_store.hpp"

namespace veche::domain {
namespace {

struct LedgerFixture {
  storage::MemoryStore inner{"epoch"};
  support::FailingStore store{inner};
  support::ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  std::string chat{world.group("g", {"ann", "bob"})};

  /// A send inside the open batch; `then` decides whether the command is kept.
  Result<Sent> send(UserRef sender, Writes writes = Writes::once, bool is_kept = true) {
    return world.command(writes, [&](Transaction& transaction) -> Result<Sent> {
      auto sent = Messages{transaction}.send({.sender = sender, .chat_id = chat, .text = "x"});
      if (!is_kept) return fail(Errc::validation);
      return sent;
    });
  }
};

TEST_SUITE("domain/ledger: what a send costs (DESIGN section 4)") {
  TEST_CASE("a send in a chat that is remembered asks the store nothing") {
    LedgerFixture f;
    f.store.asked = 0;
    f.world.ledger.begin(f.world.now);
    for (int i = 0; i < 5; ++i) CHECK(f.send(i % 2 == 0 ? f.ann : f.bob).has_value());
    CHECK(f.store.asked == 0);
    REQUIRE(f.world.ledger.commit().has_value());
  }

  TEST_CASE("a chat is advanced once a batch, and each sender once") {
    LedgerFixture f;
    f.store.chats_updated = f.store.chats_advanced = 0;
    f.store.members_put = f.store.members_advanced = f.store.savepoints = 0;
    f.world.ledger.begin(f.world.now);
    for (int i = 0; i < 9; ++i) CHECK(f.send(i % 3 == 0 ? f.ann : f.bob).has_value());
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.store.chats_advanced == 1);
    CHECK(f.store.members_advanced == 2);
    CHECK(f.store.savepoints == 0);
    f.world.ledger.begin(f.world.now);
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.store.chats_advanced == 1);
    CHECK(f.store.chats_updated == 0);
    CHECK(f.store.members_put == 0);
  }

  TEST_CASE("a row that is written whole is not advanced as well") {
    LedgerFixture f;
    f.store.chats_updated = f.store.chats_advanced = 0;
    f.store.members_put = f.store.members_advanced = 0;
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.ann).has_value());
    CHECK(f.send(f.bob).has_value());
    auto& transaction = f.world.ledger.transaction();
    f.world.ledger.enter(Writes::many);
    const auto& chat = *transaction.chat_by_id(f.chat);
    transaction.change(chat).name = "new";
    transaction.change_member(chat, f.ann).is_muted = true;
    CHECK(f.world.ledger.leave(Ledger::Outcome::keep).empty());
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.store.chats_updated == 1);
    CHECK(f.store.chats_advanced == 0);
    CHECK(f.store.members_put == 1);
    CHECK(f.store.members_advanced == 1);
    const auto kept = f.inner.find_chat_by_id(f.chat);
    CHECK(kept->name == "new");
    CHECK(kept->last_seq == chat.last_seq);
    CHECK(kept->members == chat.members);
  }

  TEST_CASE("what is remembered between transactions is bounded") {
    storage::MemoryStore inner{"epoch"};
    support::FailingStore store{inner};
    support::ChatWorld world{store, {.chats_max = 2, .users_max = 2}};
    world.user("ann");
    for (const auto* id : {"a", "b", "c", "d"}) world.group(id, {"ann"});
    const auto asked_for = [&](std::string_view id) {
      store.asked = 0;
      return world.run(Writes::once, [&](Transaction& transaction) -> Result<int> {
        CHECK(transaction.chat_by_id(id) != nullptr);
        return store.asked;
      });
    };
    CHECK(asked_for("d") == 0);
    CHECK(asked_for("c") == 0);
    CHECK(asked_for("a") == 1);
    CHECK(asked_for("c") == 0);
    CHECK(asked_for("d") == 1);
  }
}

TEST_SUITE("domain/ledger: undo of one command") {
  TEST_CASE("an undone command leaves no number unused and no fact") {
    LedgerFixture f;
    f.world.told.clear();
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.ann)->message->seq == 1);
    CHECK_FALSE(f.send(f.bob, Writes::many, false).has_value());
    CHECK(f.send(f.bob)->message->seq == 2);
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.world.told == "posted#2:x posted#3:x");
    CHECK(f.world.ledger.head() == 3);
    const auto chat = f.store.find_chat_by_id("g");
    CHECK(chat->last_seq == 2);
    CHECK(chat->rev == 3);
    CHECK(chat->find(f.bob)->own_after == 1);
    CHECK(f.store.find_entry(3)->actor == f.bob);
  }

  TEST_CASE("chats and users made by an undone command are gone") {
    LedgerFixture f;
    const auto undone = f.world.run(Writes::many, [&](Transaction& transaction) -> Result<int> {
      const auto eve = Accounts{transaction}.admit({.user_id = "eve"});
      CHECK(Chats{transaction}
                .create({.creator = f.ann, .participant_ids = {"eve"}, .id = "new"})
                .has_value());
      return fail(Errc::validation);
    });
    CHECK_FALSE(undone.has_value());
    const auto seen = f.world.run(Writes::once, [&](Transaction& transaction) -> Result<bool> {
      return transaction.user_by_id("eve") == nullptr && transaction.chat_by_id("new") == nullptr;
    });
    CHECK(seen == true);
    CHECK(f.world.ledger.head() == 1);
  }

  TEST_CASE("a chat that was changed before the undone command keeps that change") {
    LedgerFixture f;
    f.world.ledger.begin(f.world.now);
    REQUIRE(f.send(f.ann).has_value());
    CHECK_FALSE(f.send(f.ann, Writes::many, false).has_value());
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.store.find_chat_by_id("g")->last_seq == 1);
    CHECK(f.store.find_chat_by_id("g")->find(f.ann)->own_after == 1);
  }

  TEST_CASE("a command that writes nothing needs no savepoint, whatever it might have done") {
    LedgerFixture f;
    f.store.savepoints = 0;
    const auto refused = f.world.create({.creator = f.ann});
    CHECK_FALSE(refused.has_value());
    CHECK(f.store.savepoints == 0);
  }
}

TEST_SUITE("domain/ledger: a batch that fails") {
  TEST_CASE("after a commit that failed everything is as before it, and goes on") {
    LedgerFixture f;
    f.world.ledger.begin(f.world.now);
    REQUIRE(f.send(f.ann).has_value());
    f.store.fails_commit = true;
    const auto committed = f.world.ledger.commit();
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.error().code == Errc::io);
    CHECK(f.world.ledger.head() == 1);
    CHECK(f.store.find_chat_by_id("g")->last_seq == 0);
    f.world.ledger.begin(f.world.now);
    const auto sent = f.send(f.bob);
    CHECK(sent->message->seq == 1);
    CHECK(sent->message->pos == 2);
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.store.find_chat_by_id("g")->find(f.ann)->own_after == 0);
  }

  TEST_CASE("a command that fails after its one write takes the batch along, not the process") {
    LedgerFixture f;
    const Pos before = f.world.ledger.head();
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.ann).has_value());
    CHECK_FALSE(f.send(f.bob, Writes::once, false).has_value());
    CHECK(f.world.ledger.commit().error().code == Errc::io);
    CHECK(f.world.ledger.head() == before);
    CHECK(f.inner.head() == before);
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.bob).value().message->seq == 1);
    CHECK(f.world.ledger.commit().has_value());
  }

  TEST_CASE("a transaction can be given up") {
    LedgerFixture f;
    const Pos before = f.world.ledger.head();
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.ann).has_value());
    f.world.ledger.rollback();
    CHECK(f.inner.head() == before);
    f.world.ledger.begin(f.world.now);
    CHECK(f.send(f.ann).value().message->seq == 1);
    CHECK(f.world.ledger.commit().has_value());
  }

  TEST_CASE("a statement that failed fails the batch") {
    LedgerFixture f;
    f.world.ledger.begin(f.world.now);
    REQUIRE(f.send(f.ann).has_value());
    f.store.has_failed = true;
    CHECK_FALSE(f.send(f.ann, Writes::once, false).has_value());
    CHECK(f.world.ledger.commit().error().code == Errc::io);
    CHECK(f.inner.head() == 1);
    CHECK_FALSE(f.store.failed());
  }
}

TEST_SUITE("domain/ledger: members") {
  TEST_CASE("one who joins later starts where the chat stands, in a new audience") {
    LedgerFixture f;
    const auto eve = f.world.user("eve");
    REQUIRE(f.world.send({.sender = f.ann, .chat_id = "g", .text = "x"}).has_value());
    const auto added = f.world.run(Writes::many, [&](Transaction& transaction) -> Result<int> {
      const auto* chat = transaction.chat_by_id("g");
      const auto before = transaction.audience(*chat);
      CHECK(transaction.add_member(*chat, eve, Role::member).joined_seq == 1);
      CHECK(before->users.size() == 2);
      CHECK(transaction.audience(*chat)->users.size() == 3);
      return 0;
    });
    CHECK(added.has_value());
    const auto chat = f.store.find_chat_by_id("g");
    REQUIRE(chat->find(eve) != nullptr);
    CHECK(chat->find(eve)->joined_seq == 1);
  }

  TEST_CASE("a changed row and a changed member are written at the commit") {
    LedgerFixture f;
    const auto changed = f.world.run(Writes::many, [&](Transaction& transaction) -> Result<int> {
      const auto* chat = transaction.chat_by_id("g");
      transaction.change(*chat).description = "about";
      transaction.change_member(*chat, f.bob).is_muted = true;
      return 0;
    });
    CHECK(changed.has_value());
    CHECK(f.store.find_chat_by_id("g")->description == "about");
    CHECK(f.store.find_chat_by_id("g")->find(f.bob)->is_muted);
  }
}

}  // namespace
}  // namespace veche::domain
