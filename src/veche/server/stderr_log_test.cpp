// Goal: what a peer says cannot steer a terminal.

#include "veche/server/stderr_log.hpp"

#include <doctest/doctest.h>

namespace veche::server {
namespace {

TEST_SUITE("server/stderr_log") {
  TEST_CASE("only printable ASCII is written as it is") {
    CHECK(printable_ascii("handler of 'x' threw") == "handler of 'x' threw");
    CHECK(printable_ascii("a\n\x1b[2J\xff") == "a\\x0a\\x1b[2J\\xff");
  }
}

}  // namespace
}  // namespace veche::server
