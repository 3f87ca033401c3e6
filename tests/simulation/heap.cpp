#include "simulation/heap.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

#include <malloc.h>

namespace veche::simulation::heap {
namespace {

// A block begins with a mark that says whether it is counted; it keeps the alignment.
constexpr std::size_t mark_bytes = alignof(std::max_align_t);
constexpr std::size_t malloc_header = sizeof(std::size_t);
constexpr std::size_t block_min = 4 * sizeof(std::size_t);

constinit thread_local bool is_counting = false;
constinit std::atomic<std::size_t> live{};

/// What malloc would take for the block without its mark.
std::size_t taken_by(void* marked) {
  return std::max(block_min, ::malloc_usable_size(marked) - mark_bytes + malloc_header);
}

void* allocate(std::size_t size) {
  void* marked = std::malloc(size + mark_bytes);
  if (marked == nullptr) throw std::bad_alloc{};
  ::new (marked) bool{is_counting};
  if (is_counting) live += taken_by(marked);
  return static_cast<std::byte*>(marked) + mark_bytes;
}

void release(void* block) noexcept {
  if (block == nullptr) return;
  void* marked = static_cast<std::byte*>(block) - mark_bytes;
  if (*static_cast<bool*>(marked)) live -= taken_by(marked);
  std::free(marked);
}

}  // namespace

std::size_t live_bytes() { return live; }

Scope::Scope(bool counts) : before_{std::exchange(is_counting, counts)} {}
Scope::~Scope() { is_counting = before_; }

}  // namespace veche::simulation::heap

// The array forms and those that do not throw come to these.
void* operator new(std::size_t size) { return veche::simulation::heap::allocate(size); }
void operator delete(void* block) noexcept { veche::simulation::heap::release(block); }
void operator delete(void* block, std::size_t) noexcept { veche::simulation::heap::release(block); }
