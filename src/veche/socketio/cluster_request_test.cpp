// Goal: each request is finished once, whatever comes late, twice or from strangers.

#include "veche/socketio/cluster_request.hpp"

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

using std::chrono::milliseconds;

struct Asked {
  TimerWheel wheel{Instant{}};
  ClusterRequests requests{wheel, 2};
  std::string line;

  std::optional<RequestId> ask(AnswerLimits limits = {}) {
    auto request = std::make_unique<ServerSideRequest>(limits, [this](const Answers& answers) {
      line += answers.outcome == AckOutcome::complete    ? "complete"
              : answers.outcome == AckOutcome::timed_out ? "timed_out"
                                                         : "overloaded";
      for (const Answer& answer : answers.answers) line += " " + answer.json;
      line += ";";
    });
    return requests.add(std::move(request), Instant{} + milliseconds{100});
  }
  void answer(std::string_view uid, const RequestId& id, std::string json) {
    requests.answer(uid, id, cluster::ServerSideEmitResponse{id, {std::move(json), {}}});
  }
};

TEST_SUITE("socketio/cluster_request") {
  TEST_CASE("complete when every node has answered, once each") {
    Asked asked;
    const RequestId id = *asked.ask();
    asked.answer("a", id, "1");
    asked.answer("a", id, "2");
    CHECK(asked.line == "");
    asked.requests.expect(id, 2);
    CHECK(asked.line == "");
    asked.requests.answer("b", id, cluster::BroadcastClientCount{id, 1});
    asked.answer("b", id, "3");
    CHECK(asked.line == "complete 1 3;");
    asked.answer("c", id, "4");
    asked.wheel.advance_to(Instant{} + milliseconds{200});
    CHECK(asked.line == "complete 1 3;");
  }

  TEST_CASE("alone there is nobody to wait for") {
    Asked asked;
    asked.requests.expect(*asked.ask(), 0);
    CHECK(asked.line == "complete;");
  }

  TEST_CASE("when the time is over what came is handed over") {
    Asked asked;
    const RequestId id = *asked.ask();
    asked.requests.expect(id, 2);
    asked.answer("a", id, "1");
    asked.wheel.advance_to(Instant{} + milliseconds{104});
    CHECK(asked.line == "timed_out 1;");
  }

  TEST_CASE("a node that leaves is not waited for") {
    Asked asked;
    const RequestId id = *asked.ask();
    asked.requests.expect(id, 2);
    asked.requests.leave("b");
    asked.answer("b", id, "late");
    asked.answer("a", id, "1");
    CHECK(asked.line == "complete 1;");
  }

  TEST_CASE("too many requests, and too much in answer") {
    Asked asked;
    const RequestId id = *asked.ask({1, 100});
    CHECK(asked.ask({10, 3}).has_value());
    CHECK_FALSE(asked.ask().has_value());
    CHECK(asked.line == "overloaded;");
    asked.line.clear();
    asked.requests.expect(id, 2);
    asked.answer("a", id, "1");
    asked.answer("b", id, "2");
    CHECK(asked.line == "overloaded 1;");
  }
}

}  // namespace
}  // namespace veche::socketio
