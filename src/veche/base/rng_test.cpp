// Goal: ids use the whole alphabet and exactly the entropy they were given.
// Method: a generator that counts upwards.

#include "veche/base/rng.hpp"

#include <doctest/doctest.h>

namespace veche {
namespace {

struct Counting final : Rng {
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>(next++);
  }
  unsigned next{};
};

TEST_SUITE("base/rng: random_id") {
  TEST_CASE("each character stands for six bits of one byte") {
    Counting rng;
    CHECK(random_id(rng, 64) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    CHECK(rng.next == 64);
    CHECK(random_id(rng, 2) == "AB");
    CHECK(random_id(rng, 0).empty());
  }
}

}  // namespace
}  // namespace veche
