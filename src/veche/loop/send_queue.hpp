#pragma once

/// @file
/// What waits to be written on one connection, and how it is written: in as few calls as
/// possible.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/loop/net.hpp"

namespace veche::loop {

/// Neighbours in a SendQueue: six to a chunk, because a broadcast to many connections costs what
/// it costs to fetch their queues from memory.
struct FrameChunk {
  static constexpr std::uint8_t capacity = 6;

  FrameChunk* next{};
  std::uint8_t begin{};  // of those that wait
  std::uint8_t end{};
  std::array<Frame, capacity> frames{};
};

/// What all send queues of a loop share: spare chunks, and the buffer in which small frames are
/// put together.
///
/// Memory    64 KiB, and as many spare chunks of 112 bytes as keep_at_most() allows; more are given
///           back to the system, so a burst leaves little behind. Threads  One loop.
/// Lifetime  Outlives its queues, which are empty when it ends.
class SendPool {
 public:
  static constexpr std::size_t gather_bytes = 64UL * 1024;

  SendPool();
  SendPool(const SendPool&) = delete;
  SendPool& operator=(const SendPool&) = delete;
  ~SendPool();

  /// An empty chunk.
  [[nodiscard]] FrameChunk* take();
  /// Needs one whose frames are empty.
  void give_back(FrameChunk* chunk);

  /// Keeps at most `count` spare chunks from now on; 768 at first.
  void keep_at_most(std::size_t count);

  [[nodiscard]] std::span<char> gather_buffer() { return {gather_buffer_.get(), gather_bytes}; }
  [[nodiscard]] std::size_t spare_count() const { return spare_count_; }

 private:
  FrameChunk* spare_{};
  std::size_t spare_count_{};
  std::size_t spare_max_{768};
  std::unique_ptr<char[]> gather_buffer_;
};

/// The frames that wait on one connection, oldest first.
///
///     queue.push(frame, pool);
///     if (queue.flush(net, socket, pool).outcome == SendQueue::Outcome::blocked) ...
///
/// Memory    24 bytes when empty, and a chunk for each six frames; frames are shared, not copied.
/// Threads   One loop. Errors  Outcomes. Lifetime  clear() before it ends.
class SendQueue {
 public:
  enum class Outcome : std::uint8_t {
    empty,    ///< everything was written
    blocked,  ///< the socket takes no more for now
    broken,   ///< the connection is broken
  };
  struct Flushed {
    Outcome outcome{};
    bool progressed{};  ///< at least one byte was written
  };

  [[nodiscard]] bool is_empty() const { return head_ == nullptr; }
  /// Bytes of the frames behind the first.
  [[nodiscard]] std::size_t bytes_behind_first() const { return bytes_behind_first_; }
  [[nodiscard]] std::size_t frame_count() const { return frame_count_; }

  /// Needs a frame that is not empty, and bytes_behind_first() below 2 GiB.
  void push(Frame frame, SendPool& pool);

  /// Writes until the queue is empty or the socket is full. Frames that fit into the gather
  /// buffer together leave in one write; one that stands alone is written from where it is.
  [[nodiscard]] Flushed flush(Net& net, SocketId socket, SendPool& pool);

  /// A hint: flush() follows soon.
  void expect_flush() const { __builtin_prefetch(head_); }

  void clear(SendPool& pool);

 private:
  [[nodiscard]] const Frame& first() const { return head_->frames[head_->begin]; }
  [[nodiscard]] std::string_view gather(std::span<char> buffer) const;
  void consume(std::size_t bytes, SendPool& pool);
  void pop(SendPool& pool);

  FrameChunk* head_{};
  FrameChunk* tail_{};
  std::uint32_t bytes_behind_first_{};
  std::uint32_t frame_count_{};
};

}  // namespace veche::loop
