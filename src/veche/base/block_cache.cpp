#include "veche/base/block_cache.hpp"

#include <array>
#include <new>
#include <utility>

namespace veche {
namespace {

struct Spare {
  Spare* next;
};

/// No constructor and no destructor, so that looking here costs nothing.
struct Kept {
  std::array<Spare*, BlockCache::block_max / BlockCache::step> by_size;
  std::size_t bytes;
  std::size_t next_out;  // of which size a block goes next when there is no room
  bool is_over;          // the thread ends: nothing is kept any more
};
constinit thread_local Kept kept{};

struct AtThreadEnd {
  AtThreadEnd() = default;
  AtThreadEnd(const AtThreadEnd&) = delete;
  AtThreadEnd& operator=(const AtThreadEnd&) = delete;
  ~AtThreadEnd() {
    kept.is_over = true;
    kept.bytes = 0;
    for (Spare*& first : kept.by_size) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
  }
  void arm() {}
};
thread_local AtThreadEnd at_thread_end;

Spare*& spares(std::size_t size) { return kept.by_size[size / BlockCache::step - 1]; }

/// Needs something that is kept. The sizes take turns.
void give_one_back() {
  do {
    kept.next_out = (kept.next_out + 1) % kept.by_size.size();
  } while (kept.by_size[kept.next_out] == nullptr);
  Spare*& first = kept.by_size[kept.next_out];
  ::operator delete(std::exchange(first, first->next));
  kept.bytes -= (kept.next_out + 1) * BlockCache::step;
}

}  // namespace

void* BlockCache::allocate(std::size_t size) {
  if (size > block_max || spares(size) == nullptr) return ::operator new(size);
  kept.bytes -= size;
  Spare*& first = spares(size);
  return std::exchange(first, first->next);
}

void BlockCache::release(void* block, std::size_t size) noexcept {
  if (!keeps || size > block_max || kept.is_over) {
    ::operator delete(block);
    return;
  }
  while (kept.bytes + size > bytes_kept_max) give_one_back();
  if (kept.bytes == 0) at_thread_end.arm();
  kept.bytes += size;
  Spare*& first = spares(size);
  first = ::new (block) Spare{first};
}

std::size_t BlockCache::bytes_kept() { return kept.bytes; }

}  // namespace veche
