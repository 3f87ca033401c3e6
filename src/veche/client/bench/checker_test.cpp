// Goal: every kind of fault is found and none is invented. Method: the deliveries of a sound
// server, with faults put in by hand and by chance.

#include "veche/client/bench/checker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::client::bench {
namespace {

std::string show(const Faults& faults) {
  return std::to_string(faults.lost) + " lost, " + std::to_string(faults.doubled) + " doubled, " +
         std::to_string(faults.reordered) + " reordered, " + std::to_string(faults.misrouted) +
         " misrouted, " + std::to_string(faults.damaged) + " damaged";
}

/// A chat of two senders and one listener, and another chat.
struct CheckedRun {
  static constexpr std::uint32_t number = 77;
  Checker checker{number, {.chats = 2, .senders = 2}};
  Checker::MemberId listener = checker.add_member(0);
  Checker::MemberId elsewhere = checker.add_member(1);

  void deliver(const Stamp& stamp) { checker.delivered(listener, 0, stamp); }
  std::string finish() {
    checker.finish();
    return show(checker.faults());
  }
};

TEST_SUITE("client/bench/checker: a sound server") {
  TEST_CASE("everything once and in each sender's order has no fault, however senders mix") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp b0 = run.checker.sent(0, 1);
    const Stamp a1 = run.checker.sent(0, 0);
    const Stamp other = run.checker.sent(1, 0);
    for (const Stamp& stamp : {b0, a0, a1}) {
      CHECK(run.checker.delivered(run.listener, 0, stamp) == Checker::Verdict::good);
    }
    CHECK(run.checker.delivered(run.elsewhere, 1, other) == Checker::Verdict::good);
    CHECK(run.finish() == "0 lost, 0 doubled, 0 reordered, 0 misrouted, 0 damaged");
  }
}

TEST_SUITE("client/bench/checker: who need not get everything") {
  TEST_CASE("a beginning will do, but without a hole and nothing twice") {
    CheckedRun run;
    run.checker.excuse(run.listener);
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp a1 = run.checker.sent(0, 0);
    const Stamp a2 = run.checker.sent(0, 0);
    static_cast<void>(run.checker.sent(0, 0));
    run.deliver(a0);
    run.deliver(a2);
    run.deliver(a2);
    CHECK(run.finish() == "1 lost, 1 doubled, 0 reordered, 0 misrouted, 0 damaged");
    static_cast<void>(a1);
  }
}

TEST_SUITE("client/bench/checker: what the server refuses") {
  TEST_CASE("nobody misses it: in the middle and at the end, told before and after a later one") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp a1 = run.checker.sent(0, 0);
    const Stamp a2 = run.checker.sent(0, 0);
    const Stamp a3 = run.checker.sent(0, 0);
    const Stamp a4 = run.checker.sent(0, 0);
    run.checker.refused(a1, 0);
    run.deliver(a0);
    run.deliver(a3);
    run.checker.refused(a4, 0);
    run.checker.refused(a2, 0);
    CHECK(run.finish() == "0 lost, 0 doubled, 0 reordered, 0 misrouted, 0 damaged");
  }

  TEST_CASE("whoever gets it nevertheless was not to: before the refusal and after it") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp a1 = run.checker.sent(0, 0);
    run.deliver(a0);
    run.checker.refused(a0, 1);
    run.checker.refused(a1, 0);
    run.deliver(a1);
    CHECK(run.finish() == "0 lost, 0 doubled, 0 reordered, 2 misrouted, 0 damaged");
  }
}

TEST_SUITE("client/bench/checker: injected faults") {
  TEST_CASE("lost: in the middle, at the end, and to one of two") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    static_cast<void>(run.checker.sent(0, 0));
    const Stamp a2 = run.checker.sent(0, 0);
    static_cast<void>(run.checker.sent(0, 0));
    static_cast<void>(run.checker.sent(1, 1));
    run.deliver(a0);
    run.deliver(a2);
    CHECK(run.finish() == "3 lost, 0 doubled, 0 reordered, 0 misrouted, 0 damaged");
  }

  TEST_CASE("doubled: at once, and later") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp a1 = run.checker.sent(0, 0);
    for (const Stamp& stamp : {a0, a0, a1}) run.deliver(stamp);
    CHECK(run.checker.delivered(run.listener, 0, a0) == Checker::Verdict::fault);
    CHECK(run.checker.faults().doubled == 2);
  }

  TEST_CASE("reordered: the late one counts, once, and is not lost") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    const Stamp a1 = run.checker.sent(0, 0);
    run.deliver(a1);
    CHECK(run.checker.delivered(run.listener, 0, a0) == Checker::Verdict::late);
    CHECK(run.finish().starts_with("0 lost, 0 doubled, 1 reordered"));
  }

  TEST_CASE("misrouted: another's chat, another chat's name, another run") {
    CheckedRun run;
    const Stamp a0 = run.checker.sent(0, 0);
    CHECK(run.checker.delivered(run.elsewhere, 0, a0) == Checker::Verdict::fault);
    CHECK(run.checker.delivered(run.elsewhere, 1, a0) == Checker::Verdict::fault);
    CHECK(run.checker.delivered(run.listener, 1, a0) == Checker::Verdict::fault);
    Stamp old = a0;
    old.run = 76;
    CHECK(run.checker.delivered(run.listener, 0, old) == Checker::Verdict::fault);
    CHECK(run.checker.faults().misrouted == 4);
  }

  TEST_CASE("damaged: no stamp, and stamps that were never sent") {
    CheckedRun run;
    Stamp stamp = run.checker.sent(0, 0);
    run.checker.delivered(run.listener, 0, std::nullopt);
    stamp.sequence = 1;
    run.deliver(stamp);
    stamp.sequence = 0;
    stamp.sender = 2;
    run.deliver(stamp);
    CHECK(run.checker.faults().damaged == 3);
    CHECK(run.checker.faults().lost == 0);
  }

  TEST_CASE("what is missing beyond the limit is lost at once, and takes no more memory") {
    CheckedRun run;
    Stamp last;
    for (std::size_t i = 0; i < Checker::missing_max + 3; ++i) last = run.checker.sent(0, 0);
    run.deliver(last);
    CHECK(run.checker.faults().lost == 2);
    run.checker.finish();
    CHECK(run.checker.faults().lost == Checker::missing_max + 2);
  }

  TEST_CASE("any sound history with one fault has exactly that fault") {
    CHECK(rc::check([] {
      CheckedRun run;
      std::vector<Stamp> history;
      const auto count = *rc::gen::inRange<std::size_t>(2, 40);
      for (std::size_t i = 0; i < count; ++i) {
        history.push_back(run.checker.sent(0, *rc::gen::inRange<std::uint32_t>(0, 2)));
      }
      const auto at = *rc::gen::inRange<std::size_t>(0, count);
      const auto before = [&](const Stamp& stamp) {
        return stamp.sender == history[at].sender && stamp.sequence + 1 == history[at].sequence;
      };
      const auto other = std::find_if(history.begin(), history.end(), before);
      std::string expected = "1 lost, 0 doubled, 0 reordered, 0 misrouted, 0 damaged";
      switch (*rc::gen::inRange(0, 3)) {
        case 0: history.erase(history.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1:
          history.push_back(history[at]);
          expected = "0 lost, 1 doubled, 0 reordered, 0 misrouted, 0 damaged";
          break;
        default:
          if (other == history.end()) return;
          std::swap(*other, history[at]);
          expected = "0 lost, 0 doubled, 1 reordered, 0 misrouted, 0 damaged";
      }
      for (const Stamp& stamp : history) run.deliver(stamp);
      RC_ASSERT(run.finish() == expected);
    }));
  }
}

}  // namespace
}  // namespace veche::client::bench
