// Goal: queries are spread over the readers, bounded, and each sees what was answered before.

#include "veche/commands/readers.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

TEST_SUITE("commands/readers") {
  TEST_CASE("a query sees the write that was answered before it was asked") {
    House house;
    house.one.say("a");
    house.run();
    domain::Pos seen = 0;
    house.one.commands->read<domain::Pos>(
        [](domain::Reader& reader) -> Result<domain::Pos> { return reader.head(); },
        [&](Result<domain::Pos> head) { seen = *head; });
    CHECK(seen == 0);
    house.run();
    CHECK(seen == 1);
    CHECK_FALSE(house.reader.is_open);
    CHECK(house.readers.counters().queries == 1);
  }

  TEST_CASE("a full queue refuses, on the loop, not inside submit") {
    House house{{}, {.jobs_max = 2}, {}};
    for (const char* name : {"a", "b", "c"}) house.one.ask(name);
    CHECK(house.one.transcript.take() == "");
    house.run();
    CHECK(house.one.transcript.take() == "c:unavailable a:ok b:ok");
    CHECK(house.readers.counters().refused == 1);
    CHECK(house.readers.counters().jobs_high == 2);
  }

  TEST_CASE("a reader that fails answers unavailable, a query that throws internal") {
    House house;
    house.reader.fails = true;
    house.one.ask("a");
    house.run();
    house.reader.fails = false;
    house.one.commands->read<domain::Pos>(
        [](domain::Reader&) -> Result<domain::Pos> { throw std::runtime_error{"a bug"}; },
        house.one.note<domain::Pos>("b"));
    house.one.ask("c");
    house.run();
    CHECK(house.one.transcript.take() == "a:unavailable b:internal c:ok");
    CHECK(house.log.lines == std::vector<std::string>{"a query threw: a bug"});
    CHECK(house.readers.counters().failed == 2);
  }

  TEST_CASE("queries go to whichever reader is free") {
    TestClock clock;
    TestLog log;
    TestStore store;
    TestReader first{store};
    TestReader second{store};
    TestExecutor first_turns{clock};
    TestExecutor second_turns{clock};
    TestExecutor loop_turns{clock};
    Transcript transcript;
    const auto way = std::make_shared<WayBack>(loop_turns, transcript, log, 0);
    House house;
    Readers readers{{{first, first_turns}, {second, second_turns}}, log, {}};
    LoopCommands commands{loop_turns, transcript, house.writer, readers};
    const auto ask = [&](const std::string& name) {
      commands.read<int>([](domain::Reader&) -> Result<int> { return 1; },
                         [&transcript, name](const Result<int>&) { transcript.add(name); });
    };
    for (const char* name : {"a", "b", "c"}) ask(name);
    CHECK(first_turns.waiting() == 1);
    CHECK(second_turns.waiting() == 1);
    // The first is slow; the second takes what is left.
    while (second_turns.run_one()) {
    }
    while (first_turns.run_one()) {
    }
    while (loop_turns.run_one()) {
    }
    CHECK(transcript.take() == "a b c");
  }

  TEST_CASE("draining refuses what is new, finishes what is queued, then says so") {
    House house;
    house.one.ask("a");
    house.one.ask("b");
    bool is_drained = false;
    house.readers.drain([&] { is_drained = house.one.executor.waiting() == 3; });
    house.one.ask("c");
    while (house.reader_turns.run_one()) {
    }
    CHECK(is_drained);
    house.run();
    CHECK(house.one.transcript.take() == "c:unavailable a:ok b:ok");
  }

  TEST_CASE("idle readers are drained at once, though not inside the call") {
    House house;
    bool is_drained = false;
    house.readers.drain([&] { is_drained = true; });
    CHECK_FALSE(is_drained);
    house.run();
    CHECK(is_drained);
  }
}

}  // namespace
}  // namespace veche::commands
