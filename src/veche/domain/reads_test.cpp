// Goal: cursors rise, and what is unread is what a recount gives. Method: a world in memory; each
// test reads and looks at the outcome; storage/model_test.cpp does so at random.

#include "veche/domain/reads.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct ReadsFixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};
  std::string chat{world.group("g", {"ann", "bob"})};

  Message send(UserRef sender) {
    return *world.send({.sender = sender, .chat_id = chat, .text = "x"}).value().message;
  }
  Result<ReadOutcome> mark(ReadMark input) {
    return world.run(Writes::once, [&](Transaction& t) { return Reads{t}.mark(input); });
  }
  /// "updated named readSeq unread".
  std::string read(UserRef reader, std::optional<Seq> seq = std::nullopt) {
    const auto outcome = mark({.reader = reader, .chat_id = chat, .seq = seq}).value();
    return std::to_string(outcome.updated_count) + " " +
           std::to_string(outcome.message_ids.size()) + " " + std::to_string(outcome.read_seq) +
           " " + std::to_string(outcome.unread);
  }
};

TEST_SUITE("domain/reads (CONTRACT section 6, Unread)") {
  TEST_CASE("without a seq all is read, once; a cursor that stands writes nothing") {
    ReadsFixture f;
    f.send(f.ann);
    f.send(f.bob);
    f.send(f.ann);
    f.world.told.clear();
    CHECK(f.read(f.bob) == "2 2 3 0");
    CHECK(f.world.told == "read#5");
    CHECK(f.read(f.bob) == "0 0 3 0");
    CHECK(f.read(f.bob, 1) == "0 0 3 0");
    CHECK(f.world.told == "read#5");
  }

  TEST_CASE("own messages on either side of the cursor are no news") {
    for (const int stop : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
      ReadsFixture f;
      for (int i = 1; i <= 9; ++i) f.send(i % 3 == 0 ? f.bob : f.ann);
      const int left = (9 - stop) - (3 - stop / 3);
      const auto line = f.read(f.bob, stop);
      CHECK(line == std::to_string(6 - left) + " " + std::to_string(6 - left) + " " +
                        std::to_string(stop) + " " + std::to_string(left));
      CHECK(f.read(f.bob, 99) == std::to_string(left) + " " + std::to_string(left) + " 9 0");
    }
  }

  TEST_CASE("up to a message; the first 100 that were unread are named") {
    ReadsFixture f;
    std::string id;
    for (int i = 0; i < 150; ++i) {
      const auto message = f.send(f.ann);
      if (i == 0) id = message_id(message.pos, message.created);
    }
    const auto first = f.mark({.reader = f.bob, .message_id = id}).value();
    CHECK(first.message_ids == std::vector<std::string>{id});
    CHECK(first.unread == 149);
    CHECK(f.read(f.bob) == "149 100 150 0");
  }

  TEST_CASE("long chats are walked in strides") {
    ReadsFixture f;
    for (int i = 0; i < 1000; ++i) f.send(i % 2 == 0 ? f.ann : f.bob);
    CHECK(f.read(f.bob, 300) == "150 100 300 350");
    CHECK(f.read(f.bob, 900) == "300 100 900 50");
  }

  TEST_CASE("strangers, unknown and deleted chats are not there") {
    ReadsFixture f;
    const auto message = f.send(f.ann);
    const auto id = message_id(message.pos, message.created);
    CHECK(f.mark({.reader = f.eve, .chat_id = f.chat}).error().text == "Chat not found");
    CHECK(f.mark({.reader = f.ann, .chat_id = "none"}).error().text == "Chat not found");
    CHECK(f.mark({.reader = f.eve, .message_id = id}).error().text == "Message not found");
    CHECK(f.mark({.reader = f.ann, .message_id = "none"}).error().text == "Message not found");
    f.world.run(Writes::many, [&](Transaction& t) { return Chats{t}.erase(f.ann, f.chat); })
        .value();
    CHECK(f.mark({.reader = f.ann, .chat_id = f.chat}).error().code == Errc::not_found);
  }

  TEST_CASE("the fact tells what is left here and in all chats") {
    ReadsFixture f;
    f.send(f.ann);
    f.send(f.ann);
    f.world.group("h", {"ann", "bob"});
    f.world.send({.sender = f.ann, .chat_id = "h", .text = "x"}).value();
    f.world.ledger.begin(f.world.now);
    f.world.ledger.enter(Writes::once);
    auto& transaction = f.world.ledger.transaction();
    REQUIRE(Reads{transaction}.mark({.reader = f.bob, .chat_id = f.chat, .seq = 1}).has_value());
    const auto facts = f.world.ledger.leave(Ledger::Outcome::keep);
    REQUIRE(f.world.ledger.commit().has_value());
    const auto& read = std::get<ChatRead>(facts.at(0)->what);
    CHECK(read.reader.user->id == "bob");
    CHECK(read.reader.read_seq == 1);
    CHECK(read.reader.count == 1);
    CHECK(read.reader.total == 2);
    CHECK(read.audience->users.size() == 2);
  }
}

}  // namespace
}  // namespace veche::domain
