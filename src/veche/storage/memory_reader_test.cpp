// Goal: a reader stays usable whatever becomes of its store. Method: one committed fact.

#include "veche/storage/memory_reader.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

namespace veche::storage {
namespace {

TEST_SUITE("storage/memory_reader") {
  TEST_CASE("it keeps the rows alive when the store has ended") {
    std::unique_ptr<domain::Reader> reader;
    {
      MemoryStore store{"epoch"};
      reader = store.open_reader();
      store.begin();
      store.append({.pos = 1, .kind = domain::EntryKind::chat_created});
      CHECK(reader->head() == 0);
      REQUIRE(store.commit().has_value());
    }
    CHECK(reader->head() == 1);
    CHECK(reader->entries_after(0, 10).size() == 1);
    CHECK_FALSE(reader->failed());
  }
}

}  // namespace
}  // namespace veche::storage
