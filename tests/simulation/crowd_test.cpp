// Goal: a hundred thousand clients at once, and nothing left of them when they have gone.

#include "simulation/crowd.hpp"

#include <cstddef>
#include <string>

#include <doctest/doctest.h>

namespace veche::simulation {
namespace {

using namespace std::chrono_literals;
using Stage = Crowd::Stage;

constexpr std::size_t users = 1'000;

/// Sends from the first user to the second, and says how many bytes everybody heard.
std::size_t talk(Crowd& crowd) {
  const auto made = rest(crowd.house(), "POST /chats", crowd.house().token(numbered_user(0)),
                         R"({"participantId":")" + numbered_user(1) + R"("})");
  REQUIRE(made.status == 201);
  const auto id = made.body.substr(made.body.find(R"("_id":")") + 7, 24);
  static_cast<void>(crowd.hear());
  crowd.say(0, R"(42["message:send",{"chatId":")" + id + R"(","text":"hello"}])");
  return crowd.hear();
}

TEST_SUITE("memory: a crowd") {
  TEST_CASE("100,000 clients of 1,000 users: acks, a message, pings, and they leave nothing") {
    constexpr std::size_t count = 100'000;
    Crowd crowd{users};
    crowd.know(users);
    const std::size_t at_first = heap::live_bytes();
    crowd.bring(count, Stage::signed_in);
    const std::size_t each = (heap::live_bytes() - at_first) / count;
    MESSAGE(each << " bytes a connection");
    CHECK(each < 1'229);

    crowd.say(R"(420["chat:leave",{"chatId":"nowhere"}])");
    CHECK(crowd.hear() >= count * std::string{R"(430[{"success":true}])"}.size());
    // Every socket of the two hears it.
    CHECK(talk(crowd) > 2 * count / users * std::string{"message:new"}.size());
    std::size_t heard = 0;
    for (int i = 0; i < 5; ++i) {
      crowd.house().pass(6s);
      heard += crowd.hear();
    }
    CHECK(heard >= count * std::string{"\x81\x01"
                                       "2"}
                               .size());
    CHECK(crowd.house().backend().server().connection_count() == count);

    crowd.leave();
    CHECK(crowd.house().backend().server().connection_count() == 0);
    // What is left are the tables that have grown: places and hash buckets.
    const std::size_t left = heap::live_bytes();
    const std::size_t tables = (left - at_first) / count;
    MESSAGE(tables << " bytes of tables for each that was there");
    CHECK(tables < 128);
    crowd.bring(count / 10, Stage::signed_in);
    crowd.leave();
    CHECK(heap::live_bytes() < left + 1'024);  // buffers that have grown a little
  }
}

}  // namespace
}  // namespace veche::simulation
