// Goal: a send is over when everything awaited has come, and nothing is taken twice.

#include "veche/client/bench/send_window.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

using namespace std::chrono_literals;

constexpr Instant first_send{1s};

TEST_SUITE("client/bench/send_window") {
  TEST_CASE("it gives out as many as its size, and room comes back when a send is over") {
    SendWindow window{2};
    CHECK(window.begin(1, first_send) == 0);
    CHECK(window.begin(1, first_send + 1s) == 1);
    CHECK_FALSE(window.has_room());
    CHECK(window.arrived(0) == first_send);
    CHECK_FALSE(window.has_room());
    CHECK(window.acked(0) == first_send);
    CHECK(window.has_room());
    CHECK(window.under_way() == 1);
    CHECK(window.acks_due() == 1);
    CHECK(window.begin(1, first_send + 2s) == 2);
    CHECK(window.acked(1) == first_send + 1s);
    CHECK(window.arrived(2) == first_send + 2s);
  }

  TEST_CASE("the oldest holds back the one that takes its place") {
    SendWindow window{2};
    window.begin(0, first_send);
    window.begin(0, first_send);
    window.acked(1);
    CHECK_FALSE(window.has_room());
    window.acked(0);
    CHECK(window.has_room());
  }

  TEST_CASE("a refused send is over, and its arrivals are awaited no more") {
    SendWindow window{1};
    window.begin(3, first_send);
    window.arrived(0);
    const auto refused = window.refused(0);
    REQUIRE(refused.has_value());
    CHECK(refused->at == first_send);
    CHECK(refused->arrivals_due == 2);
    CHECK(window.has_room());
    CHECK(window.under_way() == 0);
    CHECK(window.acks_due() == 0);
    CHECK(window.arrived(0) == std::nullopt);
    CHECK(window.refused(0) == std::nullopt);
  }

  TEST_CASE("what is not awaited is none: again, too late, never sent") {
    SendWindow window{1};
    CHECK(window.acked(0) == std::nullopt);
    window.begin(1, first_send);
    CHECK(window.acked(0).has_value());
    CHECK(window.acked(0) == std::nullopt);
    CHECK(window.arrived(0).has_value());
    CHECK(window.arrived(0) == std::nullopt);
    window.begin(1, first_send);
    CHECK(window.arrived(0) == std::nullopt);
    CHECK(window.acked(7) == std::nullopt);
    CHECK(window.under_way() == 1);
  }
}

}  // namespace
}  // namespace veche::client::bench
