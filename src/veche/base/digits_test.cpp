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

  TEST_CASE("put() says where they end") {
    std::string out(1 + Digits::size_max, '-');
    const char* const end = Digits{407}.put(out.data() + 1);
    CHECK(end == out.data() + 4);
    CHECK(out.substr(0, 4) == "-407");
  }
}

}  // namespace
}  // namespace veche
