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

struct Path {
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
    path.way->publish(std::make_shared<domain::Fact>());
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

}  // namespace
}  // namespace veche::commands
