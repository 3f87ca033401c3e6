// Goal: handlers may come and go while they run.

#include "veche/socketio/handlers.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "veche/base/task.hpp"

namespace veche::socketio {
namespace {

/// Handlers that write down their letter.
struct Noted {
  using Handler = UniqueFunction<void()>;

  Handler note(char letter) {
    return [this, letter] { line.push_back(letter); };
  }
  std::string run() {
    line.clear();
    list.for_each([](Handler& handler) {
      handler();
      return true;
    });
    return line;
  }

  Handlers<Handler> list;
  std::string line;
};

TEST_SUITE("socketio/handlers") {
  TEST_CASE("they are called in order, those in front first") {
    Noted noted;
    CHECK(noted.run() == "");
    noted.list.add(noted.note('b'));
    noted.list.add(noted.note('c'));
    noted.list.prepend(noted.note('a'));
    CHECK(noted.run() == "abc");
  }

  TEST_CASE("once is once, even when it runs again inside itself") {
    Noted noted;
    noted.list.add(
        [&] {
          noted.line.push_back('o');
          noted.list.for_each([](Noted::Handler& handler) {
            handler();
            return true;
          });
        },
        HandlerId::none, Times::once);
    noted.list.add(noted.note('x'));
    CHECK(noted.run() == "oxx");
    CHECK(noted.run() == "x");
  }

  TEST_CASE("one that is taken off in a run is not called any more, and freed after it") {
    Noted noted;
    auto owned = std::make_shared<int>(1);
    noted.list.add(
        [&] {
          CHECK(noted.list.off(HandlerId{2}));
          CHECK_FALSE(noted.list.off(HandlerId{2}));
          CHECK(noted.list.off(HandlerId{1}));
          CHECK(owned.use_count() == 2);
          noted.line.push_back('a');
        },
        HandlerId{1});
    noted.list.add([owned, &noted] { noted.line.push_back('b'); }, HandlerId{2});
    noted.list.add(noted.note('c'), HandlerId{3});
    CHECK(noted.run() == "ac");
    CHECK(owned.use_count() == 1);
    CHECK(noted.run() == "c");
    CHECK_FALSE(noted.list.off(HandlerId{7}));
    noted.list.off_all();
    CHECK(noted.list.is_empty());
  }

  TEST_CASE("one that is added in a run waits for the next, wherever it stands") {
    Noted noted;
    noted.list.add(
        [&] {
          noted.list.prepend(noted.note('a'));
          noted.list.add(noted.note('z'));
          noted.line.push_back('m');
        },
        HandlerId::none, Times::once);
    CHECK(noted.run() == "m");
    CHECK(noted.run() == "az");
  }

  TEST_CASE("a visitor ends the run") {
    Noted noted;
    noted.list.add(noted.note('a'));
    noted.list.add(noted.note('b'));
    noted.list.for_each([](Noted::Handler& handler) {
      handler();
      return false;
    });
    CHECK(noted.line == "a");
  }

  TEST_CASE("those that are off, or once and running, do not count") {
    Noted noted;
    std::size_t inside = 9;
    noted.list.add(noted.note('a'), HandlerId{1});
    noted.list.add(
        [&] {
          noted.list.off(HandlerId{1});
          inside = noted.list.count();
        },
        HandlerId{2}, Times::once);
    CHECK(noted.list.count() == 2);
    noted.run();
    CHECK(inside == 0);
    CHECK(noted.list.count() == 0);
  }

  TEST_CASE("what a freed handler owns may come back to the list") {
    Noted noted;
    struct Returns {
      explicit Returns(Noted& to) : noted{to} {}
      Returns(const Returns&) = delete;
      Returns& operator=(const Returns&) = delete;
      ~Returns() { noted.list.add(noted.note('r')); }
      Noted& noted;
    };
    noted.list.add([owned = std::make_unique<Returns>(noted)] {}, HandlerId{1});
    CHECK(noted.list.off(HandlerId{1}));
    CHECK(noted.run() == "r");
  }
}

TEST_SUITE("socketio/handlers: by name") {
  TEST_CASE("a name whose handlers are all off is forgotten") {
    NamedHandlers<UniqueFunction<void()>> named;
    int calls = 0;
    const auto run = [&](const char* name) {
      named.for_each(name, [](auto& handler) {
        handler();
        return true;
      });
    };
    for (int i = 0; i < 3; ++i)
      named.add(
          "n" + std::to_string(i), [&] { ++calls; }, HandlerId::none, Times::once);
    named.add(
        "a", [&] { named.off("a"); }, HandlerId{7});
    for (const char* name : {"n0", "n1", "n2", "n0", "nobody", "a"}) run(name);
    CHECK(calls == 3);
    CHECK(named.is_empty());
    named.add(
        "b", [] {}, HandlerId{8});
    CHECK(named.off(HandlerId{8}));
    CHECK_FALSE(named.off(HandlerId{8}));
    CHECK(named.is_empty());
    named.add("c", [&] { named.off_all(); });
    run("c");
    CHECK(named.is_empty());
  }
}

}  // namespace
}  // namespace veche::socketio
