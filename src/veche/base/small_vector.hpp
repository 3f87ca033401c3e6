#pragma once

/// @file
/// A list that is short as a rule: its first items stand inside of it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "veche/base/contract.hpp"

namespace veche {

/// Up to `inside_max` items without a block on the heap, more with one that grows by doubling.
///
///     SmallVector<Seat, 1> seats;
///     seats.push_back({&member, 0});
///     for (const Seat& seat : seats.items()) ...
///
/// Time      As std::vector. Memory  8 bytes and the items inside; a block once there were more,
///           until it is empty again. Threads  One. Errors  None but std::bad_alloc.
/// Lifetime  Stands where it is.
template <typename T, std::size_t inside_max>
class SmallVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(inside_max > 0);

 public:
  SmallVector() {}  // NOLINT(modernize-use-equals-default): the union has no default
  SmallVector(const SmallVector&) = delete;
  SmallVector& operator=(const SmallVector&) = delete;
  ~SmallVector() { clear(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::span<const T> items() const { return {data(), size_}; }

  /// Needs index < size().
  [[nodiscard]] T& operator[](std::size_t index) { return data()[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const { return data()[index]; }
  /// Needs !empty().
  [[nodiscard]] T& back() { return data()[size_ - 1]; }
  [[nodiscard]] const T& back() const { return data()[size_ - 1]; }

  /// Needs fewer than 2^31 items.
  void push_back(T item) {
    if (size_ == capacity_) grow();
    ::new (data() + size_) T{item};
    ++size_;
  }
  /// Needs !empty().
  void pop_back() {
    if (--size_ == 0) clear();
  }
  void clear() {
    if (is_outside()) std::allocator<T>{}.deallocate(items_outside, capacity_);
    size_ = 0;
    capacity_ = inside_max;
  }

 private:
  [[nodiscard]] bool is_outside() const { return capacity_ > inside_max; }
  [[nodiscard]] T* data() { return is_outside() ? items_outside : items_inside; }
  [[nodiscard]] const T* data() const { return is_outside() ? items_outside : items_inside; }

  void grow() {
    VECHE_EXPECTS(capacity_ <= std::numeric_limits<std::uint32_t>::max() / 2);
    const std::uint32_t wider = capacity_ * 2;
    T* items = std::allocator<T>{}.allocate(wider);
    std::uninitialized_copy_n(data(), size_, items);
    if (is_outside()) std::allocator<T>{}.deallocate(items_outside, capacity_);
    items_outside = items;
    capacity_ = wider;
  }

  union {
    T items_inside[inside_max];
    T* items_outside;
  };
  std::uint32_t size_{};
  std::uint32_t capacity_{inside_max};
};

}  // namespace veche
