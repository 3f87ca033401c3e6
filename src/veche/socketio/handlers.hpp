#pragma once

/// @file
/// Lists of handlers that may change while their handlers run.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "veche/socketio/text_hash.hpp"

namespace veche::socketio {

/// Names a handler, to take it off again: unique on its socket.
enum class HandlerId : std::uint64_t { none = 0 };

/// How often a handler is called.
enum class Times : bool { every, once };

/// Handlers in the order in which they are called.
///
///     Handlers<UniqueFunction<void(int)>> handlers;
///     handlers.add([](int) {});
///     handlers.for_each([](auto& handler) { handler(1); return true; });
///
/// While they run, handlers may add others, which are not called yet, and take any off, which are
/// not called any more and freed when the run is over.
///
/// Time      Constant, but off(): linear. Memory  32 bytes; 96 a handler. Threads  One.
/// Errors    None; what a visitor throws passes through. Lifetime  Outlives its runs.
template <typename Handler>
class Handlers {
 public:
  Handlers() = default;
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

  void add(Handler handler, HandlerId id = HandlerId::none, Times times = Times::every) {
    entries_.push_back({std::move(handler), id, times});
  }
  void prepend(Handler handler, HandlerId id = HandlerId::none, Times times = Times::every) {
    entries_.push_front({std::move(handler), id, times});
  }

  /// False when none has this id.
  bool off(HandlerId id) {
    for (Entry& entry : entries_) {
      if (entry.id != id || entry.is_off) continue;
      entry.is_off = has_off_ = true;
      sweep();
      return true;
    }
    return false;
  }
  void off_all() {
    for (Entry& entry : entries_) entry.is_off = has_off_ = true;
    sweep();
  }

  /// How many would be called.
  [[nodiscard]] std::size_t count() const {
    const auto is_on = [](const Entry& entry) { return !entry.is_off; };
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_on));
  }
  /// Whether there is nothing here, nothing that is taken off in a run either.
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }

  /// Calls `visit` with each handler until it says false.
  template <typename Visit>
  void for_each(Visit&& visit) {
    if (entries_.empty()) return;
    const Run run{*this};
    const auto last = std::prev(entries_.end());
    for (auto entry = entries_.begin();; ++entry) {
      if (!entry->is_off) {
        if (entry->times == Times::once) entry->is_off = has_off_ = true;
        if (!visit(entry->handler)) return;
      }
      if (entry == last) return;
    }
  }

 private:
  struct Entry {
    Handler handler;
    HandlerId id;
    Times times;
    bool is_off{};
  };

  class Run {
   public:
    explicit Run(Handlers& handlers) : handlers_{handlers} { ++handlers_.running_; }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() {
      --handlers_.running_;
      handlers_.sweep();
    }

   private:
    Handlers& handlers_;
  };

  void sweep() {
    if (running_ > 0 || !has_off_) return;
    has_off_ = false;
    // What a handler owns may come back here when it is freed.
    std::list<Entry> freed;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (entry->is_off) freed.splice(freed.end(), entries_, entry);
      entry = next;
    }
  }

  std::list<Entry> entries_;
  std::uint32_t running_{};
  bool has_off_{};
};

/// Handlers by the name of their event.
///
/// Memory    A name without handlers is forgotten. The rest as Handlers.
template <typename Handler>
class NamedHandlers {
 public:
  void add(std::string_view event, Handler handler, HandlerId id = HandlerId::none,
           Times times = Times::every) {
    auto found = by_name_.find(event);
    if (found == by_name_.end()) found = by_name_.try_emplace(std::string{event}).first;
    found->second.add(std::move(handler), id, times);
  }

  bool off(HandlerId id) {
    for (auto& [name, list] : by_name_) {
      if (!list.off(id)) continue;
      forget_if_empty(name);
      return true;
    }
    return false;
  }
  void off(std::string_view event) {
    const auto found = by_name_.find(event);
    if (found == by_name_.end()) return;
    found->second.off_all();
    forget_if_empty(found->first);
  }
  void off_all() {
    for (auto& [name, list] : by_name_) list.off_all();
    for (auto each = by_name_.begin(); each != by_name_.end();)
      each = each->second.is_empty() ? by_name_.erase(each) : std::next(each);
  }

  [[nodiscard]] bool is_empty() const { return by_name_.empty(); }
  /// How many would be called for that event.
  [[nodiscard]] std::size_t count(std::string_view event) const {
    const auto found = by_name_.find(event);
    return found == by_name_.end() ? 0 : found->second.count();
  }
  /// The events that have some, in no lasting order.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, list] : by_name_)
      if (list.count() > 0) names.push_back(name);
    return names;
  }

  template <typename Visit>
  void for_each(std::string_view event, Visit&& visit) {
    if (by_name_.empty()) return;
    const auto found = by_name_.find(event);
    if (found == by_name_.end()) return;
    auto& [name, list] = *found;  // stays where it is while others come and go
    list.for_each(visit);
    if (list.is_empty()) forget_if_empty(name);
  }

 private:
  void forget_if_empty(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end() && found->second.is_empty()) by_name_.erase(found);
  }

  std::unordered_map<std::string, Handlers<Handler>, TextHash, std::equal_to<>> by_name_;
};

}  // namespace veche::socketio
