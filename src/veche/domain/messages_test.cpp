// Goal: the rules of sending. Method: a world in memory; each test sends and reads the outcome
// and the facts told.

#include "veche/domain/messages.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct MessagesFixture {
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
    MessagesFixture f;
    const auto first = f.send(f.ann, " one ");
    const auto second = f.send(f.bob, "two");
    REQUIRE(second.has_value());
    CHECK(first->message->text == " one ");
    CHECK(first->message->seq == 1);
    CHECK(first->message->rev == 2);
    CHECK(first->message->pos == 2);
    CHECK(second->message->seq == 2);
    CHECK(second->message->sender->id == "bob");
    CHECK(second->message->chat_id == "g");
    CHECK(f.world.told == "created#1 posted#2: one  posted#3:two");
  }

  TEST_CASE("strangers, unknown and deleted chats get the same answer, and nothing is told") {
    MessagesFixture f;
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
    MessagesFixture f;
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
    MessagesFixture f;
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
    MessagesFixture f;
    const auto first = f.send(f.ann, "x");
    f.world.now -= Milliseconds{5000};
    CHECK(f.send(f.bob, "y")->message->created == first->message->created);
  }

  TEST_CASE("sending moves the sender's own counters and no cursor") {
    MessagesFixture f;
    REQUIRE(f.send(f.ann, "x").has_value());
    REQUIRE(f.send(f.ann, "y").has_value());
    const auto chat = f.store.find_chat_by_id(f.chat);
    CHECK(chat->find(f.ann)->own_after == 2);
    CHECK(chat->find(f.ann)->last_own_seq == 2);
    CHECK(chat->find(f.ann)->read_seq == 0);
    CHECK(chat->find(f.bob)->own_after == 0);
  }
}

/// A world with messages to change.
struct Changes : MessagesFixture {
  std::string say(UserRef sender, std::string text = "x") {
    const auto message = send(sender, std::move(text)).value().message;
    return message_id(message->pos, message->created);
  }
  Result<Message> edit(UserRef editor, const std::string& id, std::string text,
                       std::optional<Rev> if_rev = std::nullopt) {
    return world.run(Writes::many, [&](Transaction& t) {
      return Messages{t}.edit(
          {.editor = editor, .message_id = id, .text = std::move(text), .if_rev = if_rev});
    });
  }
  Result<Rev> erase(UserRef deleter, const std::string& id) {
    return world.run(Writes::many, [&](Transaction& t) {
      return Messages{t}.erase({.deleter = deleter, .message_id = id});
    });
  }
  /// The fact of a deletion, and what it did.
  MessageDeleted unsay(UserRef deleter, const std::string& id) {
    world.ledger.begin(world.now);
    world.ledger.enter(Writes::many);
    auto& t = world.ledger.transaction();
    REQUIRE(Messages{t}.erase({.deleter = deleter, .message_id = id}).has_value());
    const auto facts = world.ledger.leave(Ledger::Outcome::keep);
    REQUIRE(world.ledger.commit().has_value());
    return std::get<MessageDeleted>(facts.at(0)->what);
  }
  /// "bob 2/5": who has how much unread here and in all chats.
  static std::string unread(const MessageDeleted& fact) {
    std::string line;
    for (const auto& row : fact.unread)
      line += (line.empty() ? "" : " ") + row.user->id + " " + std::to_string(row.count) + "/" +
              (row.total ? std::to_string(*row.total) : "-");
    return line;
  }
  Chat row() { return store.find_chat_by_id(chat).value(); }
};

TEST_SUITE("domain/messages: edit (CONTRACT sections 3 and 6)") {
  TEST_CASE("the author gives a message another text; its rev is that of the change") {
    Changes f;
    const auto id = f.say(f.ann, "one");
    f.say(f.bob, "two");
    f.world.now += std::chrono::hours{1};
    const auto edited = f.edit(f.ann, id, "uno").value();
    CHECK(edited.text == "uno");
    CHECK(edited.seq == 1);
    CHECK(edited.rev == 4);
    CHECK(edited.created == support::morning);
    CHECK(edited.edited == f.world.now);
    CHECK(edited.updated == f.world.now);
    CHECK(edited.sender->id == "ann");
    CHECK(f.world.told == "created#1 posted#2:one posted#3:two edited#4:uno");
    CHECK(f.row().updated == support::morning);
    CHECK(f.store.find_entry(2)->body == "uno");
  }

  TEST_CASE("the same text again tells nothing") {
    Changes f;
    const auto id = f.say(f.ann, "one");
    CHECK(f.edit(f.ann, id, "one")->rev == 2);
    CHECK_FALSE(f.edit(f.ann, id, "one")->edited.has_value());
    CHECK(f.world.told == "created#1 posted#2:one");
  }

  TEST_CASE("ifRev must be the message's rev") {
    Changes f;
    const auto id = f.say(f.ann);
    CHECK(f.edit(f.ann, id, "y", 1).error().code == Errc::conflict);
    CHECK(f.edit(f.ann, id, "y", 2)->rev == 3);
    CHECK(f.edit(f.ann, id, "z", 2).error().code == Errc::conflict);
    CHECK(f.edit(f.ann, id, "z", 3)->rev == 4);
  }

  TEST_CASE("only the author, within 24 hours, with a text that may be sent") {
    Changes f;
    const auto id = f.say(f.ann);
    CHECK(f.edit(f.bob, id, "y").error() ==
          Error{Errc::forbidden, "Only the author may edit a message"});
    CHECK(f.edit(f.ann, id, " ").error().code == Errc::validation);
    f.world.now += std::chrono::hours{24};
    CHECK(f.edit(f.ann, id, "y").has_value());
    f.world.now += Milliseconds{1};
    CHECK(f.edit(f.ann, id, "z").error() ==
          Error{Errc::forbidden, "A message may be edited for 24 hours"});
  }

  TEST_CASE("strangers learn nothing; a deleted message is not there") {
    Changes f;
    const auto id = f.say(f.ann);
    for (const auto& error : {f.edit(f.eve, id, "y").error(), f.edit(f.ann, "none", "y").error(),
                              f.edit(f.ann, message_id(1, support::morning), "y").error()})
      CHECK(error == Error{Errc::not_found, "Message not found"});
    REQUIRE(f.erase(f.ann, id).has_value());
    CHECK(f.edit(f.ann, id, "y").error() == Error{Errc::not_found, "The message has been deleted"});
  }

  TEST_CASE("a system message is nobody's; who may not post in a channel may not edit there") {
    Changes f;
    const auto said = f.world.run(Writes::once, [&](Transaction& t) -> Result<Entry> {
      return t.append(*t.chat_by_id(f.chat), {.kind = EntryKind::message,
                                              .actor = f.ann,
                                              .body = "ann came",
                                              .type = MessageType::system});
    });
    const auto id = message_id(said->pos, said->created);
    CHECK(f.edit(f.ann, id, "y").error().code == Errc::forbidden);
    CHECK(f.erase(f.ann, id).error().code == Errc::forbidden);
    REQUIRE(f.world
                .create({.creator = f.ann,
                         .type = ChatType::channel,
                         .participant_ids = {"bob"},
                         .name = "news",
                         .id = "news"})
                .has_value());
    f.chat = "news";
    const auto post = f.say(f.ann);
    const auto demoted = f.world.run(Writes::many, [&](Transaction& t) -> Result<int> {
      t.change_member(*t.chat_by_id("news"), f.ann).role = Role::member;
      return 0;
    });
    REQUIRE(demoted.has_value());
    CHECK(f.edit(f.ann, post, "y").error().code == Errc::read_only);
  }
}

TEST_SUITE("domain/messages: erase (CONTRACT sections 3, 4 and 6)") {
  TEST_CASE("a message loses its text and keeps its place; the others have less unread") {
    Changes f;
    f.world.group("h", {"ann", "bob"});
    f.world.send({.sender = f.ann, .chat_id = "h", .text = "x"}).value();
    const auto first = f.say(f.ann, "secret");
    f.say(f.bob, "two");
    f.say(f.ann, "three");
    const auto fact = f.unsay(f.ann, first);
    CHECK(fact.message.is_deleted);
    CHECK(fact.message.text.empty());
    CHECK(fact.message.seq == 1);
    CHECK(fact.message.rev == 5);
    CHECK(fact.deleted_by->id == "ann");
    CHECK(fact.last_message->text == "three");
    CHECK(Changes::unread(fact) == "bob 1/2");
    CHECK(f.row().last_seq == 3);
    CHECK(f.store.find_entry(4)->body.empty());
    CHECK(f.erase(f.ann, first).error() == Error{Errc::not_found, "The message has been deleted"});
  }

  TEST_CASE("the last message is the newest that is left, however many went before") {
    Changes f;
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.push_back(f.say(i % 2 == 0 ? f.ann : f.bob));
    for (int i = 98; i > 0; --i)
      CHECK(f.unsay(f.ann, ids[static_cast<std::size_t>(i)]).last_message->seq == 100);
    const auto last = f.unsay(f.bob, ids[99]);
    CHECK(last.last_message->seq == 1);
    CHECK(f.row().last_message == last.last_message->pos);
    CHECK(f.row().updated == support::morning);
    CHECK_FALSE(f.unsay(f.ann, ids[0]).last_message.has_value());
    CHECK(f.row().last_message == 0);
    CHECK(f.send(f.ann, "again")->message->seq == 101);
  }

  TEST_CASE("only those hear of a new count to whom the message was news") {
    Changes f;
    f.chat = f.world.group("all", {"ann", "bob", "eve"});
    const auto one = f.say(f.ann);
    const auto two = f.say(f.bob);
    f.world
        .run(Writes::many,
             [&](Transaction& t) {
               return Reads{t}.mark({.reader = f.eve, .chat_id = "all", .seq = 1});
             })
        .value();
    CHECK(Changes::unread(f.unsay(f.ann, one)) == "bob 0/0");
    CHECK(Changes::unread(f.unsay(f.ann, two)) == "ann 0/0 eve 0/0");
  }

  TEST_CASE("the author, and those in charge of a group; strangers learn nothing") {
    Changes f;
    const auto anns = f.say(f.ann);
    const auto bobs = f.say(f.bob);
    CHECK(f.erase(f.bob, anns).error() ==
          Error{Errc::forbidden, "Only the author or an admin may delete a message"});
    CHECK(f.erase(f.eve, anns).error() == Error{Errc::not_found, "Message not found"});
    CHECK(f.erase(f.ann, bobs).has_value());
    CHECK(f.erase(f.ann, anns).has_value());
    f.world.create({.creator = f.ann, .participant_ids = {"bob"}, .id = "pair"}).value();
    f.chat = "pair";
    const auto personal = f.say(f.bob);
    CHECK(f.erase(f.ann, personal).error().code == Errc::forbidden);
    CHECK(f.erase(f.bob, personal).has_value());
  }

  TEST_CASE("in a chat of more than a hundred each learns of this chat only") {
    Changes f;
    std::vector<std::string> ids{"ann", "bob"};
    for (int i = 0; i < 99; ++i) {
      ids.push_back("user" + std::to_string(i));
      f.world.user(ids.back());
    }
    f.chat = f.world.group("big", ids);
    f.say(f.ann);
    const auto fact = f.unsay(f.ann, f.say(f.bob));
    CHECK(fact.unread.size() == 100);
    for (const auto& row : fact.unread) {
      CHECK(row.count == (row.user->id == "ann" ? 0 : 1));
      CHECK_FALSE(row.total.has_value());
    }
  }

  TEST_CASE("a send that is repeated gives the message as it is now") {
    Changes f;
    const auto sent = f.send(f.ann, "x", "k").value().message;
    REQUIRE(f.edit(f.ann, message_id(sent->pos, sent->created), "y").has_value());
    CHECK(f.send(f.ann, "x", "k")->message->text == "y");
    REQUIRE(f.erase(f.ann, message_id(sent->pos, sent->created)).has_value());
    CHECK(f.send(f.ann, "x", "k")->message->is_deleted);
  }
}

TEST_SUITE("domain/messages: replyTo, forwarded (CONTRACT section 3)") {
  TEST_CASE("a message may answer one of its chat, a deleted one too, and say that it is not new") {
    Changes f;
    const auto id = f.say(f.ann);
    REQUIRE(f.erase(f.ann, id).has_value());
    const auto reply = f.world.send(
        {.sender = f.bob, .chat_id = f.chat, .text = "y", .reply_to = id, .is_forwarded = true});
    CHECK(reply->message->reply_to == id);
    CHECK(reply->message->is_forwarded);
    CHECK(f.store.find_entry(reply->message->pos)->reply_to == id);
    const auto edited =
        f.edit(f.bob, message_id(reply->message->pos, reply->message->created), "z").value();
    CHECK(edited.reply_to == id);
    CHECK(edited.is_forwarded);
  }

  TEST_CASE("it may answer nothing else") {
    Changes f;
    const auto id = f.say(f.ann);
    f.chat = f.world.group("h", {"ann"});
    const std::vector<std::string> others{id, "none", message_id(1, support::morning)};
    for (const auto& other : others) {
      const auto sent =
          f.world.send({.sender = f.ann, .chat_id = "h", .text = "x", .reply_to = other});
      CHECK(sent.error() == Error{Errc::validation, "replyTo must name a message of the chat"});
    }
  }

  TEST_CASE("a repeat that answers another message is a conflict") {
    Changes f;
    const auto id = f.say(f.ann);
    const auto send = [&](std::string reply_to, bool is_forwarded) {
      return f.world.send({.sender = f.bob,
                           .chat_id = f.chat,
                           .text = "y",
                           .client_message_id = "k",
                           .reply_to = std::move(reply_to),
                           .is_forwarded = is_forwarded});
    };
    REQUIRE(send(id, true).has_value());
    CHECK(send(id, true)->is_duplicate);
    CHECK(send("", true).error().code == Errc::conflict);
    CHECK(send(id, false).error().code == Errc::conflict);
  }
}

TEST_SUITE("domain/messages: clientMessageId (CONTRACT section 3)") {
  TEST_CASE("a repeat returns the original and tells nothing") {
    MessagesFixture f;
    const auto original = f.send(f.ann, "x", "k");
    const auto repeat = f.send(f.ann, "x", "k");
    REQUIRE(repeat.has_value());
    CHECK(repeat->is_duplicate);
    CHECK(repeat->message->pos == original->message->pos);
    CHECK(repeat->message->client_message_id == "k");
    CHECK(repeat->message->sender->id == "ann");
    CHECK(f.world.told == "created#1 posted#2:x");
  }

  TEST_CASE("a repeat in the same batch is a repeat") {
    MessagesFixture f;
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
    MessagesFixture f;
    REQUIRE(f.send(f.ann, "x", "k").has_value());
    CHECK(f.send(f.ann, "y", "k").error().code == Errc::conflict);
    CHECK_FALSE(f.send(f.bob, "y", "k")->is_duplicate);
  }

  TEST_CASE("a key has at most 64 characters") {
    MessagesFixture f;
    CHECK(f.send(f.ann, "x", std::string(64, 'k')).has_value());
    CHECK(f.send(f.ann, "x", std::string(65, 'k')).error().code == Errc::validation);
    CHECK(f.send(f.ann, "x", "\xFF").error().code == Errc::validation);
  }
}

}  // namespace
}  // namespace veche::domain
