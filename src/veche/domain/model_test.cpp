// Goal: ids carry what they say and nothing else passes for one. Method: examples at the edges
// and a property over positions.

#include "veche/domain/model.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

TEST_SUITE("domain/model: ids (CONTRACT section 2)") {
  TEST_CASE("a message's id is 4 bytes of seconds and 8 of pos, in hex") {
    CHECK(message_id(1, WallTime{Milliseconds{0x01020304LL * 1000 + 999}}) ==
          "010203040000000000000001");
    CHECK(message_id(0x1122334455667788, WallTime{}) == "000000001122334455667788");
  }

  TEST_CASE("the pos can be read back from any message's id") {
    CHECK(rc::check([] {
      const auto pos = *rc::gen::inRange<Pos>(1, std::numeric_limits<Pos>::max());
      const auto ms = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000);
      RC_ASSERT(pos_of_message_id(message_id(pos, WallTime{Milliseconds{ms}})) == pos);
    }));
  }

  TEST_CASE("what no message is called has no pos") {
    for (const auto* bad :
         {"", "0102030400000000000000", "01020304000000000000000001", "010203040000000000000000",
          "01020304000000000000000g", "01020304000000000000000A", "01020304ffffffffffffffff"}) {
      CHECK_FALSE(pos_of_message_id(bad).has_value());
    }
  }

  TEST_CASE("ids that are accepted are 1 to 64 of A-Z a-z 0-9 _ -") {
    CHECK(is_id("a"));
    CHECK(is_id("A-z_09"));
    CHECK(is_id(std::string(64, 'x')));
    CHECK_FALSE(is_id(std::string(65, 'x')));
    for (const auto* bad : {"", " ", "a b", "a/b", "é", "a\n"}) CHECK_FALSE(is_id(bad));
  }

  TEST_CASE("a new id is the second it was made in and 8 random bytes") {
    support::SeededRng rng;
    const auto id = make_id(support::morning, rng);
    CHECK(id.size() == 24);
    CHECK(id.substr(0, 8) == "6553f100");
    CHECK(make_id(support::morning, rng) != id);
  }
}

TEST_SUITE("domain/model: members") {
  TEST_CASE("a member is found by ref, others are not") {
    Chat chat;
    chat.members = {{.user = UserRef{2}}, {.user = UserRef{5}}};
    REQUIRE(chat.find(UserRef{5}) != nullptr);
    CHECK(chat.find(UserRef{5})->user == UserRef{5});
    for (const auto ref : {0, 1, 3, 6}) CHECK(chat.find(UserRef{ref}) == nullptr);
  }

  TEST_CASE("news begin after the later of the two cursors") {
    CHECK(Member{.joined_seq = 3, .read_seq = 7}.cursor() == 7);
    CHECK(Member{.joined_seq = 8, .read_seq = 7}.cursor() == 8);
  }
}

}  // namespace
}  // namespace veche::domain
