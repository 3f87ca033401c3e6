// Goal: the rules of sending. Method: a world in memory; each test sends and reads the outcome
// and the facts told.

#include "veche/domain/messages.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct Fixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};
  std::string chat{world.group("g", {"ann", "bob"})};

  Result<Sent> send(UserRef sender, std::string text, std::string key = {}) {
    return world.send({.sender = sender,
                       .chat_id = chat,
                       .text = std::move(text),
                       .client_message_id = std::move(key)});
  }
};

TEST_SUITE("domain/messages: text (CONTRACT section 6)") {
  TEST_CASE("1 to 10,000 code points that are not all white space") {
    CHECK(check_text("x").has_value());
    std::string most;
    for (int i = 0; i < 10'000; ++i) most += "я";
    CHECK(check_text(most).has_value());
    CHECK(check_text("👩‍👩‍👧 שלום").has_value());
    using namespace std::string_view_literals;
    for (const auto text : {""sv, " \n\t"sv, "\xC2\xA0"sv, "a\0b"sv, "\xED\xA0\x80"sv})
      CHECK(check_text(text).error().code == Errc::validation);
    CHECK(check_text(most + "я").error().code == Errc::validation);
    CHECK(check_text(std::string(1'000'000, 'x')).error().code == Errc::validation);
  }
}

TEST_SUITE("domain/messages: send (R11 to R16, R19)") {
  TEST_CASE("messages are numbered in their chat and told in order") {
    Fixture f;
    const auto first = f.send(f.ann, " one ");
    const auto second = f.send(f.bob, "two");
    REQUIRE(second.has_value());
    CHECK(first->message.text == " one ");
    CHECK(first->message.seq == 1);
    CHECK(first->message.rev == 2);
    CHECK(first->message.pos == 2);
    CHECK(second->message.seq == 2);
    CHECK(second->message.sender->id == "bob");
    CHECK(second->message.chat_id == "g");
    CHECK(f.world.told == "created#1 posted#2: one  posted#3:two");
  }

  TEST_CASE("strangers, unknown and deleted chats get the same answer, and nothing is told") {
    Fixture f;
    const Error denied{Errc::forbidden, "Access denied"};
    CHECK(f.send(f.eve, "x").error() == denied);
    CHECK(f.send(UserRef{99}, "x").error() == denied);
    CHECK(f.world.send({.sender = f.ann, .chat_id = "none", .text = "x"}).error() == denied);
    REQUIRE(
        f.world
            .run(Writes::many,
                 [&](Transaction& transaction) { return Chats{transaction}.erase(f.ann, f.chat); })
            .has_value());
    CHECK(f.send(f.ann, "x").error() == denied);
    CHECK(f.world.told == "created#1 deleted#2");
  }

  TEST_CASE("in a channel only owners and admins post") {
    Fixture f;
    REQUIRE(f.world
                .create({.creator = f.ann,
                         .type = ChatType::channel,
                         .participant_ids = {"bob"},
                         .name = "news",
                         .id = "news"})
                .has_value());
    f.chat = "news";
    CHECK(f.send(f.ann, "x").has_value());
    CHECK(f.send(f.bob, "x").error().code == Errc::read_only);
  }

  TEST_CASE("the audience is shared by the messages of a chat") {
    Fixture f;
    f.world.ledger.begin(f.world.now);
    std::vector<FactPtr> facts;
    for (const auto sender : {f.ann, f.bob}) {
      f.world.ledger.enter(Writes::once);
      Transaction& transaction = f.world.ledger.transaction();
      CHECK(Messages{transaction}.send({.sender = sender, .chat_id = f.chat, .text = "x"}));
      facts.push_back(f.world.ledger.leave(Ledger::Outcome::keep).at(0));
    }
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(std::get<MessagePosted>(facts[0]->what).audience ==
          std::get<MessagePosted>(facts[1]->what).audience);
  }

  TEST_CASE("a message is never older than the one before it") {
    Fixture f;
    const auto first = f.send(f.ann, "x");
    f.world.now -= Milliseconds{5000};
    CHECK(f.send(f.bob, "y")->message.created == first->message.created);
  }

  TEST_CASE("sending moves the sender's own counters and no cursor") {
    Fixture f;
    REQUIRE(f.send(f.ann, "x").has_value());
    REQUIRE(f.send(f.ann, "y").has_value());
    const auto chat = f.store.find_chat_by_id(f.chat);
    CHECK(chat->find(f.ann)->own_after == 2);
    CHECK(chat->find(f.ann)->last_own_seq == 2);
    CHECK(chat->find(f.ann)->read_seq == 0);
    CHECK(chat->find(f.bob)->own_after == 0);
  }
}

TEST_SUITE("domain/messages: clientMessageId (CONTRACT section 3)") {
  TEST_CASE("a repeat returns the original and tells nothing") {
    Fixture f;
    const auto original = f.send(f.ann, "x", "k");
    const auto repeat = f.send(f.ann, "x", "k");
    REQUIRE(repeat.has_value());
    CHECK(repeat->is_duplicate);
    CHECK(repeat->message.pos == original->message.pos);
    CHECK(repeat->message.client_message_id == "k");
    CHECK(repeat->message.sender->id == "ann");
    CHECK(f.world.told == "created#1 posted#2:x");
  }

  TEST_CASE("a repeat in the same batch is a repeat") {
    Fixture f;
    f.world.ledger.begin(f.world.now);
    const auto send = [&](Transaction& transaction) {
      return Messages{transaction}.send(
          {.sender = f.ann, .chat_id = f.chat, .text = "x", .client_message_id = "k"});
    };
    CHECK_FALSE(f.world.command(Writes::once, send)->is_duplicate);
    CHECK(f.world.command(Writes::once, send)->is_duplicate);
    REQUIRE(f.world.ledger.commit().has_value());
    CHECK(f.world.ledger.head() == 2);
  }

  TEST_CASE("the same key with another text is a conflict; other senders have their own keys") {
    Fixture f;
    REQUIRE(f.send(f.ann, "x", "k").has_value());
    CHECK(f.send(f.ann, "y", "k").error().code == Errc::conflict);
    CHECK_FALSE(f.send(f.bob, "y", "k")->is_duplicate);
  }

  TEST_CASE("a key has at most 64 characters") {
    Fixture f;
    CHECK(f.send(f.ann, "x", std::string(64, 'k')).has_value());
    CHECK(f.send(f.ann, "x", std::string(65, 'k')).error().code == Errc::validation);
    CHECK(f.send(f.ann, "x", "\xFF").error().code == Errc::validation);
  }
}

}  // namespace
}  // namespace veche::domain
