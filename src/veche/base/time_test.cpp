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

TEST_SUITE("base/time: parse_iso8601") {
  std::string read(std::string_view text) {
    const auto time = parse_iso8601(text);
    return time ? std::string{iso8601(*time)} : "none";
  }

  TEST_CASE("what iso8601 writes is read back") {
    for (const auto* text : {"1970-01-01T00:00:00.000Z", "2026-11-24T02:29:43.057Z",
                             "2000-02-29T12:34:56.789Z", "9999-12-31T23:59:59.999Z"})
      CHECK(read(text) == text);
  }

  TEST_CASE("parts may be left out, and the clock may be another place's") {
    CHECK(read("2026-11-24") == "2026-11-24T00:00:00.000Z");
    CHECK(read("2026-11-24T05:32Z") == "2026-11-24T05:32:00.000Z");
    CHECK(read("2026-11-24T05:32:07Z") == "2026-11-24T05:32:07.000Z");
    CHECK(read("2026-11-24T05:32:07.5Z") == "2026-11-24T05:32:07.500Z");
    CHECK(read("2026-11-24T05:32:07.123456789Z") == "2026-11-24T05:32:07.123Z");
    CHECK(read("2026-11-24T02:00:00+03:00") == "2026-11-23T23:00:00.000Z");
    CHECK(read("2026-12-31T22:00:00-02:30") == "2027-01-01T00:30:00.000Z");
  }

  TEST_CASE("anything else is no date") {
    for (const auto* text : {"",
                             "x",
                             "2026",
                             "2026-11",
                             "2026-02-30",
                             "2026-13-01",
                             "2026-00-10",
                             "2026-11-24T",
                             "2026-11-24T05",
                             "2026-11-24T05:32",
                             "2026-11-24T24:00Z",
                             "2026-11-24T05:60Z",
                             "2026-11-24T05:32:07.Z",
                             "2026-11-24 05:32:07Z",
                             "2026-11-24T05:32:07Zx",
                             "2026-11-24T05:32:07+3:00",
                             "2026-11-24T05:32:07 03:00",
                             "-026-11-24",
                             "20261124",
                             "2026-11-24T05:32:07.123",
                             "1795487383057",
                             "2026-11-24Z"})
      CHECK_MESSAGE(read(text) == "none", text);
  }
}

}  // namespace
}  // namespace veche
