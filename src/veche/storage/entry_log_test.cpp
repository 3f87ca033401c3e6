// Goal: entries come out as they went in, whatever became of those around them. Method: entries
// with every field set, of all sizes up to more than a piece, compared field by field.

#include "veche/storage/entry_log.hpp"

#include <string>
#include <tuple>

#include <doctest/doctest.h>

namespace veche::storage {
namespace {

using domain::Entry;

auto fields_of(const Entry& entry) {
  return std::tie(entry.pos, entry.chat, entry.rev, entry.seq, entry.previous, entry.kind,
                  entry.actor, entry.body, entry.client_key, entry.type, entry.created,
                  entry.edited, entry.is_deleted, entry.changed_rev, entry.reply_to,
                  entry.is_forwarded);
}

// An entry all of whose fields tell its number.
Entry numbered_entry(std::int64_t number, std::size_t body_bytes) {
  return {.pos = number,
          .chat = domain::ChatRef{number + 1},
          .rev = number + 2,
          .seq = number + 3,
          .previous = number - 1,
          .kind = domain::EntryKind::role_changed,
          .actor = domain::UserRef{number + 4},
          .body = std::string(body_bytes, static_cast<char>('a' + number % 26)),
          .client_key = "key " + std::to_string(number),
          .type = domain::MessageType::system,
          .created = WallTime{Milliseconds{number + 5}},
          .edited = WallTime{Milliseconds{number + 6}},
          .is_deleted = true,
          .changed_rev = number + 7,
          .reply_to = "replied " + std::to_string(number),
          .is_forwarded = true};
}

bool holds(const EntryLog& log, std::size_t index, const Entry& entry) {
  return fields_of(log[index].entry()) == fields_of(entry);
}

TEST_SUITE("storage/entry_log") {
  TEST_CASE("entries of all sizes come out as they went in") {
    EntryLog log;
    std::vector<Entry> entries;
    for (const std::size_t bytes :
         {0U, 1U, 7U, 8U, 64U, 10'000U, 100'000U, 200'000U, 300'000U, 3'000'000U, 5U}) {
      entries.push_back(numbered_entry(static_cast<std::int64_t>(entries.size()) + 1, bytes));
      log.push_back(entries.back());
    }
    log.push_back(Entry{});
    entries.emplace_back();
    REQUIRE(log.size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      CAPTURE(i);
      CHECK(holds(log, i, entries[i]));
    }
  }

  TEST_CASE("texts are read without a copy") {
    EntryLog log;
    log.push_back({.body = "body", .client_key = "key", .reply_to = "id"});
    CHECK(log[0].body() == "body");
    CHECK(log[0].client_key() == "key");
    CHECK(log[0].reply_to() == "id");
  }

  TEST_CASE("an entry goes from one log to another") {
    EntryLog to;
    {
      EntryLog from;
      from.push_back(numbered_entry(1, 100));
      from.push_back(Entry{});
      for (const auto* entry : from) to.push_back(*entry);
    }
    CHECK(holds(to, 0, numbered_entry(1, 100)));
    CHECK(holds(to, 1, Entry{}));
  }

  TEST_CASE("an entry takes another's place, and its neighbours stay") {
    EntryLog log;
    for (std::int64_t number = 1; number <= 3; ++number) log.push_back(numbered_entry(number, 20));
    log.replace(1, numbered_entry(7, 2'000));
    CHECK(holds(log, 0, numbered_entry(1, 20)));
    CHECK(holds(log, 1, numbered_entry(7, 2'000)));
    CHECK(holds(log, 2, numbered_entry(3, 20)));
  }

  TEST_CASE("what is dropped makes room in the row, and the others stay") {
    EntryLog log;
    for (std::int64_t number = 1; number <= 3; ++number) log.push_back(numbered_entry(number, 20));
    log.truncate(1);
    log.push_back(numbered_entry(9, 30));
    REQUIRE(log.size() == 2);
    CHECK(holds(log, 0, numbered_entry(1, 20)));
    CHECK(holds(log, 1, numbered_entry(9, 30)));
  }

  TEST_CASE("it is filled anew, over pieces of both sizes, when it was cleared") {
    EntryLog log;
    for (int round = 0; round < 3; ++round) {
      log.clear();
      CHECK(log.size() == 0);
      for (std::int64_t number = 1; number <= 80; ++number) {
        log.push_back(numbered_entry(number + round, 100'000));
      }
      for (std::int64_t number = 1; number <= 80; ++number) {
        CHECK(holds(log, static_cast<std::size_t>(number - 1),
                    numbered_entry(number + round, 100'000)));
      }
    }
  }
}

}  // namespace
}  // namespace veche::storage
