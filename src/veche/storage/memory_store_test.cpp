// Goal: what is special to the store in memory. Method: two transactions; all that holds for
// every store is in contract_test.cpp.

#include "veche/storage/memory_store.hpp"

#include <doctest/doctest.h>

namespace veche::storage {
namespace {

TEST_SUITE("storage/memory_store") {
  TEST_CASE("it has the name it was given") { CHECK(MemoryStore{"name"}.epoch() == "name"); }

  TEST_CASE("a transaction that was never ended is dropped by the next") {
    MemoryStore store{"epoch"};
    store.begin();
    store.append({.pos = 1, .chat = domain::ChatRef{1}, .kind = domain::EntryKind::chat_created});
    store.begin();
    CHECK_FALSE(store.find_entry(1).has_value());
    CHECK(store.commit().has_value());
    CHECK(store.head() == 0);
  }
}

}  // namespace
}  // namespace veche::storage
