// Goal: every number reads as std::to_string writes it. Method: both sides of each length.

#include "veche/base/digits.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>

namespace veche {
namespace {

TEST_SUITE("base/digits") {
  TEST_CASE("numbers of every length") {
    std::uint64_t power = 1;
    for (int digits = 1; digits <= 20; ++digits) {
      for (const std::uint64_t number : {power - 1, power, power + 1, power * 9 / 5})
        CHECK(Digits{number}.text() == std::to_string(number));
      power *= 10;
    }
    const auto largest = std::numeric_limits<std::uint64_t>::max();
    CHECK(Digits{largest}.text() == std::to_string(largest));
  }
}

}  // namespace
}  // namespace veche
