// Goal: an offset is read back as it was written, and nothing else is one.

#include "veche/gateway/offset.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::gateway {
namespace {

std::string written(Offset offset) {
  std::string text;
  append_offset(text, "e-1", offset);
  return text;
}

TEST_SUITE("gateway/offset: RELIABILITY section 2, point 5") {
  TEST_CASE("the epoch and the pos; a fact's later events have a step") {
    CHECK(written({41, 0}) == "e-1.41");
    CHECK(written({41, 1}) == "e-1.41.1");
    CHECK(Offset{41, 1} < Offset{42, 0});
    CHECK(Offset{41, 0} < Offset{41, 1});
  }

  TEST_CASE("what was written is read back") {
    CHECK(rc::check([] {
      const Offset offset{*rc::gen::inRange<domain::Pos>(0, INT64_MAX),
                          *rc::gen::inRange(0, last_step + 1)};
      RC_ASSERT(parse_offset(written(offset), "e-1") == offset);
    }));
  }

  TEST_CASE("hostile input 50: anything else is none") {
    const std::string huge(65'536, '1');
    for (const std::string& text :
         {std::string{}, std::string{"e-1"}, std::string{"e-1."}, std::string{"e-2.41"},
          std::string{"e-1.-1"}, std::string{"e-1.041"}, std::string{"e-1.+41"},
          std::string{"e-1.41.0"}, std::string{"e-1.41.12"}, std::string{"e-1.41.x"},
          std::string{"e-1.41."}, std::string{"e-1.41 "}, std::string{"e-1.9223372036854775808"},
          std::string{"e-1.4\0", 6}, "e-1." + huge}) {
      CHECK_FALSE(parse_offset(text, "e-1"));
    }
  }
}

}  // namespace
}  // namespace veche::gateway
