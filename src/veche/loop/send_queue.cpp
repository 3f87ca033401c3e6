#include "veche/loop/send_queue.hpp"

#include <cstring>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::loop {

SendPool::SendPool() : gather_buffer_{std::make_unique<char[]>(gather_bytes)} {}

SendPool::~SendPool() { keep_at_most(0); }

void SendPool::keep_at_most(std::size_t count) {
  spare_max_ = count;
  for (; spare_count_ > spare_max_; --spare_count_) delete std::exchange(spare_, spare_->next);
}

FrameChunk* SendPool::take() {
  if (spare_ == nullptr) return new FrameChunk;
  FrameChunk* chunk = std::exchange(spare_, spare_->next);
  __builtin_prefetch(spare_, 1);  // a broadcast takes one after another
  --spare_count_;
  chunk->next = nullptr;
  chunk->begin = chunk->end = 0;
  return chunk;
}

void SendPool::give_back(FrameChunk* chunk) {
  if (spare_count_ >= spare_max_) {
    delete chunk;
    return;
  }
  chunk->next = std::exchange(spare_, chunk);
  ++spare_count_;
}

void SendQueue::push(Frame frame, SendPool& pool) {
  if (head_ == nullptr) {
    head_ = tail_ = pool.take();
  } else {
    if (tail_->end == FrameChunk::capacity) tail_ = tail_->next = pool.take();
    bytes_behind_first_ += static_cast<std::uint32_t>(frame.size());
  }
  tail_->frames[tail_->end++] = std::move(frame);
  ++frame_count_;
}

SendQueue::Flushed SendQueue::flush(Net& net, SocketId socket, SendPool& pool) {
  bool progressed = false;
  while (head_ != nullptr) {
    const std::string_view bytes = gather(pool.gather_buffer());
    const IoResult result = net.write(socket, bytes);
    if (result.status == IoStatus::again) return {Outcome::blocked, progressed};
    if (result.status != IoStatus::done) return {Outcome::broken, progressed};
    VECHE_EXPECTS(result.bytes > 0 && result.bytes <= bytes.size());
    progressed = true;
    const bool was_short = result.bytes < bytes.size();
    consume(result.bytes, pool);
    if (was_short) return {Outcome::blocked, progressed};
  }
  return {Outcome::empty, progressed};
}

std::string_view SendQueue::gather(std::span<char> buffer) const {
  if (frame_count_ == 1) return first().bytes();
  std::size_t size = 0;
  for (const FrameChunk* chunk = head_; chunk != nullptr; chunk = chunk->next) {
    for (std::uint8_t i = chunk->begin; i < chunk->end; ++i) {
      const std::string_view bytes = chunk->frames[i].bytes();
      if (bytes.size() > buffer.size() - size) {
        const bool is_alone = chunk == head_ && i <= chunk->begin + 1;
        return is_alone ? first().bytes() : std::string_view{buffer.data(), size};
      }
      std::memcpy(buffer.data() + size, bytes.data(), bytes.size());
      size += bytes.size();
    }
  }
  return {buffer.data(), size};
}

void SendQueue::consume(std::size_t bytes, SendPool& pool) {
  while (bytes > 0) {
    Frame& frame = head_->frames[head_->begin];
    if (bytes < frame.size()) {
      frame = frame.suffix(bytes);
      return;
    }
    bytes -= frame.size();
    pop(pool);
  }
}

void SendQueue::pop(SendPool& pool) {
  head_->frames[head_->begin++] = Frame{};
  --frame_count_;
  if (head_->begin == head_->end) pool.give_back(std::exchange(head_, head_->next));
  if (head_ == nullptr) {
    tail_ = nullptr;
  } else {
    bytes_behind_first_ -= static_cast<std::uint32_t>(first().size());
  }
}

void SendQueue::clear(SendPool& pool) {
  while (head_ != nullptr) pop(pool);
}

}  // namespace veche::loop
