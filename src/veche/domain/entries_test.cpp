// Goal: a fact rebuilt from the log says what was told at its commit. Method: run commands, keep
// the facts, rebuild each from its row, compare.

#include "veche/domain/entries.hpp"

#include <doctest/doctest.h>

#include "veche/domain/groups.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

std::string text_of(const Message& m) {
  return std::string{message_id(m.pos, m.created)} + " " + m.chat_id + " " +
         (m.sender ? m.sender->id : "-") + " " + m.text + " " + std::to_string(m.seq) + "/" +
         std::to_string(m.rev) + " " + m.client_message_id + " " + std::string{iso8601(m.updated)};
}

/// Everything a broadcaster reads from a fact, in one line.
struct Told {
  std::string operator()(const ChatCreated& fact) const {
    const auto& chat = fact.chat->chat;
    auto line = "created " + chat.id + " " + chat.name + " " + fact.client_chat_id + " " +
                std::to_string(chat.last_seq) + "/" + std::to_string(chat.rev) + " " +
                std::to_string(chat.head) + " " + std::string{iso8601(chat.updated)} +
                (chat.is_deleted ? " deleted" : "") + (fact.chat->last_message ? " last" : "");
    for (const auto& m : chat.members)
      line += " " + std::to_string(m.joined_seq + m.read_seq + m.last_own_seq + m.own_after);
    return line + names(fact.chat->participants);
  }
  std::string operator()(const MessagePosted& fact) const {
    return "posted " + text_of(fact.message) + names(fact.audience);
  }
  std::string operator()(const ChatDeleted& fact) const {
    return "deleted " + fact.chat_id + " " + std::to_string(fact.rev) + names(fact.audience);
  }
  std::string operator()(const ChatUpdated& fact) const {
    return "updated " + fact.chat_id + " " + std::to_string(fact.rev) + " " +
           fact.changes.name.value_or("-") + fact.changes.avatar.value_or("-") +
           fact.changes.description.value_or("-") + names(fact.audience);
  }
  std::string operator()(const MembersAdded& fact) const {
    auto line = "added " + fact.chat_id + " " + std::to_string(fact.rev) + " " + fact.by->id;
    for (const auto& user : fact.users) line += " " + user->id;
    line += fact.chat->last_message ? " last " + text_of(*fact.chat->last_message) : "";
    return line + names(fact.chat->participants);
  }
  std::string operator()(const MemberRemoved& fact) const {
    return "removed " + fact.chat_id + " " + std::to_string(fact.rev) + " " + fact.user->id + " " +
           fact.by->id + names(fact.audience);
  }
  std::string operator()(const RoleChanged& fact) const {
    return "role " + fact.chat_id + " " + std::to_string(fact.rev) + " " + fact.user->id + " " +
           std::to_string(static_cast<int>(fact.role)) + " " + fact.by->id + names(fact.audience);
  }
  std::string operator()(const ChatRead& fact) const {
    return "read " + fact.chat_id + " " + std::to_string(fact.rev) + " " + fact.reader.user->id +
           " " + std::to_string(fact.reader.read_seq) + "/" + std::to_string(fact.reader.count) +
           names(fact.audience);
  }
  std::string operator()(const SessionsRevoked& fact) const {
    auto line = "revoked of " + fact.user->id;
    for (const auto& id : fact.session_ids) line += " " + id;
    return line;
  }
  std::string operator()(const MessageEdited& fact) const {
    return "edited " + text_of(fact.message) + names(fact.audience);
  }
  std::string operator()(const MessageDeleted& fact) const {
    auto line = "unsaid " + text_of(fact.message) + " by " + fact.deleted_by->id + " left " +
                (fact.last_message ? text_of(*fact.last_message) : "none");
    for (const auto& row : fact.unread)
      line +=
          " " + row.user->id + " " + std::to_string(row.read_seq) + "/" + std::to_string(row.count);
    return line + names(fact.audience);
  }
  static std::string names(const AudiencePtr& audience) {
    std::string line = " to";
    for (const auto& user : audience->users) line += " " + user->id;
    return line;
  }
};

std::string told(const Fact& fact) {
  return std::to_string(fact.pos) + " " + std::visit(Told{}, fact.what);
}

TEST_SUITE("domain/entries: fact_of (RELIABILITY section 2)") {
  TEST_CASE("every fact can be told again from the log") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    const auto ann = world.user("ann");
    const auto bob = world.user("bob");
    std::vector<FactPtr> facts;
    const auto run = [&](Writes writes, auto work) {
      world.ledger.begin(world.now += Milliseconds{1500});
      world.ledger.enter(writes);
      CHECK(work(world.ledger.transaction()).has_value());
      for (auto& fact : world.ledger.leave(Ledger::Outcome::keep)) facts.push_back(fact);
      REQUIRE(world.ledger.commit().has_value());
    };
    run(Writes::many, [&](Transaction& t) {
      return Chats{t}.create(
          {.creator = bob, .participant_ids = {"ann"}, .client_chat_id = "c", .id = "p"});
    });
    run(Writes::once, [&](Transaction& t) {
      return Messages{t}.send(
          {.sender = ann, .chat_id = "p", .text = "hi", .client_message_id = "k"});
    });
    std::string ids[2];
    for (auto& id : ids) {
      run(Writes::once, [&](Transaction& t) {
        auto sent = Messages{t}.send({.sender = ann, .chat_id = "p", .text = "oh"});
        if (sent) id = message_id(sent->message->pos, sent->message->created);
        return sent;
      });
    }
    run(Writes::many, [&](Transaction& t) {
      return Messages{t}.edit({.editor = ann, .message_id = ids[0], .text = "ah"});
    });
    run(Writes::many,
        [&](Transaction& t) { return Messages{t}.erase({.deleter = ann, .message_id = ids[1]}); });
    run(Writes::many, [&](Transaction& t) { return Chats{t}.erase(bob, "p"); });
    run(Writes::many, [&](Transaction& t) -> Result<bool> {
      for (int i = 0; i < 2; ++i) static_cast<void>(Sessions{t}.open(ann, "digest", {}));
      Sessions{t}.revoke_others(ann, {});
      return true;
    });

    const auto reader = store.open_reader();
    const auto entries = reader->entries_after(0, 100);
    REQUIRE(entries.size() == 8);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto again = fact_of(entries[i], *reader);
      REQUIRE(again != nullptr);
      // What was changed since shows what it has become, at the rev that it had.
      if (i == 2 || i == 3) continue;
      CHECK(told(*again) == told(*facts[i]));
    }
    const auto edited = std::get<MessagePosted>(fact_of(entries[2], *reader)->what).message;
    CHECK(edited.text == "ah");
    CHECK(edited.rev == 3);
    const auto deleted = std::get<MessagePosted>(fact_of(entries[3], *reader)->what).message;
    CHECK(deleted.is_deleted);
    CHECK(deleted.text.empty());
    CHECK(deleted.rev == 4);
  }

  TEST_CASE("a change of a message that is not there stands for nothing") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    world.user("ann");
    world.group("g", {"ann"});
    const auto reader = store.open_reader();
    for (const auto* body : {"1", "9", "", "x"}) {
      const Entry entry{
          .pos = 2, .chat = ChatRef{1}, .kind = EntryKind::message_edited, .body = body};
      CHECK(fact_of(entry, *reader) == nullptr);
    }
  }

  TEST_CASE("what became of the members can be told again, but for those who have gone since") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    const auto ann = world.user("ann");
    for (const auto* id : {"bob", "eve", "dan"}) world.user(id);
    world.group("g", {"ann", "bob"});
    std::vector<FactPtr> facts;
    const auto run = [&](auto work) {
      world.ledger.begin(world.now += Milliseconds{1500});
      world.ledger.enter(Writes::many);
      CHECK(work(Groups{world.ledger.transaction()}).has_value());
      for (auto& fact : world.ledger.leave(Ledger::Outcome::keep)) facts.push_back(fact);
      REQUIRE(world.ledger.commit().has_value());
    };
    const auto told_again = [&] {
      const auto reader = store.open_reader();
      std::vector<std::string> lines;
      for (const auto& entry : reader->entries_after(1, 100))
        lines.push_back(told(*fact_of(entry, *reader)));
      return lines;
    };
    run([&](Groups groups) {
      return groups.add({.by = ann, .chat_id = "g", .user_ids = {"dan", "eve"}});
    });
    CHECK(told_again().back() == told(*facts.back()));
    run([&](Groups groups) {
      return groups.set_role({.by = ann, .chat_id = "g", .user_id = "bob"}, Role::owner);
    });
    const auto roles = told_again();
    CHECK(roles[1] == told(*facts[1]));
    CHECK(roles[2] == told(*facts[2]));
    run([&](Groups groups) {
      return groups.remove({.by = world.user("bob"), .chat_id = "g", .user_id = "eve"});
    });
    const auto lines = told_again();
    CHECK(lines.back() == told(*facts.back()));
    CHECK(lines.front() == "2 added g 2 ann dan to ann bob dan");
  }

  TEST_CASE("the bodies of rows about members") {
    CHECK(list_of({}) == "");
    CHECK(refs_of("").empty());
    CHECK(refs_of(list_of({UserRef{7}, UserRef{12}})) == std::vector{UserRef{7}, UserRef{12}});
    CHECK(role_body(UserRef{7}, Role::admin) == "7 1");
  }

  TEST_CASE("a row of a chat that is not there stands for nothing") {
    storage::MemoryStore store{"epoch"};
    const auto reader = store.open_reader();
    CHECK(fact_of({.pos = 1, .chat = ChatRef{1}, .kind = EntryKind::message}, *reader) == nullptr);
  }
}

TEST_SUITE("domain/entries: message_of") {
  TEST_CASE("a deleted message keeps its place and loses its text") {
    const auto message = message_of(
        {.pos = 7, .seq = 3, .kind = EntryKind::message, .body = "x", .is_deleted = true}, "c",
        std::make_shared<User>());
    CHECK(message.text.empty());
    CHECK(message.is_deleted);
    CHECK(message.seq == 3);
    CHECK(message.sender != nullptr);
  }

  TEST_CASE("a system message is nobody's, and an edited one says when") {
    const auto message = message_of({.kind = EntryKind::message,
                                     .body = "x",
                                     .type = MessageType::system,
                                     .edited = support::morning},
                                    "c", std::make_shared<User>());
    CHECK(message.sender == nullptr);
    CHECK(message.updated == support::morning);
  }
}

TEST_SUITE("domain/entries: unread_of (CONTRACT section 6)") {
  TEST_CASE("news are what comes after the cursor, less one's own and what does not count") {
    const Chat chat{.last_seq = 10};
    CHECK(unread_of(chat, {}, 0) == 10);
    CHECK(unread_of(chat, {.joined_seq = 2, .read_seq = 4, .own_after = 3}, 1) == 2);
  }
}

}  // namespace
}  // namespace veche::domain
