#include "veche/base/frame.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "veche/base/contract.hpp"

namespace veche {

Frame::Block* Frame::allocate(std::size_t capacity) {
  // What a heap gives for less is no less.
  constexpr std::size_t step = 16;
  VECHE_EXPECTS(capacity <= std::numeric_limits<std::uint32_t>::max() - sizeof(Block) - step);
  const std::size_t size = (sizeof(Block) + capacity + step - 1) / step * step;
  return ::new (::operator new(size)) Block{1, static_cast<std::uint32_t>(size - sizeof(Block))};
}

void Frame::release(Block* block) { ::operator delete(block); }

Frame Frame::copy(std::string_view bytes) {
  Block* block = allocate(bytes.size());
  if (!bytes.empty()) std::memcpy(first_byte(block), bytes.data(), bytes.size());
  return Frame{block, 0, static_cast<std::uint32_t>(bytes.size())};
}

Frame Frame::suffix(std::size_t count) const {
  VECHE_EXPECTS(count <= size_);
  Frame rest{*this};
  rest.begin_ += static_cast<std::uint32_t>(count);
  rest.size_ -= static_cast<std::uint32_t>(count);
  return rest;
}

FrameBuilder::FrameBuilder(std::size_t headroom, std::size_t expected_size)
    : block_{Frame::allocate(headroom + expected_size)}, begin_{headroom}, end_{headroom} {}

FrameBuilder::~FrameBuilder() {
  if (block_ != nullptr) Frame::release(block_);
}

void FrameBuilder::grow(std::size_t count) {
  const std::size_t capacity = std::max(end_ + count, std::size_t{block_->capacity} * 2);
  Frame::Block* larger = Frame::allocate(capacity);
  std::memcpy(Frame::first_byte(larger), Frame::first_byte(block_), end_);
  Frame::release(std::exchange(block_, larger));
}

char* FrameBuilder::prepend(std::size_t count) {
  VECHE_EXPECTS(count <= begin_);
  begin_ -= count;
  return Frame::first_byte(block_) + begin_;
}

Frame FrameBuilder::build() && {
  VECHE_EXPECTS(block_ != nullptr);
  return Frame{std::exchange(block_, nullptr), static_cast<std::uint32_t>(begin_),
               static_cast<std::uint32_t>(end_ - begin_)};
}

}  // namespace veche
