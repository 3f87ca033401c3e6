// Goal: what is released comes again, never more is kept than allowed, and nothing stays when a
// thread ends. Method: each in a thread of its own, whose cache begins empty.

#include "veche/base/block_cache.hpp"

#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace veche {
namespace {

constexpr bool keeps = BlockCache::keeps;

template <typename Action>
void in_a_thread(Action action) {
  std::thread{action}.join();
}

TEST_SUITE("base/block_cache") {
  TEST_CASE("sizes are rounded up to what is allocated") {
    CHECK(BlockCache::rounded(1) == 64);
    CHECK(BlockCache::rounded(64) == 64);
    CHECK(BlockCache::rounded(65) == 128);
  }

  TEST_CASE("a block comes again for its own size, the last one first") {
    in_a_thread([] {
      void* const small = BlockCache::allocate(64);
      void* const large = BlockCache::allocate(1024);
      void* const other = BlockCache::allocate(64);
      BlockCache::release(small, 64);
      BlockCache::release(large, 1024);
      BlockCache::release(other, 64);
      CHECK(BlockCache::bytes_kept() == (keeps ? 64 + 1024 + 64 : 0));
      if (!keeps) return;
      CHECK(BlockCache::allocate(64) == other);
      CHECK(BlockCache::allocate(64) == small);
      CHECK(BlockCache::allocate(1024) == large);
      CHECK(BlockCache::bytes_kept() == 0);
      BlockCache::release(small, 64);
      BlockCache::release(large, 1024);
      BlockCache::release(other, 64);
    });
  }

  TEST_CASE("what is larger is never kept, and of the rest no more than the limit") {
    in_a_thread([] {
      BlockCache::release(BlockCache::allocate(1024 + 64), 1024 + 64);
      CHECK(BlockCache::bytes_kept() == 0);
      constexpr std::size_t size = 960;  // which the limit is no multiple of
      std::vector<void*> blocks(2 * BlockCache::bytes_kept_max / size);
      for (void*& block : blocks) block = BlockCache::allocate(size);
      for (void* block : blocks) BlockCache::release(block, size);
      CHECK(BlockCache::bytes_kept() <= BlockCache::bytes_kept_max);
      CHECK(BlockCache::bytes_kept() >= (keeps ? BlockCache::bytes_kept_max - size : 0));
    });
  }

  TEST_CASE("sizes that nobody asks for any more give way to others") {
    in_a_thread([] {
      std::vector<void*> large(BlockCache::bytes_kept_max / 1024);
      for (void*& block : large) block = BlockCache::allocate(1024);
      for (void* block : large) BlockCache::release(block, 1024);
      std::vector<void*> small(100);
      for (void*& block : small) block = BlockCache::allocate(64);
      for (void* block : small) BlockCache::release(block, 64);
      CHECK(BlockCache::bytes_kept() <= BlockCache::bytes_kept_max);
      if (!keeps) return;
      // Hardly one of them had to go for another.
      for (std::size_t i = 0; i < 80; ++i) {
        const auto kept = BlockCache::bytes_kept();
        small[i] = BlockCache::allocate(64);
        REQUIRE(BlockCache::bytes_kept() == kept - 64);
      }
      for (std::size_t i = 0; i < 80; ++i) BlockCache::release(small[i], 64);
    });
  }

  TEST_CASE("a block may be released in another thread") {
    void* const block = BlockCache::allocate(128);
    in_a_thread([block] {
      BlockCache::release(block, 128);
      CHECK(BlockCache::bytes_kept() == (keeps ? 128 : 0));
    });
  }
}

}  // namespace
}  // namespace veche
