// Goal: what is owed to a loop reaches it while it is there, and touches nothing once it is not.

#include "veche/commands/way_back.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"

namespace veche::commands {
namespace {

/// Says when it is answered and when it is destroyed.
class TestJob final : public domain::Job<domain::Reader> {
 public:
  explicit TestJob(Transcript& transcript) : transcript_{transcript} {}
  ~TestJob() override { transcript_.add("destroyed"); }
  bool run(domain::Reader&) override { return true; }
  void fail(Error) override {}
  void answer() override {
    transcript_.add("answered");
    if (throws) throw std::runtime_error{"a bug"};
  }

  bool throws{};

 private:
  Transcript& transcript_;
};

/// Takes some turns to tell, and may close its way in one of them.
class TestNews final : public News {
 public:
  TestNews(Transcript& transcript, std::string name, int turns)
      : transcript_{transcript}, name_{std::move(name)}, turns_{turns} {}
  bool tell() override {
    transcript_.add(name_);
    if (closes != nullptr) closes->close();
    return --turns_ <= 0;
  }

  std::shared_ptr<WayBack> closes;

 private:
  Transcript& transcript_;
  std::string name_;
  int turns_;
};

struct Path {
  /// The news take so many turns.
  TestNews& tell(const std::string& name, int turns) {
    auto news = std::make_unique<TestNews>(transcript, name, turns);
    TestNews& told = *news;
    way->tell(std::move(news));
    return told;
  }
  /// What happens in the tasks that are posted now.
  std::string turn() {
    for (std::size_t count = loop.waiting(); count > 0; --count) loop.run_one();
    return transcript.take();
  }

  TestClock clock;
  TestLog log;
  TestExecutor loop{clock};
  Transcript transcript;
  std::shared_ptr<WayBack> way = std::make_shared<WayBack>(loop, transcript, log, 0);
};

TEST_SUITE("commands/way_back") {
  TEST_CASE("a job is answered and destroyed on its loop, not before") {
    Path path;
    path.way->hand_back<domain::Reader>(std::make_unique<TestJob>(path.transcript));
    CHECK(path.transcript.take() == "");
    path.loop.run_one();
    CHECK(path.transcript.take() == "answered destroyed");
  }

  TEST_CASE("after close() what was posted is not run, and nothing more is posted") {
    Path path;
    path.way->hand_back<domain::Reader>(std::make_unique<TestJob>(path.transcript));
    path.way->close();
    path.loop.run_one();
    CHECK(path.transcript.take() == "destroyed");
    path.way->hand_back<domain::Reader>(std::make_unique<TestJob>(path.transcript));
    CHECK(path.transcript.take() == "destroyed");
    CHECK(path.loop.waiting() == 0);
    CHECK(path.way->publish(std::make_shared<domain::Fact>()));
    CHECK(path.transcript.take() == "");
  }

  TEST_CASE("an answer that throws is logged") {
    Path path;
    auto job = std::make_unique<TestJob>(path.transcript);
    job->throws = true;
    path.way->hand_back<domain::Reader>(std::move(job));
    path.loop.run_one();
    CHECK(path.log.lines == std::vector<std::string>{"an answer threw: a bug"});
  }
}

TEST_SUITE("commands/way_back: news") {
  TEST_CASE("they are told to their ends one after the other, what is handed back meanwhile") {
    Path path;
    path.tell("a", 1);
    path.tell("b", 3);
    path.tell("c", 1);
    CHECK(path.turn() == "a b");
    path.way->hand_back<domain::Reader>(std::make_unique<TestJob>(path.transcript));
    CHECK(path.turn() == "b answered destroyed");
    path.tell("d", 2);
    CHECK(path.turn() == "b c d");
    CHECK(path.turn() == "d");
    CHECK(path.loop.waiting() == 0);
  }

  TEST_CASE("when too many wait the oldest are told to their ends at once") {
    Path path;
    path.tell("a", 10);
    path.tell("b", 3);
    for (std::size_t i = 2; i < WayBack::waiting_max; ++i) path.tell("x", 1);
    CHECK(path.turn() == "a");
    path.tell("y", 1);
    CHECK(path.turn() == "a a a a a a a a a");
    path.tell("z", 1);
    CHECK(path.turn() == "b b b");
  }

  TEST_CASE("in a hurry they are told at once, and later ones too") {
    Path path;
    path.tell("a", 3);
    path.tell("b", 2);
    CHECK(path.turn() == "a");
    path.way->hurry();
    CHECK(path.transcript.take() == "a a b b");
    path.tell("c", 2);
    CHECK(path.turn() == "c c");
    CHECK(path.loop.waiting() == 0);
  }

  TEST_CASE("the last act of a loop may be among them, and drops the others") {
    Path path;
    TestNews& first = path.tell("a", 3);
    path.tell("b", 1);
    CHECK(path.turn() == "a");
    first.closes = path.way;
    CHECK(path.turn() == "a");
    CHECK(path.loop.waiting() == 0);
    CHECK(path.way.use_count() == 1);
    Path other;
    other.tell("a", 3).closes = other.way;
    other.tell("b", 1);
    CHECK(other.turn() == "a b");
    CHECK(other.loop.waiting() == 0);
    CHECK(other.way.use_count() == 1);
  }

  TEST_CASE("close() drops those that wait") {
    Path path;
    path.tell("a", 3);
    path.tell("b", 1);
    CHECK(path.turn() == "a");
    path.way->close();
    CHECK(path.turn() == "");
    CHECK(path.loop.waiting() == 0);
  }
}

}  // namespace
}  // namespace veche::commands
