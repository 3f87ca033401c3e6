// Goal: a loop may end at any moment; what it is owed then touches nothing of it.

#include "veche/commands/loop_commands.hpp"

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

/// Writes without handing over, as in the middle of a turn.
void write(TestLoop& loop, const std::string& text) {
  loop.commands->write<domain::Pos>(
      domain::Writes::once, [text](domain::Transaction& t) { return say(t, text); },
      loop.note<domain::Pos>(text));
}

TEST_SUITE("commands/loop_commands") {
  TEST_CASE("what is written during a turn goes to the writer in one piece") {
    House house;
    write(house.one, "a");
    write(house.one, "b");
    CHECK(house.writer_turns.waiting() == 0);
    CHECK(house.one.executor.waiting() == 1);
    house.run();
    write(house.one, "c");
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok b b:ok c c:ok");
    CHECK(house.writer.counters().batches == 2);
  }

  TEST_CASE("of what one turn writes as much is taken as there is room for") {
    House house{{.jobs_max = 2, .batch_max = 1'000, .cursor = {}}, {}, {}};
    for (const char* text : {"a", "b", "c"}) write(house.one, text);
    house.run();
    CHECK(house.one.transcript.take() == "c:unavailable a a:ok b b:ok");
    CHECK(house.writer.counters().refused == 1);
    CHECK_FALSE(house.store.has("c"));
  }

  TEST_CASE("a loop that ends in the middle of a turn hands over what it has written") {
    House house;
    write(house.one, "a");
    house.one.commands.reset();
    house.run();
    CHECK(house.one.transcript.take() == "");
    CHECK(house.two.transcript.take() == "a");
  }

  TEST_CASE("a loop that is to end soon hands over what it has written, once") {
    House house;
    write(house.one, "a");
    house.one.commands->hurry();
    CHECK(house.writer_turns.waiting() == 1);
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok");
    CHECK(house.writer.counters().batches == 1);
  }

  TEST_CASE("commands of a loop that has ended are finished and never answered") {
    House house;
    house.one.say("a");
    house.one.ask("b");
    house.one.commands.reset();
    house.two.say("c");
    house.run();
    CHECK(house.one.transcript.take() == "");
    CHECK(house.two.transcript.take() == "a c c:ok");
    CHECK(house.store.has("a"));
  }

  TEST_CASE("what waits in a loop's mailbox when it ends is not run") {
    House house;
    house.one.say("a");
    house.one.ask("b");
    house.run_writer();
    while (house.reader_turns.run_one()) {
    }
    CHECK(house.one.executor.waiting() == 2);
    house.one.commands.reset();
    house.run();
    CHECK(house.one.transcript.take() == "");
  }

  TEST_CASE("a loop may end inside an answer") {
    House house;
    house.one.commands->write<domain::Pos>(
        domain::Writes::once, [](domain::Transaction& t) { return say(t, "a"); },
        [&](const Result<domain::Pos>&) { house.one.commands.reset(); });
    house.one.say("b");
    house.two.say("c");
    house.run();
    CHECK(house.one.transcript.take() == "a");
    CHECK(house.two.transcript.take() == "a b c c:ok");
  }

  TEST_CASE("an answer may ask for more") {
    House house;
    house.one.commands->write<domain::Pos>(
        domain::Writes::once, [](domain::Transaction& t) { return say(t, "a"); },
        [&](const Result<domain::Pos>&) { house.one.say("b"); });
    house.run();
    CHECK(house.one.transcript.take() == "a b b:ok");
  }
}

}  // namespace
}  // namespace veche::commands
