// Goal: what a connection costs of the heap, as the slope between three sizes.

#include <array>
#include <cstddef>

#include <doctest/doctest.h>

#include "simulation/crowd.hpp"

namespace veche::simulation {
namespace {

using Stage = Crowd::Stage;

/// Tables grow by doubling, so at powers of two they are as empty as each other.
constexpr std::array<std::size_t, 3> sizes{512, 1'024, 2'048};

struct Slope {
  double lower;  ///< bytes a connection between the first two sizes
  double upper;  ///< and between the last two
};

Slope slope_of(Stage stage) {
  Crowd crowd{sizes.back()};
  if (stage == Stage::signed_in) crowd.know(sizes.back());
  std::array<double, sizes.size()> bytes{};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    crowd.bring(sizes[i] - crowd.size(), stage);
    bytes[i] = static_cast<double>(heap::live_bytes());
  }
  const auto between = [&](std::size_t from, std::size_t to) {
    return (bytes[to] - bytes[from]) / static_cast<double>(sizes[to] - sizes[from]);
  };
  return {between(0, 1), between(1, 2)};
}

void check(Stage stage, double limit) {
  const auto [lower, upper] = slope_of(stage);
  MESSAGE(lower << " and " << upper << " bytes a connection");
  CHECK(lower < limit);
  CHECK(upper < limit);
}

TEST_SUITE("memory: a connection that is idle") {
  TEST_CASE("signed in") { check(Stage::signed_in, 1'229); }
  TEST_CASE("accepted, and silent") { check(Stage::accepted, 512); }
  TEST_CASE("an Engine.IO session over WebSocket, and no CONNECT") { check(Stage::opened, 1'664); }
  TEST_CASE("an Engine.IO session over polling, and no CONNECT") { check(Stage::polling, 1'280); }
}

}  // namespace
}  // namespace veche::simulation
