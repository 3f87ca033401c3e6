// Goal: what several parts of a load count becomes one sum.

#include "veche/client/bench/traffic.hpp"

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

TEST_SUITE("client/bench/traffic") {
  TEST_CASE("totals and faults of acks add up, and a window is a difference") {
    const Totals one{.messages = 1, .deliveries = 2, .acks = 3, .connects = 4};
    Totals sum = one;
    sum += one;
    CHECK(sum == Totals{.messages = 2, .deliveries = 4, .acks = 6, .connects = 8});
    sum -= one;
    CHECK(sum == one);
    AckFaults faults{.lost = 1, .doubled = 2};
    faults += {.lost = 10, .doubled = 20};
    CHECK(faults == AckFaults{.lost = 11, .doubled = 22});
  }

  TEST_CASE("latencies of two parts are those of both") {
    Latencies one;
    one.ack.record(Milliseconds{1});
    Latencies other;
    other.ack.record(Milliseconds{3});
    other.connect.record(Milliseconds{5});
    one.add(other);
    CHECK(one.ack.count() == 2);
    CHECK(one.ack.max() == Milliseconds{3});
    CHECK(one.connect.max() == Milliseconds{5});
  }

  TEST_CASE("what began in the window counts, also when it comes after it") {
    const Instant start{std::chrono::hours{1}};
    Latencies latencies;
    latencies.record(&Latencies::ack, start, start + Milliseconds{1});
    CHECK(latencies.ack.count() == 1);
    latencies.open(start + Milliseconds{10});
    CHECK(latencies.ack.count() == 0);
    latencies.record(&Latencies::ack, start + Milliseconds{9}, start + Milliseconds{11});
    latencies.record(&Latencies::ack, start + Milliseconds{10}, start + Milliseconds{11});
    latencies.close(start + Milliseconds{20});
    latencies.record(&Latencies::ack, start + Milliseconds{19}, start + Milliseconds{40});
    latencies.record(&Latencies::ack, start + Milliseconds{20}, start + Milliseconds{21});
    CHECK(latencies.ack.count() == 2);
    CHECK(latencies.ack.max() == Milliseconds{21});
  }
}

}  // namespace
}  // namespace veche::client::bench
