#pragma once

/// @file
/// The stores that one set of tests holds to the same promises.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "veche/storage/memory_store.hpp"
#include "veche/storage/sqlite_store.hpp"

#include "support/chat_world.hpp"
#include "support/temp_folder.hpp"

namespace veche::storage {

struct InMemory {
  MemoryStore inner{"epoch"};

  domain::Store& store() { return inner; }
  std::unique_ptr<domain::Reader> open_reader() { return inner.open_reader(); }
  /// Memory has nothing to come back from.
  void restart() {}
  bool is_sound() { return true; }
};

struct InSqlite {
  support::TempFolder folder;
  support::SeededRng rng;
  std::unique_ptr<SqliteStore> inner{SqliteStore::open({.folder = folder.path()}, rng).value()};

  domain::Store& store() { return *inner; }
  std::unique_ptr<domain::Reader> open_reader() { return inner->open_reader().value(); }
  /// Opens the folder anew; its readers have ended.
  void restart() {
    inner.reset();
    inner = SqliteStore::open({.folder = folder.path()}, rng).value();
  }
  bool is_sound() { return inner->verify().has_value(); }
};

inline domain::Account account(const std::string& id, const std::string& email) {
  auto user = std::make_shared<domain::User>(domain::User{.id = id,
                                                          .name = "name of " + id,
                                                          .email = email,
                                                          .handle = "@" + id,
                                                          .avatar = "a.png",
                                                          .created = support::morning});
  return {std::move(user), "hash"};
}

inline domain::Chat chat_of(const std::string& id, const std::vector<domain::UserRef>& users) {
  domain::Chat chat{
      .id = id, .type = domain::ChatType::group, .name = "n", .created = support::morning};
  for (const auto user : users) chat.members.push_back({.user = user});
  return chat;
}

#define EACH_STORE InMemory, InSqlite

}  // namespace veche::storage
