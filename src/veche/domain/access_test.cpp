// Goal: strangers learn nothing. Method: a world in memory, asked by members and others.

#include "veche/domain/access.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

TEST_SUITE("domain/access (R9, R19)") {
  TEST_CASE("a member is found in a chat that is there, nobody else") {
    Chat chat{.members = {{.user = UserRef{1}}}};
    CHECK(member_of(&chat, UserRef{1}) != nullptr);
    CHECK(member_of(&chat, UserRef{2}) == nullptr);
    CHECK(member_of(nullptr, UserRef{1}) == nullptr);
    chat.is_deleted = true;
    CHECK(member_of(&chat, UserRef{1}) == nullptr);
  }

  TEST_CASE("only the two ways of not being there are hidden") {
    CHECK(is_hidden(no_chat()));
    CHECK(is_hidden(no_message()));
    CHECK_FALSE(is_hidden({Errc::not_found, "User not found"}));
    CHECK_FALSE(is_hidden({Errc::forbidden, "Chat not found"}));
  }

  TEST_CASE("a message is found by its whole id; other facts and other seconds are not") {
    storage::MemoryStore store{"epoch"};
    support::ChatWorld world{store};
    const auto ann = world.user("ann");
    world.group("g", {"ann"});
    const auto message = world.send({.sender = ann, .chat_id = "g", .text = "x"}).value().message;
    const auto found = [&](const std::string& id) {
      return world
          .run(Writes::once,
               [&](Transaction& transaction) -> Result<bool> {
                 return message_entry(transaction, id).has_value();
               })
          .value();
    };
    CHECK(found(message_id(message->pos, message->created)));
    CHECK_FALSE(found(message_id(message->pos, message->created + Milliseconds{1000})));
    CHECK_FALSE(found(message_id(1, message->created)));
    CHECK_FALSE(found(message_id(99, message->created)));
    CHECK_FALSE(found("x"));
  }
}

}  // namespace
}  // namespace veche::domain
