// Goal: rows are found by every key they have. Method: a few changes, then questions; the
// contract test holds the store as a whole to its promises.

#include "veche/storage/memory_tables.hpp"

#include <doctest/doctest.h>

namespace veche::storage {
namespace {

using domain::ChatRef;
using domain::EntryKind;
using domain::UserRef;

domain::Account numbered_account(std::int64_t ref, const std::string& email) {
  auto user = std::make_shared<domain::User>();
  user->ref = UserRef{ref};
  user->id = "u" + std::to_string(ref);
  user->email = email;
  return {std::move(user), {}};
}

TEST_SUITE("storage/memory_tables") {
  TEST_CASE("an account that changes its email is found by the new one only") {
    MemoryTables tables;
    tables.apply(AccountInserted{numbered_account(1, "Old@b")});
    REQUIRE(tables.account_by_email("old@b") != nullptr);
    tables.apply(AccountUpdated{numbered_account(1, "new@B")});
    CHECK(tables.account_by_email("old@b") == nullptr);
    CHECK(tables.account_by_email("new@b") == tables.account_by_id("u1"));
    CHECK(tables.account(UserRef{2}) == nullptr);
  }

  TEST_CASE("a member who leaves has the chat no longer") {
    MemoryTables tables;
    tables.apply(ChatInserted{{.ref = ChatRef{1}, .id = "c", .members = {{.user = UserRef{1}}}}});
    tables.apply(MemberPut{ChatRef{1}, {.user = UserRef{2}}});
    tables.apply(MemberPut{ChatRef{1}, {.user = UserRef{2}, .read_seq = 5}});
    CHECK(tables.chats_of(UserRef{2}).size() == 1);
    CHECK(tables.chat(ChatRef{1})->find(UserRef{2})->read_seq == 5);
    tables.apply(MemberDeleted{ChatRef{1}, UserRef{2}});
    CHECK(tables.chats_of(UserRef{2}).empty());
    CHECK(tables.chat_by_id("c")->members.size() == 1);
  }

  TEST_CASE("messages are found by their ordinal, other facts stand between") {
    MemoryTables tables;
    const ChatRef chat{1};
    EntryLog log;
    log.push_back({.pos = 1, .chat = chat, .kind = EntryKind::chat_created});
    log.push_back({.pos = 2, .chat = chat, .seq = 1, .kind = EntryKind::message, .body = "a"});
    log.push_back({.pos = 3, .chat = chat, .seq = 2, .kind = EntryKind::message, .body = "b"});
    for (const auto* entry : log) tables.append(*entry);
    CHECK(tables.message(chat, 2)->body() == "b");
    CHECK(tables.message(chat, 3) == nullptr);
    CHECK(tables.message(ChatRef{2}, 1) == nullptr);
    CHECK(tables.entry(0) == nullptr);
    CHECK(tables.head() == 3);
  }
}

}  // namespace
}  // namespace veche::storage
