#pragma once

/// @file
/// Objects by a text that each of them holds, without a node for each.

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/contract.hpp"

namespace veche {

/// A hash table of pointers, which may own: `Key{}(*pointer)` is the text, which does not change
/// while the pointer is in.
///
///     struct IdOf { std::string_view operator()(const Session& it) const { return it.id(); } };
///     PointerTable<std::unique_ptr<Session>, IdOf> sessions;
///     sessions.insert(std::move(session));
///     if (Session* session = sessions.find("abc")) ...
///
/// Time      Constant on average: a probe looks at the objects it passes. Memory  11 to 32 bytes a
///           pointer; the table shrinks when most have gone. Threads  One.
/// Errors    None but std::bad_alloc. The hash is the library's: keys that peers choose can be
///           made to collide.
template <typename Pointer, typename Key>
class PointerTable {
 public:
  using Object = typename std::pointer_traits<Pointer>::element_type;

  PointerTable() : slots_(slots_min) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Null when there is none.
  [[nodiscard]] Object* find(std::string_view key) const {
    const Pointer& place = slots_[place_of(key)];
    return place ? &*place : nullptr;
  }

  /// Needs a pointer to an object whose key is not in the table.
  Object& insert(Pointer pointer) {
    VECHE_EXPECTS(pointer != nullptr);
    if ((size_ + 1) * 4 > slots_.size() * 3) resize(slots_.size() * 2);
    Object& object = *pointer;
    Pointer& place = slots_[place_of(key_of(object))];
    VECHE_EXPECTS(place == nullptr);
    place = std::move(pointer);
    ++size_;
    return object;
  }

  /// Takes the pointer out; null when it is not in.
  Pointer take(std::string_view key) {
    const std::size_t place = place_of(key);
    if (!slots_[place]) return nullptr;
    Pointer taken = std::exchange(slots_[place], nullptr);
    --size_;
    close_gap(place);
    if (slots_.size() > slots_min && size_ * 8 < slots_.size()) resize(slots_.size() / 2);
    return taken;
  }

  /// Calls `visit(Object&)` for each, in no order; it does not change the table.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Pointer& place : slots_) {
      if (place) visit(*place);
    }
  }

 private:
  static constexpr std::size_t slots_min = 8;  // a power of two, as all sizes

  [[nodiscard]] static std::string_view key_of(const Object& object) { return Key{}(object); }
  [[nodiscard]] std::size_t home_of(std::string_view key) const {
    return std::hash<std::string_view>{}(key) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t place) const {
    return (place + 1) & (slots_.size() - 1);
  }
  /// Where the key is, or would be: at the first free place from its home on.
  [[nodiscard]] std::size_t place_of(std::string_view key) const {
    std::size_t place = home_of(key);
    while (slots_[place] && key_of(*slots_[place]) != key) place = next(place);
    return place;
  }

  /// Moves those behind a freed place up, each no further than its home.
  void close_gap(std::size_t gap) {
    for (std::size_t place = next(gap); slots_[place]; place = next(place)) {
      const std::size_t home = home_of(key_of(*slots_[place]));
      const std::size_t mask = slots_.size() - 1;
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      slots_[gap] = std::exchange(slots_[place], nullptr);
      gap = place;
    }
  }

  void resize(std::size_t count) {
    std::vector<Pointer> before(count);
    before.swap(slots_);
    for (Pointer& pointer : before) {
      if (pointer) slots_[place_of(key_of(*pointer))] = std::move(pointer);
    }
  }

  std::vector<Pointer> slots_;
  std::size_t size_{};
};

}  // namespace veche
