// Goal: commands are committed in batches and told in commit order, and every answer is true.
// Method: a House of executors that run when told; each loop's line says what it heard. The
// property lets commits fail at random and compares the answers with what the store holds.

#include "veche/commands/writer.hpp"

#include <array>
#include <set>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

using domain::Writes;

Writer::Options with_jobs(std::size_t jobs_max, std::size_t batch_max = 1'000) {
  return {.jobs_max = jobs_max, .batch_max = batch_max, .cursor = {}};
}

TEST_SUITE("commands/writer: commit, then tell") {
  TEST_CASE("a command's fact comes before its answer, on every loop in commit order") {
    House house;
    house.one.say("a");
    house.two.say("b");
    house.one.say("c");
    CHECK(house.one.transcript.take() == "");
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok b c c:ok");
    CHECK(house.two.transcript.take() == "a b b:ok c");
    CHECK(house.writer.counters().batches == 1);
    CHECK(house.writer.counters().commands == 3);
  }

  TEST_CASE("nothing is told before the commit") {
    House house;
    std::string heard = "not asked";
    house.store.commit_fails = [&] {
      heard = house.one.transcript.take();
      return house.one.executor.waiting() > 0;
    };
    house.one.say("a");
    house.run();
    CHECK(heard == "");
    CHECK(house.one.transcript.take() == "a a:ok");
  }

  TEST_CASE("a loop gets one task a batch, and none when nothing of it is the loop's") {
    House house;
    house.one.say("a");
    house.two.say("b");
    house.one.say("c");
    house.run_writer();
    CHECK(house.one.executor.waiting() == 1);
    CHECK(house.two.executor.waiting() == 1);
    house.run();
    house.one.say_and_fail("d");
    house.run_writer();
    CHECK(house.one.executor.waiting() == 1);
    CHECK(house.two.executor.waiting() == 0);
  }

  TEST_CASE("what is queued meanwhile makes the next batch, at most batch_max") {
    House house{with_jobs(100, 3), {}, {}};
    for (const char* text : {"a", "b", "c", "d", "e"}) house.one.say(text);
    house.run();
    CHECK(house.writer.counters().batches == 2);
    CHECK(house.one.transcript.take() == "a a:ok b b:ok c c:ok d d:ok e e:ok");
    CHECK(house.writer.counters().jobs_high == 5);
  }
}

TEST_SUITE("commands/writer: failures") {
  TEST_CASE("one command of a batch is undone, the others stay") {
    House house;
    house.one.say("a");
    house.one.say_and_fail("b");
    house.two.say("c");
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok b:validation c");
    CHECK(house.two.transcript.take() == "a c c:ok");
    CHECK_FALSE(house.store.has("b"));
  }

  TEST_CASE("when the commit fails nobody is told of facts, and every answer is unavailable") {
    House house;
    house.one.say("a");
    house.run();
    house.store.commit_fails = [] { return true; };
    house.one.say("b");
    house.two.say("c");
    house.two.say_and_fail("d");
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok b:unavailable");
    CHECK(house.two.transcript.take() == "a c:unavailable d:unavailable");
    CHECK(house.writer.counters().failed_commits == 1);
    CHECK(house.log.lines == std::vector<std::string>{"commit failed"});

    house.store.commit_fails = [] { return false; };
    house.two.say("e");
    house.run();
    CHECK(house.one.transcript.take() == "e");
    CHECK(house.two.transcript.take() == "e e:ok");
  }

  TEST_CASE("a command that throws is undone, logged and answered internal") {
    House house;
    house.one.say("a");
    house.one.commands->write<domain::Pos>(
        Writes::many,
        [](domain::Transaction& t) -> Result<domain::Pos> {
          static_cast<void>(say(t, "b"));
          throw std::bad_alloc{};
        },
        house.one.note<domain::Pos>("b"));
    house.one.say("c");
    house.run();
    CHECK(house.one.transcript.take() == "a a:ok b:internal c c:ok");
    CHECK_FALSE(house.store.has("b"));
    CHECK(house.log.lines == std::vector<std::string>{"a command threw: std::bad_alloc"});
    CHECK(house.writer.counters().thrown == 1);
  }

  TEST_CASE("a full queue refuses, on the loop, not inside submit") {
    House house{with_jobs(2), {}, {}};
    for (const char* text : {"a", "b", "c"}) house.one.say(text);
    CHECK(house.one.transcript.take() == "");
    house.run();
    CHECK(house.one.transcript.take() == "c:unavailable a a:ok b b:ok");
    CHECK(house.writer.counters().refused == 1);
    house.one.say("d");
    house.run();
    CHECK(house.one.transcript.take() == "d d:ok");
  }
}

TEST_SUITE("commands/writer: the end") {
  TEST_CASE("draining refuses what is new, finishes what is queued, then says so") {
    House house{with_jobs(100, 1), {}, {}};
    house.one.say("a");
    house.one.say("b");
    bool is_drained = false;
    house.writer.drain([&] {
      // All answers are in the loop's mailbox: the refused one, and two that were queued.
      is_drained = house.one.executor.waiting() == 3;
    });
    house.one.say("c");
    house.run_writer();
    CHECK(is_drained);
    house.run();
    CHECK(house.one.transcript.take() == "c:unavailable a a:ok b b:ok");
  }

  TEST_CASE("an idle writer is drained at once, though not inside the call") {
    House house;
    bool is_drained = false;
    house.writer.drain([&] { is_drained = true; });
    CHECK_FALSE(is_drained);
    house.run();
    CHECK(is_drained);
  }

  TEST_CASE("a writer that ends answers what it has not begun") {
    class Job final : public Writer::Job {
     public:
      explicit Job(Transcript& transcript) : transcript_{transcript} {}
      bool run(domain::Transaction&) override { return true; }
      void fail(Error error) override { error_ = std::move(error); }
      void answer() override { transcript_.add(word(error_.code)); }

     private:
      Transcript& transcript_;
      Error error_;
    };
    TestClock clock;
    TestLog log;
    TestStore store;
    TestRng rng;
    domain::Ledger ledger{store, rng};
    TestExecutor turns{clock};
    TestExecutor loop{clock};
    Transcript transcript;
    {
      Writer writer{{turns, clock, log, ledger, {}}, {}};
      const auto way = writer.attach(loop, transcript);
      std::array commands{Writer::Command{Writes::once, std::make_unique<Job>(transcript)}};
      writer.submit(commands, *way);
    }
    CHECK(transcript.take() == "");
    loop.run_one();
    CHECK(transcript.take() == "unavailable");
  }
}

TEST_SUITE("commands/writer: properties") {
  TEST_CASE("an answer of success is given for what is stored and for nothing else") {
    CHECK(rc::check([] {
      const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8));
      const auto failures = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
      House house{with_jobs(6, 3), {}, {}};
      std::size_t commits = 0;
      house.store.commit_fails = [&] {
        const std::size_t commit = commits++;
        return commit < failures.size() && failures[commit];
      };
      std::set<std::string> told;
      for (std::size_t step = 0; step < steps.size(); ++step) {
        auto& loop = steps[step] % 2 == 0 ? house.one : house.two;
        const std::string text = "m" + std::to_string(step);
        if (steps[step] < 4) loop.say(text);
        if (steps[step] == 4) loop.say_and_fail(text);
        if (steps[step] == 5) house.writer_turns.run_one();
        if (steps[step] > 5) house.run();
      }
      house.run();
      // Both loops heard the same facts in the same order; the answers are the rest.
      const std::string one = ' ' + house.one.transcript.take() + ' ';
      const std::string two = ' ' + house.two.transcript.take() + ' ';
      for (std::size_t step = 0; step < steps.size(); ++step) {
        const std::string text = "m" + std::to_string(step);
        const bool is_stored = house.store.has(text);
        const std::string& own = steps[step] % 2 == 0 ? one : two;
        const auto fact = own.find(' ' + text + ' ');
        const auto answer = own.find(' ' + text + ":ok ");
        RC_ASSERT(is_stored == (answer != std::string::npos));
        RC_ASSERT(is_stored == (one.find(' ' + text + ' ') != std::string::npos));
        RC_ASSERT(is_stored == (two.find(' ' + text + ' ') != std::string::npos));
        RC_ASSERT(!is_stored || fact < answer);
        const bool is_answered = own.find(' ' + text + ':') != std::string::npos;
        RC_ASSERT(is_answered == (steps[step] < 5));
      }
    }));
  }
}

}  // namespace
}  // namespace veche::commands
