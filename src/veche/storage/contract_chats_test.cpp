// Goal: what is kept of a chat, whole or in part. Method: as contract_test.cpp, over every store.

#include <vector>

#include <doctest/doctest.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

using domain::Chat;
using domain::UserRef;

TEST_SUITE("storage/contract: chats") {
  TEST_CASE_TEMPLATE("a chat keeps every column, its members too", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    auto chat = chat_of("c", {UserRef{1}, UserRef{2}});
    chat.ref = store.insert_chat(chat);
    chat.name = "имя";
    chat.avatar = "a";
    chat.description = "d";
    chat.last_seq = 5;
    chat.rev = 6;
    chat.head = 7;
    chat.last_message = 4;
    chat.updated = support::morning + Milliseconds{1};
    chat.is_deleted = true;
    chat.members[1] = {UserRef{2}, domain::Role::admin, 1, 2, 3, 4, 5, support::morning, true};
    store.update_chat(chat);
    store.put_member(chat.ref, chat.members[1]);
    store.put_member(chat.ref, {.user = UserRef{3}});
    store.delete_member(chat.ref, UserRef{1});
    chat.members.push_back({.user = UserRef{3}});
    chat.members.erase(chat.members.begin());
    const auto is_same = [&](const std::optional<Chat>& found) {
      return found && found->id == "c" && found->type == chat.type && found->name == chat.name &&
             found->avatar == "a" && found->description == "d" && found->last_seq == 5 &&
             found->rev == 6 && found->head == 7 && found->last_message == 4 &&
             found->created == chat.created && found->updated == chat.updated &&
             found->is_deleted && found->members == chat.members && found->ref == chat.ref;
    };
    CHECK(is_same(store.find_chat(chat.ref)));
    REQUIRE(store.commit().has_value());
    CHECK(is_same(store.find_chat_by_id("c")));
    CHECK(is_same(t.open_reader()->find_chat(chat.ref)));
    CHECK(is_same(t.open_reader()->find_chat_by_id("c")));
    CHECK_FALSE(store.find_chat_by_id("d").has_value());
  }

  TEST_CASE_TEMPLATE("what a fact moves is written alone", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    auto chat = chat_of("c", {UserRef{1}, UserRef{2}});
    chat.ref = store.insert_chat(chat);
    REQUIRE(store.commit().has_value());
    auto moved = chat;
    moved.name = "not written";
    moved.last_seq = 5;
    moved.rev = 6;
    moved.head = 7;
    moved.last_message = 4;
    moved.updated = support::morning + Milliseconds{1};
    moved.members[1] = {.user = UserRef{2}, .last_own_seq = 5, .own_after = 3, .is_muted = true};
    const auto is_moved = [&](const std::optional<Chat>& found) {
      auto member = chat.members[1];
      member.last_own_seq = 5;
      member.own_after = 3;
      return found && found->name == chat.name && found->last_seq == 5 && found->rev == 6 &&
             found->head == 7 && found->last_message == 4 && found->updated == moved.updated &&
             found->members == std::vector{chat.members[0], member};
    };
    store.begin();
    store.advance_chat(moved);
    store.advance_member(chat.ref, moved.members[1]);
    CHECK(is_moved(store.find_chat(chat.ref)));
    store.rollback();
    CHECK(store.find_chat(chat.ref)->members == chat.members);
    CHECK(store.find_chat(chat.ref)->rev == chat.rev);
    store.begin();
    store.advance_chat(moved);
    store.advance_member(chat.ref, moved.members[1]);
    REQUIRE(store.commit().has_value());
    CHECK(is_moved(store.find_chat_by_id("c")));
    CHECK(is_moved(t.open_reader()->find_chat(chat.ref)));
  }

  TEST_CASE_TEMPLATE("who comes again has sent nothing", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    const domain::Member sender{.user = UserRef{1}, .last_own_seq = 3, .own_after = 2};
    const domain::Member newcomer{.user = UserRef{1}, .joined_seq = 3};
    auto chat = chat_of("c", {});
    chat.members = {sender};
    store.begin();
    const auto ref = store.insert_chat(chat);
    CHECK(store.find_chat(ref)->members == chat.members);
    store.put_member(ref, newcomer);  // gone and come in one transaction
    CHECK(store.find_chat(ref)->members == std::vector{newcomer});
    store.put_member(ref, sender);
    CHECK(store.find_chat(ref)->members == chat.members);
    store.delete_member(ref, UserRef{1});
    store.put_member(ref, newcomer);
    CHECK(store.find_chat(ref)->members == std::vector{newcomer});
    REQUIRE(store.commit().has_value());
    CHECK(store.find_chat(ref)->members == std::vector{newcomer});
  }

  TEST_CASE_TEMPLATE("the personal chat of a pair is found from both sides", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    auto chat = chat_of("p", {UserRef{3}, UserRef{8}});
    chat.type = domain::ChatType::personal;
    store.begin();
    const auto first = store.insert_chat(chat);
    CHECK(store.find_personal(UserRef{8}, UserRef{3}) == first);
    REQUIRE(store.commit().has_value());
    CHECK(store.find_personal(UserRef{3}, UserRef{8}) == first);
    CHECK_FALSE(store.find_personal(UserRef{3}, UserRef{3}).has_value());
    store.begin();
    chat.id = "q";
    const auto second = store.insert_chat(chat);
    REQUIRE(store.commit().has_value());
    CHECK(store.find_personal(UserRef{8}, UserRef{3}) == second);
  }
}

}  // namespace
}  // namespace veche::storage
