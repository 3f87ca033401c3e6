// Goal: facts and answers reach every loop in the one order, also when other nodes write.
// Method: a bus and a log that the test plays by hand; each loop's line says what it heard.

#include "veche/commands/teller.hpp"

#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

using namespace std::chrono_literals;
using domain::FactPtr;
using domain::Pos;

FactPtr fact(Pos pos) { return std::make_shared<domain::Fact>(domain::Fact{pos, {}}); }

FactPtr message(Pos pos, domain::AudiencePtr to) {
  domain::MessagePosted posted{};
  posted.message.text = std::to_string(pos);
  posted.audience = std::move(to);
  return std::make_shared<domain::Fact>(domain::Fact{pos, std::move(posted)});
}

/// Remembers what was published; the test says what is heard.
class TestBus final : public feed::Bus {
 public:
  void publish(const std::vector<FactPtr>& facts) override {
    for (const auto& published : facts) sent.add(std::to_string(published->pos));
  }
  void subscribe(Listener* subscriber) override { listener = subscriber; }
  [[nodiscard]] bool is_up() const override { return true; }

  Transcript sent;
  Listener* listener{};
};

/// Remembers what is asked; the test answers.
class TestTail final : public feed::LogTail {
 public:
  void read_after(Pos pos, UniqueFunction<void(feed::TailRead)> done) override {
    after = pos;
    done_ = std::move(done);
  }
  void answer(std::vector<FactPtr> facts, feed::TailEnd end = feed::TailEnd::whole) {
    after.reset();
    done_({std::move(facts), end});
  }

  std::optional<Pos> after;

 private:
  UniqueFunction<void(feed::TailRead)> done_;
};

class NamedJob final : public domain::Job<domain::Transaction> {
 public:
  NamedJob(Transcript& transcript, std::string name)
      : transcript_{transcript}, name_{std::move(name)} {}
  bool run(domain::Transaction&) override { return true; }
  void fail(Error) override {}
  void answer() override { transcript_.add(name_); }
  /// Those with a capital may.
  [[nodiscard]] bool may_wait() const override { return name_ < "a"; }

 private:
  Transcript& transcript_;
  std::string name_;
};

/// A teller with two loops, alone or with a bus.
struct Office {
  explicit Office(Cluster cluster)
      : teller{{turns, clock, log, cluster}, 0, {}, [this](std::size_t count) { told += count; }} {}

  Outcome outcome(const std::shared_ptr<WayBack>& way, const std::string& name,
                  const std::vector<Pos>& positions) {
    std::vector<FactPtr> its;
    for (Pos pos : positions) its.push_back(fact(pos));
    return outcome_of(way, name, std::move(its));
  }
  /// One message to them.
  Outcome posted(const std::string& name, Pos pos, const domain::AudiencePtr& to) {
    return outcome_of(one, name, {message(pos, to)});
  }
  Outcome outcome_of(const std::shared_ptr<WayBack>& way, const std::string& name,
                     std::vector<FactPtr> its) {
    Outcome made;
    made.job = std::make_unique<NamedJob>(way == one ? hears_one : hears_two, name);
    made.loop = way->index();
    made.facts = its.size();
    facts.insert(facts.end(), its.begin(), its.end());
    return made;
  }
  void tell(Outcome first) {
    std::vector<Outcome> outcomes;
    outcomes.push_back(std::move(first));
    tell(std::move(outcomes));
  }
  void tell(std::vector<Outcome> outcomes) {
    teller.tell(std::move(outcomes), std::exchange(facts, {}));
  }
  void run() {
    while (turns.run_one() || loop_one.run_one() || loop_two.run_one()) {
    }
  }

  TestClock clock;
  TestLog log;
  TestExecutor turns{clock};
  TestExecutor loop_one{clock};
  TestExecutor loop_two{clock};
  Transcript hears_one;
  Transcript hears_two;
  std::size_t told{};
  std::vector<FactPtr> facts;  // of the outcomes that are still to be told
  Teller teller;
  std::shared_ptr<WayBack> one = teller.attach(loop_one, hears_one);
  std::shared_ptr<WayBack> two = teller.attach(loop_two, hears_two);
};

TEST_SUITE("commands/teller: answers that may wait") {
  TEST_CASE("they come behind messages to the same people, never behind an answer that may not") {
    Office office{{}};
    std::vector<Outcome> outcomes;
    for (const char* name : {"A", "B", "c", "D", "E"}) {
      outcomes.push_back(office.posted(name, std::ssize(outcomes) + 1, nullptr));
    }
    office.tell(std::move(outcomes));
    office.hears_one.shows_settling = true;
    office.run();
    CHECK(office.hears_one.take() == "1 2 3 settled A B c 4 5 settled D E");
    CHECK(office.hears_two.take() == "1 2 3 4 5");
    CHECK(office.told == 5);
  }

  TEST_CASE("they come before what goes to others, or is no message") {
    Office office{{}};
    office.hears_one.shows_settling = true;
    const auto some = std::make_shared<const domain::Audience>();
    const auto others = std::make_shared<const domain::Audience>();
    std::vector<Outcome> outcomes;
    outcomes.push_back(office.posted("A", 1, some));
    outcomes.push_back(office.posted("B", 2, some));
    outcomes.push_back(office.posted("C", 3, others));
    outcomes.push_back(office.outcome(office.one, "D", {4, 5}));
    outcomes.push_back(office.outcome(office.one, "E", {}));
    outcomes.push_back(office.posted("F", 6, some));
    office.tell(std::move(outcomes));
    office.run();
    CHECK(office.hears_one.take() ==
          "1 2 settled A B 3 settled C 4 settled 5 settled D E 6 settled F");
  }
}

TEST_SUITE("commands/teller: facts that take something away (CONTRACT section 3, eviction)") {
  /// One with a fact at `pos` by which somebody loses a chat.
  Outcome removal(Office & office, const std::shared_ptr<WayBack>& way, const std::string& name,
                  Pos pos) {
    auto made = office.outcome(way, name, {});
    made.facts = 1;
    office.facts.push_back(
        std::make_shared<domain::Fact>(domain::Fact{pos, domain::MemberRemoved{}}));
    return made;
  }
  void run_all(TestExecutor & executor) {
    while (executor.run_one()) {
    }
  }

  TEST_CASE("the answer waits until every loop has heard, and what follows waits behind it") {
    Office office{{}};
    office.tell(removal(office, office.one, "x", 1));
    office.tell(office.outcome(office.one, "y", {2}));
    run_all(office.loop_one);
    run_all(office.turns);
    CHECK(office.hears_one.take() == "1");
    CHECK(office.told == 0);
    run_all(office.loop_two);
    CHECK(office.hears_two.take() == "1");
    run_all(office.loop_one);
    CHECK(office.hears_one.take() == "");
    office.run();
    CHECK(office.hears_one.take() == "x 2 y");
    CHECK(office.hears_two.take() == "2");
    CHECK(office.told == 2);
  }

  TEST_CASE("removals one after another, from both loops, are answered in their order") {
    Office office{{}};
    office.tell(removal(office, office.one, "x", 1));
    office.tell(removal(office, office.two, "y", 2));
    office.tell(removal(office, office.one, "z", 3));
    office.run();
    CHECK(office.hears_one.take() == "1 x 2 3 z");
    CHECK(office.hears_two.take() == "1 2 y 3");
    CHECK(office.told == 3);
  }

  TEST_CASE("nobody waits for a loop that has ended, before the fact or while it waits") {
    Office office{{}};
    office.two->close();
    office.tell(removal(office, office.one, "x", 1));
    office.run();
    CHECK(office.hears_one.take() == "1 x");
    office.tell(office.outcome(office.one, "y", {2}));
    office.run();
    CHECK(office.hears_one.take() == "2 y");
  }

  TEST_CASE("a loop that tells it over turns has heard when it is through, or has ended") {
    Office office{{}};
    office.hears_two.not_yet = "-";
    office.tell(removal(office, office.one, "x", 1));
    CHECK(office.loop_two.run_one());
    run_all(office.loop_one);
    run_all(office.turns);
    CHECK(office.told == 0);
    office.run();
    CHECK(office.hears_one.take() == "1 x");
    office.hears_two.not_yet = std::string(100, '-');
    office.tell(removal(office, office.one, "y", 2));
    CHECK(office.loop_two.run_one());
    run_all(office.loop_one);
    run_all(office.turns);
    CHECK(office.told == 1);
    office.two->close();
    run_all(office.turns);
    run_all(office.loop_one);
    CHECK(office.hears_one.take() == "2 y");
  }

  TEST_CASE("a teller that has ended is not told that all have heard") {
    TestClock clock;
    TestLog log;
    TestExecutor turns{clock};
    TestExecutor loops{clock};
    Transcript hears;
    {
      Teller teller{{turns, clock, log, {}}, 0, {}, [](std::size_t) {}};
      const auto one = teller.attach(loops, hears);
      const auto two = teller.attach(loops, hears);
      Outcome made;
      made.job = std::make_unique<NamedJob>(hears, "x");
      made.facts = 1;
      std::vector<Outcome> outcomes;
      outcomes.push_back(std::move(made));
      teller.tell(std::move(outcomes),
                  {std::make_shared<domain::Fact>(domain::Fact{1, domain::ChatDeleted{}})});
    }
    run_all(loops);
    CHECK(turns.waiting() == 0);
  }
}

TEST_SUITE("commands/teller: facts that are told over turns") {
  /// One line a turn of the loop.
  std::string turns(TestExecutor & loop, Transcript & hears) {
    std::string lines;
    while (loop.run_one()) lines += (lines.empty() ? "" : " | ") + hears.take();
    return lines;
  }

  TEST_CASE("their answers wait, and so does all that follows, in its order") {
    Office office{{}};
    office.hears_one.shows_settling = true;
    office.hears_one.not_yet = "--";
    office.tell(office.outcome(office.one, "x", {1}));
    office.tell(office.outcome(office.one, "y", {}));
    office.tell(office.outcome(office.two, "z", {2}));
    CHECK(office.told == 3);
    CHECK(turns(office.loop_one, office.hears_one) == "- |  |  | - | 1 settled x y 2 settled");
    CHECK(turns(office.loop_two, office.hears_two) == "1 | 2 z");
  }

  TEST_CASE("it goes on where it was: between two facts, before settling, before a later answer") {
    Office office{{}};
    office.hears_one.shows_settling = true;
    std::vector<Outcome> outcomes;
    for (const char* name : {"A", "b", "c"}) {
      outcomes.push_back(office.posted(name, std::ssize(outcomes) + 1, nullptr));
    }
    office.tell(std::move(outcomes));
    office.hears_one.not_yet = "+-+-+--";
    CHECK(turns(office.loop_one, office.hears_one) ==
          "1 - | 2 - | settled A b - | - | 3 settled c");
  }
}

TEST_SUITE("commands/teller: a node alone") {
  TEST_CASE("a command may tell several facts, or none") {
    Office office{{}};
    office.tell(office.outcome(office.one, "x", {1, 2}));
    office.tell(office.outcome(office.two, "y", {}));
    office.tell(office.outcome(office.one, "z", {3}));
    CHECK(office.told == 3);
    office.run();
    CHECK(office.hears_one.take() == "1 2 x 3 z");
    CHECK(office.hears_two.take() == "1 2 y 3");
  }

  TEST_CASE("a sink that throws is logged, and the answers come all the same") {
    class Broken final : public FactSink {
     public:
      bool publish(const FactPtr&) override { throw std::runtime_error{"a bug"}; }
    };
    Office office{{}};
    Broken broken;
    TestExecutor loop{office.clock};
    const auto way = office.teller.attach(loop, broken);
    office.tell(office.outcome(way, "x", {1}));
    while (loop.run_one()) {
    }
    CHECK(office.hears_two.take() == "x");
    CHECK(office.log.lines == std::vector<std::string>{"a fact's sink threw: a bug"});
    office.run();
    CHECK(office.hears_one.take() == "1");
  }

  TEST_CASE("it never arms a timer") {
    Office office{{}};
    office.tell(office.outcome(office.one, "x", {1}));
    office.run();
    office.clock.pass(1h);
    CHECK_FALSE(office.turns.run_one());
  }
}

TEST_SUITE("commands/teller: among other nodes") {
  TEST_CASE("own facts go out on the bus, and their echo is not told again") {
    TestBus bus;
    TestTail tail;
    Office office{{&bus, &tail}};
    office.tell(office.outcome(office.one, "x", {1, 2}));
    CHECK(bus.sent.take() == "1 2");
    bus.listener->hear({fact(1), fact(2), fact(3)});
    office.run();
    CHECK(office.hears_one.take() == "1 2 x 3");
    CHECK(bus.sent.take() == "");
  }

  TEST_CASE("an answer behind a hole waits for the hint that fills it") {
    TestBus bus;
    TestTail tail;
    Office office{{&bus, &tail}};
    office.tell(office.outcome(office.one, "x", {2}));
    office.tell(office.outcome(office.two, "y", {}));
    office.run();
    CHECK(office.told == 0);
    CHECK(office.hears_one.take() == "");
    bus.listener->hear({fact(1)});
    office.run();
    CHECK(office.hears_one.take() == "1 2 x");
    CHECK(office.hears_two.take() == "1 2 y");
    CHECK(office.told == 2);
  }

  TEST_CASE("a hint that does not come is read from the log after 50 ms") {
    TestBus bus;
    TestTail tail;
    Office office{{&bus, &tail}};
    office.tell(office.outcome(office.one, "x", {2}));
    office.run();
    office.clock.pass(49ms);
    office.run();
    CHECK_FALSE(tail.after.has_value());
    office.clock.pass(1ms);
    office.run();
    CHECK(tail.after == 0);
    tail.answer({fact(1), fact(2), fact(3)});
    office.run();
    CHECK(office.hears_one.take() == "1 2 x 3");
  }

  TEST_CASE("the tail is read once a second, again while there is more, and after an outage") {
    TestBus bus;
    TestTail tail;
    Office office{{&bus, &tail}};
    office.run();
    office.clock.pass(1s);
    office.run();
    CHECK(tail.after == 0);
    tail.answer({fact(1)}, feed::TailEnd::part);
    office.run();
    CHECK(tail.after == 1);
    tail.answer({fact(2)});
    office.run();
    CHECK(office.hears_two.take() == "1 2");
    CHECK_FALSE(tail.after.has_value());
    bus.listener->bus_changed(feed::BusState::down);
    bus.listener->bus_changed(feed::BusState::up);
    office.run();
    CHECK(tail.after == 2);
  }
}

TEST_SUITE("commands/teller: the end") {
  TEST_CASE("it leaves the bus") {
    TestBus bus;
    TestTail tail;
    {
      Office office{{&bus, &tail}};
      CHECK(bus.listener != nullptr);
    }
    CHECK(bus.listener == nullptr);
  }
}

}  // namespace
}  // namespace veche::commands
