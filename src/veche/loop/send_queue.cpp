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

QueuedFrame* SendPool::take(Frame frame) {
  if (spare_ == nullptr) return new QueuedFrame{std::move(frame)};
  QueuedFrame* place = std::exchange(spare_, spare_->next);
  --spare_count_;
  place->frame = std::move(frame);
  place->next = nullptr;
  return place;
}

void SendPool::give_back(QueuedFrame* place) {
  if (spare_count_ >= spare_max_) {
    delete place;
    return;
  }
  place->frame = Frame{};
  place->next = std::exchange(spare_, place);
  ++spare_count_;
}

void SendQueue::push(Frame frame, SendPool& pool) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  QueuedFrame* place = pool.take(std::move(frame));
  if (tail_ == nullptr) {
    head_ = place;
  } else {
    tail_->next = place;
    bytes_behind_first_ += size;
  }
  tail_ = place;
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
  const std::string_view first = head_->frame.bytes();
  const QueuedFrame* second = head_->next;
  if (second == nullptr || first.size() + second->frame.size() > buffer.size()) return first;
  std::size_t size = 0;
  for (const QueuedFrame* place = head_; place != nullptr; place = place->next) {
    const std::string_view bytes = place->frame.bytes();
    if (bytes.size() > buffer.size() - size) break;
    std::memcpy(buffer.data() + size, bytes.data(), bytes.size());
    size += bytes.size();
  }
  return {buffer.data(), size};
}

void SendQueue::consume(std::size_t bytes, SendPool& pool) {
  while (bytes > 0) {
    const std::size_t size = head_->frame.size();
    if (bytes < size) {
      head_->frame = head_->frame.suffix(bytes);
      return;
    }
    bytes -= size;
    pop(pool);
  }
}

void SendQueue::pop(SendPool& pool) {
  pool.give_back(std::exchange(head_, head_->next));
  --frame_count_;
  if (head_ == nullptr) {
    tail_ = nullptr;
  } else {
    bytes_behind_first_ -= static_cast<std::uint32_t>(head_->frame.size());
  }
}

void SendQueue::clear(SendPool& pool) {
  while (head_ != nullptr) pop(pool);
}

}  // namespace veche::loop
