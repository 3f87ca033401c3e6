// Goal: nothing that is thrown gets out, and all of it is logged.

#include "veche/commands/guard.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

TEST_SUITE("commands/guard") {
  TEST_CASE("what ends well is not mentioned") {
    TestLog log;
    CHECK(guarded(log, "a thing", [] {}));
    CHECK(log.lines.empty());
  }

  TEST_CASE("what is thrown ends here, with its text in the log") {
    TestLog log;
    CHECK_FALSE(guarded(log, "a thing", [] { throw std::runtime_error{"no"}; }));
    CHECK_FALSE(guarded(log, "a thing", [] { throw 1; }));
    CHECK(log.lines == std::vector<std::string>{"a thing threw: no", "a thing threw"});
  }
}

}  // namespace
}  // namespace veche::commands
