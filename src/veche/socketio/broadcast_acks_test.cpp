// Goal: answers find their broadcast, and what is awaited has limits.

#include "veche/socketio/broadcast_acks.hpp"

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace veche::socketio {
namespace {

std::string ack(std::uint64_t index, std::string_view args) {
  return "3" + std::to_string(BroadcastAcks::first_id + index) + "[" + std::string{args} + "]";
}

Options with(AnswerLimits limits, std::size_t broadcasts_max = 1024) {
  Options options;
  options.answers = limits;
  options.broadcast_acks_max = broadcasts_max;
  return options;
}

TEST_SUITE("socketio/broadcast_acks") {
  TEST_CASE("too many broadcasts are not sent") {
    Crowd crowd{with({}, 1), 1};
    std::string first;
    std::string second;
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(first));
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(second));
    CHECK(crowd.receivers() == "A");
    CHECK(second == "overloaded");
    crowd.text(*crowd.engines[0], ack(0, "1"));
    CHECK(first == "complete 1");
  }

  TEST_CASE("too many answers, or too long ones, end the wait with those before") {
    for (const AnswerLimits limits : {AnswerLimits{1, 100}, AnswerLimits{10, 5}}) {
      Crowd crowd{with(limits), 3};
      std::string line;
      crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(line));
      crowd.text(*crowd.engines[0], ack(0, "1"));
      CHECK(line == "");
      crowd.text(*crowd.engines[1], ack(0, "\"long\""));
      CHECK(line == "overloaded 1");
      line.clear();
      crowd.text(*crowd.engines[2], ack(0, "3"));
      CHECK(line == "");
    }
  }

  TEST_CASE("binary answers come whole") {
    Crowd crowd{{}, 1};
    std::vector<Answer> answers;
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, [&](Answers all) {
      answers = std::move(all.answers);
    });
    crowd.text(*crowd.engines[0], "61-" + std::to_string(BroadcastAcks::first_id) +
                                      R"([{"_placeholder":true,"num":0}])");
    crowd.binary(*crowd.engines[0], "abc");
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].json == R"({"_placeholder":true,"num":0})");
    CHECK(answers[0].attachments == Attachments{"abc"});
  }

  TEST_CASE("who has gone does not answer, and nobody who comes in its place does") {
    Crowd crowd{{}, 2};
    std::string line;
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(line));
    crowd.text(*crowd.engines[0], ack(0, "1"));
    crowd.engines[1]->end(engineio::CloseReason::transport_close);
    FakeEngine& late = crowd.join();
    crowd.text(late, ack(0, "2"));
    CHECK(line == "");
    crowd.advance(Milliseconds{110});
    CHECK(line == "timed_out 1");
  }

  TEST_CASE("a socket's own acks keep their own count") {
    Crowd crowd{{}, 1};
    std::string line;
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(line));
    std::string own;
    crowd.engines[0]->take();
    crowd.socket('A').emit_with_ack({"own"}, Milliseconds{0},
                                    [&](Result<AckAnswer> answer) { own = answer->args; });
    CHECK(crowd.engines[0]->take() == R"(420["own"])");
    crowd.text(*crowd.engines[0], "30[5]");
    CHECK(own == "5");
    CHECK(line == "");
  }

  TEST_CASE("a callback may ask again, and may throw") {
    Crowd crowd{{}, 1};
    std::string again;
    crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, [&](const Answers&) {
      crowd.nsp().timeout(Milliseconds{100}).emit_with_ack({"e"}, note_answers(again));
      throw std::runtime_error{"no"};
    });
    crowd.text(*crowd.engines[0], ack(0, "1"));
    crowd.text(*crowd.engines[0], ack(1, "2"));
    CHECK(again == "complete 2");
    CHECK(crowd.log.lines == "handler of 'broadcast ack' threw: no");
  }
}

}  // namespace
}  // namespace veche::socketio
