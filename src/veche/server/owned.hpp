#pragma once

/// @file
/// Who owns the objects that speak for connections.

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace veche::server {

class OwnerList;

/// One that lives until it is removed from its list, or until the list ends.
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  virtual ~Owned() = default;

 private:
  friend class OwnerList;
  std::unique_ptr<Owned> next_;
  Owned* previous_{};
};

/// Owns any number of Owned, each added and removed in O(1), without a table.
class OwnerList {
 public:
  OwnerList() = default;
  OwnerList(const OwnerList&) = delete;
  OwnerList& operator=(const OwnerList&) = delete;
  ~OwnerList() {
    while (first_ != nullptr) first_ = std::move(first_->next_);  // one by one: no deep recursion
  }

  template <typename T>
  T& add(std::unique_ptr<T> owned) {
    T& added = *owned;
    Owned& link = added;
    if (first_ != nullptr) first_->previous_ = &link;
    link.next_ = std::move(first_);
    first_ = std::move(owned);
    size_.fetch_add(1, std::memory_order_relaxed);
    return added;
  }

  /// Gives the ownership back; dropping it frees the object.
  std::unique_ptr<Owned> remove(Owned& owned) {
    std::unique_ptr<Owned>& link = owned.previous_ != nullptr ? owned.previous_->next_ : first_;
    std::unique_ptr<Owned> removed = std::move(link);
    link = std::move(removed->next_);
    if (link != nullptr) link->previous_ = removed->previous_;
    removed->previous_ = nullptr;
    size_.fetch_sub(1, std::memory_order_relaxed);
    return removed;
  }

  /// From any thread.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  std::unique_ptr<Owned> first_;
  std::atomic<std::size_t> size_{};
};

}  // namespace veche::server
