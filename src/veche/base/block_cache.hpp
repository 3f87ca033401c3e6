#pragma once

/// @file
/// Blocks that a thread needs again and again: for frames, and for jobs on their way.

#include <cstddef>

namespace veche {

/// Memory that is kept for the next one of its size when it is released.
///
///     void* block = BlockCache::allocate(BlockCache::rounded(bytes));
///     BlockCache::release(block, BlockCache::rounded(bytes));
///
/// A turn makes hundreds of frames before it sends the first of them; the cache that malloc has
/// for each thread ends at seven of a size.
///
/// Time      A few instructions. Memory  Keeps at most bytes_kept_max for each thread, sizes that
///           nobody asks for any more give way to others, and all of it goes when the thread ends.
///           Under AddressSanitizer nothing is kept, so that it sees what is used after its end.
/// Threads   Each has its own; a block is released where it was allocated, or else moves over.
/// Errors    std::bad_alloc.
class BlockCache {
 public:
  static constexpr std::size_t step = 64;
  static constexpr std::size_t block_max = 1024;  ///< larger ones are never kept
  static constexpr std::size_t bytes_kept_max = std::size_t{256} * 1024;
#if defined(__SANITIZE_ADDRESS__)
  static constexpr bool keeps = false;
#elif defined(__has_feature)
  static constexpr bool keeps = !__has_feature(address_sanitizer);
#else
  static constexpr bool keeps = true;
#endif

  /// The size of the block for so many bytes.
  [[nodiscard]] static constexpr std::size_t rounded(std::size_t bytes) {
    return (bytes + step - 1) / step * step;
  }

  /// Needs a rounded size above 0. Aligned for every fundamental type.
  [[nodiscard]] static void* allocate(std::size_t size);
  /// Needs the size that it was allocated with.
  static void release(void* block, std::size_t size) noexcept;

  /// What this thread keeps.
  [[nodiscard]] static std::size_t bytes_kept();
};

/// A base of what is made with `new` again and again, and deleted by the thread that made it.
struct InBlockCache {
  static void* operator new(std::size_t size) {
    return BlockCache::allocate(BlockCache::rounded(size));
  }
  static void operator delete(void* block, std::size_t size) noexcept {
    BlockCache::release(block, BlockCache::rounded(size));
  }
};

}  // namespace veche
