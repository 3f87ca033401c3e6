#pragma once

/// @file
/// Immutable bytes on their way out, shared by everyone they go to.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace veche {

/// Which of a loop's two lists of connections with something to say a frame puts its
/// connection on. Frames of one connection leave in order whatever their priority.
enum class Priority : std::uint8_t {
  hi,    ///< acks, pongs, unicast: flushed at the end of every turn
  bulk,  ///< broadcasts: flushed a bounded number of connections a turn
};

/// A slice of immutable bytes that are counted by reference.
///
///     Frame frame = Frame::copy("hello");
///     connection.send(frame, Priority::hi);
///
/// Memory    One block of the heap a frame; copies of the handle share it. A handle is 16 bytes.
/// Threads   The count is not atomic: a frame and all its copies stay on one loop.
/// Errors    None but std::bad_alloc. At most 4 GiB a frame.
class Frame {
 public:
  Frame() = default;
  Frame(const Frame& other) : block_{other.block_}, begin_{other.begin_}, size_{other.size_} {
    if (block_ != nullptr) ++block_->references;
  }
  Frame(Frame&& other) noexcept
      : block_{std::exchange(other.block_, nullptr)},
        begin_{std::exchange(other.begin_, 0)},
        size_{std::exchange(other.size_, 0)} {}
  Frame& operator=(Frame other) noexcept {
    std::swap(block_, other.block_);
    std::swap(begin_, other.begin_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Frame() {
    if (block_ != nullptr && --block_->references == 0) release(block_);
  }

  [[nodiscard]] static Frame copy(std::string_view bytes);

  [[nodiscard]] std::string_view bytes() const {
    return block_ == nullptr ? std::string_view{}
                             : std::string_view{first_byte(block_) + begin_, size_};
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Of the block that the bytes lie in, whoever else shares it.
  [[nodiscard]] std::size_t capacity() const { return block_ == nullptr ? 0 : block_->capacity; }

  /// The same bytes without the first `count`, sharing them. Needs count <= size().
  [[nodiscard]] Frame suffix(std::size_t count) const;

 private:
  friend class FrameBuilder;

  struct Block {
    std::uint32_t references;
    std::uint32_t capacity;
  };

  Frame(Block* block, std::uint32_t begin, std::uint32_t size)
      : block_{block}, begin_{begin}, size_{size} {}

  static Block* allocate(std::size_t capacity);
  static void release(Block* block);
  static char* first_byte(Block* block) { return reinterpret_cast<char*>(block + 1); }

  Block* block_{};
  std::uint32_t begin_{};
  std::uint32_t size_{};
};

/// Writes a frame in place: the body first, then the header whose length depends on it.
///
///     FrameBuilder builder{14};                 // room for the largest header
///     builder.append("4");
///     builder.append(text);
///     std::memcpy(builder.prepend(2), header, 2);
///     Frame frame = std::move(builder).build();
///
/// Memory    Grows by doubling; build() hands the block over without a copy.
class FrameBuilder {
 public:
  /// Leaves `headroom` bytes free in front for prepend().
  explicit FrameBuilder(std::size_t headroom, std::size_t expected_size = 240);
  FrameBuilder(const FrameBuilder&) = delete;
  FrameBuilder& operator=(const FrameBuilder&) = delete;
  ~FrameBuilder();

  void append(std::string_view bytes) {
    if (end_ + bytes.size() > block_->capacity) grow(bytes.size());
    if (!bytes.empty()) std::memcpy(Frame::first_byte(block_) + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  void append(char byte) { append(std::string_view{&byte, 1}); }
  /// Room for `count` bytes behind everything so far, to be filled by the caller before the next
  /// call.
  [[nodiscard]] char* extend(std::size_t count) {
    if (end_ + count > block_->capacity) grow(count);
    return Frame::first_byte(block_) + std::exchange(end_, end_ + count);
  }

  /// Room for `count` bytes in front of everything so far, to be filled by the caller.
  /// Needs count <= what is left of the headroom.
  [[nodiscard]] char* prepend(std::size_t count);

  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  /// How large it may be until it grows, with the headroom.
  [[nodiscard]] std::size_t capacity() const { return block_->capacity; }
  [[nodiscard]] Frame build() &&;

 private:
  void grow(std::size_t count);

  Frame::Block* block_;
  std::size_t begin_;
  std::size_t end_;
};

}  // namespace veche
