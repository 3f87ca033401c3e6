// Goal: a log line is one line, whatever a peer put into it.

#include "veche/app/log_sink.hpp"

#include <doctest/doctest.h>

namespace veche::app {
namespace {

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
