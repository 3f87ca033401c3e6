// Goal: a stamp survives the way, and nothing that is not one is taken for one.

#include "veche/client/bench/stamp.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::client::bench {
namespace {

std::string stamped(const Stamp& stamp, std::size_t size) {
  std::string text;
  append_stamped(text, stamp, size);
  return text;
}

TEST_SUITE("client/bench/stamp") {
  TEST_CASE("what was written is read, at every size") {
    CHECK(rc::check(
        [](std::uint32_t run, std::uint32_t chat, std::uint32_t sender, std::uint32_t sequence) {
          const auto size = *rc::gen::inRange(stamp_bytes_min, stamp_bytes_max + 1);
          const Stamp stamp{run, chat, sender, sequence};
          const std::string text = stamped(stamp, size);
          RC_ASSERT(text.size() == size);
          RC_ASSERT(read_stamp(text) == stamp);
        }));
  }

  TEST_CASE("it is written behind what is there, in letters that JSON takes as they are") {
    std::string text = "\"";
    append_stamped(text, {1, 2, 3, 4}, 44);
    CHECK(text == "\"_baaaaaaacaaaaaaadaaaaaaaeaaaaaaaeee" + text.substr(37));
    CHECK(text.find_first_not_of("_abcdefghijklmnopqrstuvwxyz", 1) == std::string::npos);
  }

  TEST_CASE("any one changed letter is found") {
    const std::string text = stamped({1, 2, 3, 4}, 67);
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char other : {'a', 'p', 'q', ' ', '\xff'}) {
        std::string changed = text;
        if (changed[at] == other) continue;
        changed[at] = other;
        CHECK(read_stamp(changed) == std::nullopt);
      }
    }
  }

  TEST_CASE("a cut, a longer, an empty and a foreign text are none") {
    const std::string text = stamped({1, 2, 3, 4}, 64);
    for (std::size_t size = 0; size < text.size(); ++size) {
      CHECK(read_stamp(text.substr(0, size)) == std::nullopt);
    }
    CHECK(read_stamp(text + "a") == std::nullopt);
    CHECK(read_stamp(std::string(64, '_')) == std::nullopt);
    CHECK(read_stamp(std::string(stamp_bytes_max + 1, '_')) == std::nullopt);
  }
}

}  // namespace
}  // namespace veche::client::bench
