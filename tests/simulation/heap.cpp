#include "simulation/heap.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

#include <malloc.h>

namespace veche::simulation::heap {
namespace {

// A block begins with a mark that says whether it is counted, as long as its alignment asks.
constexpr std::size_t alignment_min = alignof(std::max_align_t);
constexpr std::size_t malloc_header = sizeof(std::size_t);
constexpr std::size_t block_min = 4 * sizeof(std::size_t);

constinit thread_local bool is_counting = false;
constinit std::atomic<std::size_t> live{};

/// What malloc would take for the block without its mark.
std::size_t taken_by(void* marked, std::size_t mark_bytes) {
  return std::max(block_min, ::malloc_usable_size(marked) - mark_bytes + malloc_header);
}

void* allocate(std::size_t size, std::size_t alignment = alignment_min) {
  const std::size_t whole = (size + 2 * alignment - 1) / alignment * alignment;
  void* marked = alignment == alignment_min ? std::malloc(size + alignment)
                                            : std::aligned_alloc(alignment, whole);
  if (marked == nullptr) throw std::bad_alloc{};
  ::new (marked) bool{is_counting};
  if (is_counting) live += taken_by(marked, alignment);
  return static_cast<std::byte*>(marked) + alignment;
}

void release(void* block, std::size_t alignment = alignment_min) noexcept {
  if (block == nullptr) return;
  void* marked = static_cast<std::byte*>(block) - alignment;
  if (*static_cast<bool*>(marked)) live -= taken_by(marked, alignment);
  std::free(marked);
}

}  // namespace

std::size_t live_bytes() { return live; }

Scope::Scope(bool counts) : before_{std::exchange(is_counting, counts)} {}
Scope::~Scope() { is_counting = before_; }

}  // namespace veche::simulation::heap

// The array forms come to these. So would those that do not throw, but the address sanitizer has
// its own, whose blocks bear no mark.
void* operator new(std::size_t size) { return veche::simulation::heap::allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return veche::simulation::heap::allocate(size);
}
void operator delete(void* block) noexcept { veche::simulation::heap::release(block); }
void operator delete(void* block, std::size_t) noexcept { veche::simulation::heap::release(block); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return veche::simulation::heap::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment,
                   const std::nothrow_t& /*tag*/) noexcept {
  return veche::simulation::heap::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::align_val_t alignment) noexcept {
  veche::simulation::heap::release(block, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  veche::simulation::heap::release(block, static_cast<std::size_t>(alignment));
}
