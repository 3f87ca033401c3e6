#pragma once

/// @file
/// A bounded memory of rows, found by the store's number or by id.

#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace veche::domain {

/// Rows with the most recently found first; trim() forgets the others.
///
///     chats.insert(chat.ref, chat.id, chat);
///     if (Chat* chat = chats.find("general")) ...
///     chats.trim(100'000, 100'000);
///
/// Memory    Grows until trim(). Lifetime  A row stays where it is until it is erased, trimmed
/// or inserted anew. Threads  One.
template <typename Ref, typename Value>
class Remembered {
 public:
  // The one that was found last is looked at first: whoever has it by its id often asks by its ref.
  [[nodiscard]] Value* find(Ref ref) {
    if (!rows_.empty() && rows_.front().ref == ref) return &rows_.front().value;
    const auto found = by_ref_.find(ref);
    return found == by_ref_.end() ? nullptr : touch(found->second);
  }
  [[nodiscard]] Value* find(std::string_view id) {
    if (!rows_.empty() && rows_.front().id == id) return &rows_.front().value;
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : touch(found->second);
  }

  /// Takes the place of rows with the same ref or the same id. `weight` is what it adds to the
  /// sum that trim() limits.
  Value& insert(Ref ref, std::string_view id, Value value, std::size_t weight = 1) {
    erase(ref);
    if (const auto named = by_id_.find(id); named != by_id_.end()) drop(named->second);
    rows_.push_front(Row{ref, std::string{id}, std::move(value), weight});
    weight_ += weight;
    by_ref_.emplace(ref, rows_.begin());
    by_id_.emplace(rows_.front().id, rows_.begin());
    return rows_.front().value;
  }

  void erase(Ref ref) {
    const auto found = by_ref_.find(ref);
    if (found != by_ref_.end()) drop(found->second);
  }

  void trim(std::size_t rows_max, std::size_t weight_max) {
    while (rows_.size() > rows_max || weight_ > weight_max) drop(std::prev(rows_.end()));
  }

  void clear() {
    by_ref_.clear();
    by_id_.clear();
    rows_.clear();
    weight_ = 0;
  }

  /// Calls `visit` with each value; it changes none of this memory.
  template <typename Visit>
  void for_each(Visit visit) {
    for (auto& row : rows_) visit(row.value);
  }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    Ref ref;
    std::string id;
    Value value;
    std::size_t weight;
  };
  using Place = typename std::list<Row>::iterator;

  Value* touch(Place place) {
    rows_.splice(rows_.begin(), rows_, place);
    return &place->value;
  }

  void drop(Place place) {
    by_id_.erase(place->id);
    by_ref_.erase(place->ref);
    weight_ -= place->weight;
    rows_.erase(place);
  }

  std::list<Row> rows_;
  std::size_t weight_{};
  std::unordered_map<Ref, Place> by_ref_;
  std::unordered_map<std::string_view, Place> by_id_;  // keys point into rows_
};

}  // namespace veche::domain
