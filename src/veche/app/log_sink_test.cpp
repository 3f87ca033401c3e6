// Goal: a log line is one line, and no peer fills the log. Method: a clock as a number.

#include "veche/app/log_sink.hpp"

#include <doctest/doctest.h>

namespace veche::app {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("app/log_sink: limits") {
  TEST_CASE("ten a second of each kind, then a count of the rest") {
    EventLimiter limiter;
    Instant now{};
    int written = 0;
    for (int i = 0; i < 25; ++i) written += limiter.admit("joined", now).is_written ? 1 : 0;
    CHECK(written == 10);
    CHECK(limiter.admit("sent", now).is_written);
    now += 1s;
    const auto next = limiter.admit("joined", now);
    CHECK(next.is_written);
    CHECK(next.more == 15);
    CHECK(limiter.admit("joined", now).more == 0);
  }
}

TEST_SUITE("app/log_sink: printable") {
  TEST_CASE("control characters and broken UTF-8 are escaped") {
    CHECK(printable("a\r\nb\x1b[0m", LogFormat::text) == "a\\x0d\\x0ab\\x1b[0m");
    CHECK(printable("вече", LogFormat::text) == "вече");
    CHECK(printable("x\xFF", LogFormat::text) == "x\\xff");
  }

  TEST_CASE("as JSON it is a string") {
    CHECK(printable("say \"hi\"\n", LogFormat::json) == R"("say \"hi\"\\x0a")");
  }
}

}  // namespace
}  // namespace veche::app
