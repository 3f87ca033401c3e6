// Goal: percentiles are right to the promised 1.6 %. Method: sorted lists as the other opinion.

#include "veche/client/bench/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::client::bench {
namespace {

using Nanoseconds = Histogram::Nanoseconds;

TEST_SUITE("client/bench/histogram") {
  TEST_CASE("none seen: everything is 0") {
    const Histogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.max() == Nanoseconds{0});
    CHECK(histogram.percentile(50) == Nanoseconds{0});
  }

  TEST_CASE("small durations are exact") {
    Histogram histogram;
    for (int i = 1; i <= 100; ++i) histogram.record(Nanoseconds{i});
    CHECK(histogram.percentile(0) == Nanoseconds{1});
    CHECK(histogram.percentile(50) == Nanoseconds{50});
    CHECK(histogram.percentile(99) == Nanoseconds{99});
    CHECK(histogram.percentile(99.9) == Nanoseconds{100});
    CHECK(histogram.percentile(100) == Nanoseconds{100});
  }

  TEST_CASE("the ends of the range are kept, what is beyond them is put there") {
    Histogram histogram;
    histogram.record(Nanoseconds{-5});
    CHECK(histogram.percentile(100) == Nanoseconds{0});
    histogram.record(Histogram::longest());
    CHECK(histogram.percentile(100) == Histogram::longest());
    histogram.record(Nanoseconds::max());
    CHECK(histogram.max() == Histogram::longest());
    CHECK(histogram.count() == 3);
    histogram.clear();
    CHECK(histogram.count() == 0);
    CHECK(histogram.percentile(100) == Nanoseconds{0});
  }

  TEST_CASE("any percentile of any durations is at most 1.6 % too long") {
    CHECK(rc::check([] {
      Histogram histogram;
      std::vector<std::int64_t> all;
      const auto count = *rc::gen::inRange(1, 200);
      for (int i = 0; i < count; ++i) {
        const auto bits = *rc::gen::inRange(1, 40);
        all.push_back(*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << bits));
        histogram.record(Nanoseconds{all.back()});
      }
      std::sort(all.begin(), all.end());
      const double percent = *rc::gen::inRange(1, 1001) / 10.0;
      const auto rank =
          static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(all.size())));
      const auto exact = static_cast<double>(all[std::max<std::size_t>(rank, 1) - 1]);
      const auto told = static_cast<double>(histogram.percentile(percent).count());
      RC_ASSERT(told >= exact);
      RC_ASSERT(told <= exact * 1.016);
      RC_ASSERT(histogram.max() == Nanoseconds{all.back()});
    }));
  }
}

}  // namespace
}  // namespace veche::client::bench
