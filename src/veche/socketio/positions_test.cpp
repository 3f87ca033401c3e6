// Goal: positions read back as they were written, and nothing else is read.

#include "veche/socketio/positions.hpp"

#include <map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/positions") {
  TEST_CASE("a position for each node, which only grows") {
    Positions positions;
    CHECK(positions.text() == "");
    positions.advance("01", 63);
    positions.advance("00", 26);
    positions.advance("01", 5);
    positions.advance("02", 0);
    CHECK(positions.text() == "00-1a.01-3f");
    CHECK(positions.of("01") == 63);
    CHECK(positions.of("07") == 0);
  }

  TEST_CASE("one covers another when it is nowhere behind") {
    const auto at = [](std::string_view text) { return Positions::parse(text).value(); };
    CHECK(at("a-2.b-1").covers(at("a-2")));
    CHECK(at("a-2").covers(at("")));
    CHECK(at("").covers(at("")));
    CHECK_FALSE(at("a-2").covers(at("a-3")));
    CHECK_FALSE(at("a-2.b-1").covers(at("c-1")));
  }

  TEST_CASE("foreign texts are not read") {
    for (const char* text :
         {"a", "a-", "-1", "a-0", "a-01", "a-g", "a-1.", ".a-1", "a-1..b-1", "b-1.a-1", "a-1.a-2",
          "a-1-2", "a-1 ", "a-11111111111111111", "1795487383057-0", "\"a-1\""}) {
      CHECK_MESSAGE(!Positions::parse(text), text);
    }
    CHECK(Positions::parse("a-ffffffffffffffff"));
    CHECK_FALSE(Positions::parse(std::string(9'000, 'a') + "-1"));
  }

  TEST_CASE("what is written is read") {
    CHECK(rc::check([](const std::map<std::uint8_t, std::uint64_t>& by_uid) {
      Positions positions;
      for (const auto& [uid, position] : by_uid) positions.advance(std::to_string(uid), position);
      RC_ASSERT(Positions::parse(positions.text()) == positions);
    }));
  }

  TEST_CASE("random text never ends it") {
    CHECK(rc::check([](const std::string& text) {
      if (const auto read = Positions::parse(text)) RC_ASSERT(read->text().size() <= text.size());
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
