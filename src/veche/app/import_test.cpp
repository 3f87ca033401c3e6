// Goal: an import brings in what it says, or nothing, and names the line that is wrong.
// Method: the memory store, and lines as text.

#include "veche/app/import.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/seeded_rng.hpp"
#include "support/virtual_clock.hpp"

namespace veche::app {
namespace {

/// A password's hash is the password.
struct PlainPasswords final : domain::Passwords {
  std::string hash(std::string_view password) const override { return std::string{password}; }
  bool verify(std::string_view password, std::string_view hash) const override {
    return password == hash;
  }
  bool needs_rehash(std::string_view) const override { return false; }
};

struct ImportWorld {
  std::string run(const std::string& text) {
    std::istringstream lines{text};
    domain::Ledger ledger{store, rng};
    const auto done = import_lines(lines, "w.jsonl", {ledger, passwords, clock});
    if (!done) return done.error().text;
    return std::to_string(done->users) + " users, " + std::to_string(done->chats) + " chats, " +
           std::to_string(done->present) + " present";
  }

  storage::MemoryStore store{"epoch"};
  testing::SeededRng rng{1};
  testing::VirtualClock clock;
  PlainPasswords passwords;
};

constexpr auto two_users = R"({"user":{"_id":"ann","email":"ann@example.com","name":"Ann"}}
{"user":{"_id":"bob","name":"Bob","email":"bob@example.com","password":"password123"}}
)";

TEST_SUITE("app/import") {
  TEST_CASE("users and chats come in, and again they are there already") {
    ImportWorld world;
    const std::string text =
        std::string{two_users} +
        R"({"chat":{"_id":"c1","type":"personal","participants":["ann","bob"]}})";
    CHECK(world.run(text) == "2 users, 1 chats, 0 present");
    CHECK(world.run(text) == "0 users, 0 chats, 3 present");
    const auto chat = world.store.find_chat_by_id("c1");
    REQUIRE(chat.has_value());
    CHECK(chat->members.size() == 2);
    CHECK(world.store.find_account_by_id("bob")->password_hash == "password123");
  }

  TEST_CASE("a wrong line is named, and nothing of the file is kept") {
    struct Wrong {
      std::string line;
      std::string what;
    };
    for (const auto& wrong : std::initializer_list<Wrong>{
             {"{", "w.jsonl:3: "},
             {"[]", "w.jsonl:3: a line is"},
             {R"({"user":{"email":"c@example.com"}})", "w.jsonl:3: name"},
             {R"({"user":{"_id":"a b","name":"C"}})", "w.jsonl:3: an id is"},
             {R"({"user":{"name":"C","passwordHash":"md5"}})", "w.jsonl:3: passwordHash"},
             {R"({"chat":{"type":"club","participants":["ann"]}})", "w.jsonl:3: type is"},
             {R"({"chat":{"type":"group","name":"G","participants":["eve"]}})",
              "w.jsonl:3: no user"},
             {R"({"chat":{"type":"group","name":"G","participants":[]}})",
              "w.jsonl:3: participants"}}) {
      ImportWorld world;
      const std::string told = world.run(two_users + wrong.line);
      CHECK_MESSAGE(told.starts_with(wrong.what), told);
      CHECK_FALSE(world.store.find_account_by_id("ann").has_value());
    }
  }

  TEST_CASE("empty lines are nothing") {
    ImportWorld world;
    CHECK(world.run("\n  \r\n") == "0 users, 0 chats, 0 present");
  }
}

}  // namespace
}  // namespace veche::app
