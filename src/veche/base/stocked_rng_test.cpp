// Goal: every byte of the source is handed out once, whatever the sizes asked for.

#include "veche/base/stocked_rng.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

/// Counts: its bytes, two by two, are all different for 65,536 numbers.
class CountingRng final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override {
    ++calls;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2, ++next_) {
      bytes[i] = static_cast<std::byte>(next_ >> 8U);
      bytes[i + 1] = static_cast<std::byte>(next_ & 0xFFU);
    }
  }
  int calls{};

 private:
  std::uint32_t next_{};
};

TEST_SUITE("base/stocked_rng") {
  TEST_CASE("no byte comes twice, at any size") {
    CHECK(rc::check([] {
      CountingRng source;
      StockedRng rng{source};
      std::vector<std::uint32_t> seen;
      for (const auto pairs : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'500))) {
        std::vector<std::byte> bytes(static_cast<std::size_t>(pairs) * 2);
        rng.fill(bytes);
        for (std::size_t i = 0; i < bytes.size(); i += 2) {
          seen.push_back(std::to_integer<std::uint32_t>(bytes[i]) << 8U |
                         std::to_integer<std::uint32_t>(bytes[i + 1]));
        }
        if (seen.size() > 60'000) break;
      }
      std::sort(seen.begin(), seen.end());
      RC_ASSERT(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    }));
  }

  TEST_CASE("the source is asked once for many") {
    CountingRng source;
    StockedRng rng{source};
    std::vector<std::byte> bytes(16);
    for (int i = 0; i < 64; ++i) rng.fill(bytes);
    CHECK(source.calls == 1);
    rng.fill(bytes);
    CHECK(source.calls == 2);
  }
}

}  // namespace
}  // namespace veche
