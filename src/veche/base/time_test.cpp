// Goal: dates come out as the contract writes them. Method: known instants, and both ends.

#include "veche/base/time.hpp"

#include <doctest/doctest.h>

namespace veche {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("base/time: iso8601") {
  TEST_CASE("a date has milliseconds and Z") {
    CHECK(iso8601(WallTime{}) == "1970-01-01T00:00:00.000Z");
    CHECK(iso8601(WallTime{1'795'487'383'057ms}) == "2026-11-24T02:29:43.057Z");
    CHECK(iso8601(WallTime{951'827'696'789ms}) == "2000-02-29T12:34:56.789Z");
  }

  TEST_CASE("before 1970 the clock still runs forward") {
    CHECK(iso8601(WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
  }

  TEST_CASE("what does not fit four digits is clamped") {
    CHECK(iso8601(WallTime{Milliseconds::max() / 2}) == "9999-12-31T23:59:59.999Z");
    CHECK(iso8601(WallTime{Milliseconds::min() / 2}) == "0000-01-01T00:00:00.000Z");
  }
}

}  // namespace
}  // namespace veche
