// Goal: who was away is told what was told meanwhile, and nothing of what is no longer theirs.
// Method: run commands over the store in memory, then compare what is found with one line.

#include "veche/domain/missed.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "veche/domain/groups.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

/// "ann" owns the group "team" (pos 1) with "bob"; "ann" and "eve" have the group "far" (pos 2).
struct MissedFixture {
  MissedFixture() {
    for (const auto* id : {"ann", "bob", "eve"}) refs[world.user(id)] = id;
    world.group("team", {"ann", "bob"});
    world.group("far", {"ann", "eve"});
  }

  [[nodiscard]] UserRef ref(const std::string& id) const {
    for (const auto& [ref, name] : refs) {
      if (name == id) return ref;
    }
    return UserRef::none;
  }
  void send(const std::string& from, const std::string& chat, const std::string& text) {
    CHECK(world.send({.sender = ref(from), .chat_id = chat, .text = text}).has_value());
  }
  template <typename Work>
  void run(Work work) {
    CHECK(world.run(Writes::many, work).has_value());
  }
  void add(const std::string& id) {
    run([&](Transaction& t) {
      return Groups{t}.add({.by = ref("ann"), .chat_id = "team", .user_ids = {id}});
    });
  }
  void remove(const std::string& id) {
    run([&](Transaction& t) {
      return Groups{t}.remove({.by = ref("ann"), .chat_id = "team", .user_id = id});
    });
  }
  /// One word a fact, then the head: "posted#3:one | 5"; or the error's code.
  std::string missed(const std::string& id, Pos from, std::size_t facts_max = 1'000) {
    const auto reader = store.open_reader();
    const auto user = reader->find_account(ref(id))->user;
    const auto found = missed_by(*reader, user, from, facts_max);
    if (!found) return "error " + std::to_string(static_cast<int>(found.error().code));
    std::string line;
    for (const auto& fact : found->facts) line += support::word_of(*fact) + " ";
    return line + "| " + std::to_string(found->head);
  }
  static std::string error(Errc code) { return "error " + std::to_string(static_cast<int>(code)); }

  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  std::map<UserRef, std::string> refs;
};

TEST_SUITE("domain/missed: RELIABILITY section 2, point 5") {
  TEST_CASE("the facts of the user's chats from a pos on, that one included") {
    MissedFixture f;
    f.send("ann", "team", "one");
    f.send("eve", "far", "two");
    f.send("bob", "team", "three");
    CHECK(f.missed("bob", 3) == "posted#3:one posted#5:three | 5");
    CHECK(f.missed("bob", 4) == "posted#5:three | 5");
    CHECK(f.missed("ann", 4) == "posted#4:two posted#5:three | 5");
    CHECK(f.missed("eve", 0) == "created#2 posted#4:two | 5");
    CHECK(f.missed("bob", 5) == "posted#5:three | 5");
  }

  TEST_CASE("a log that does not reach so far is another log") {
    MissedFixture f;
    CHECK(f.missed("bob", 2) == "| 2");
    CHECK(f.missed("bob", 3) == f.error(Errc::invalid));
  }

  TEST_CASE("too many is nothing; the fact at the beginning does not count") {
    MissedFixture f;
    for (const auto* text : {"a", "b", "c"}) f.send("ann", "team", text);
    CHECK(f.missed("bob", 3, 2) == "posted#3:a posted#4:b posted#5:c | 5");
    CHECK(f.missed("bob", 2, 2) == f.error(Errc::too_large));
    CHECK(f.missed("bob", 2, 3) == "posted#3:a posted#4:b posted#5:c | 5");
  }

  TEST_CASE("of a chat that was left nothing is told but the removal") {
    MissedFixture f;
    f.send("ann", "team", "before");
    f.remove("bob");
    f.send("ann", "team", "after");
    CHECK(f.missed("bob", 2) == "removed#4:bob | 5");
    CHECK(f.missed("bob", 4) == "removed#4:bob | 5");
    CHECK(f.missed("bob", 5) == "| 5");
    CHECK(f.missed("ann", 3) == "posted#3:before removed#4:bob posted#5:after | 5");
  }

  TEST_CASE("who has come is told from then on, who came back not of the time between") {
    MissedFixture f;
    f.send("ann", "team", "one");
    f.add("eve");
    f.send("ann", "team", "two");
    CHECK(f.missed("eve", 2) == "created#2 added#4:eve posted#5:two | 5");
    f.remove("bob");
    f.send("ann", "team", "three");
    f.add("bob");
    f.send("ann", "team", "four");
    CHECK(f.missed("bob", 2) ==
          "posted#3:one added#4:eve posted#5:two removed#6:bob added#8:bob posted#9:four | 9");
    f.remove("bob");
    // Nothing told of the second time, so the end of it is no news.
    CHECK(f.missed("bob", 2) == "removed#6:bob | 10");
    CHECK(f.missed("bob", 9) == "removed#10:bob | 10");
  }

  TEST_CASE("of a chat that is gone nothing is told but that") {
    MissedFixture f;
    f.send("ann", "team", "one");
    f.run([&](Transaction& t) { return Chats{t}.erase(f.ref("ann"), "team"); });
    CHECK(f.missed("bob", 2) == "deleted#4 | 4");
  }
}

}  // namespace
}  // namespace veche::domain
