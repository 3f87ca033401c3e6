#pragma once

/// @file
/// JSON that has been read: a view of one value in a parsed document. RFC 8259.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "veche/base/result.hpp"

namespace veche::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

/// Where a document's values stand, as simdjson lays them out (the tape format of its
/// documentation): words whose first byte says what begins there and whose other seven say where
/// it is or where it ends, and the strings, each behind its length.
struct Tape {
  const std::uint64_t* words{};
  const std::uint8_t* strings{};
};

/// One value of a document that a Parser holds. Two words: pass it by value.
///
///     auto text = body->lookup("text");          // Result: refuses a key given twice
///     if (!text || !*text) return fail(Errc::validation, "text is missing");
///     for (const Value item : list.items()) sum += item.as_int().value_or(0);
///
/// A default-constructed Value is null, and every question may be asked of every type: the
/// answer is then empty.
///
/// Time      Constant, but for at(), find() and lookup(), which walk the container, and
///           has_duplicate_keys().
/// Memory    Owns nothing.
/// Threads   Confined to the thread of its Parser.
/// Errors    None but lookup()'s.
/// Lifetime  Ends, with every string_view taken from it, when its Parser parses again.
class Value {
 public:
  class Items;
  class Members;

  Value() = default;

  [[nodiscard]] Type type() const;
  [[nodiscard]] bool is_null() const { return mark() == Mark::null; }
  [[nodiscard]] bool is_boolean() const {
    return mark() == Mark::true_value || mark() == Mark::false_value;
  }
  [[nodiscard]] bool is_number() const {
    return mark() == Mark::int64 || mark() == Mark::uint64 || mark() == Mark::float64;
  }
  [[nodiscard]] bool is_string() const { return mark() == Mark::string; }
  [[nodiscard]] bool is_array() const { return mark() == Mark::array; }
  [[nodiscard]] bool is_object() const { return mark() == Mark::object; }

  [[nodiscard]] std::optional<bool> as_bool() const {
    return is_boolean() ? std::optional{mark() == Mark::true_value} : std::nullopt;
  }

  /// The number when it is integral and fits: 7 and 7.0, not 7.5 and not 2^63.
  [[nodiscard]] std::optional<std::int64_t> as_int() const;

  /// The same from 0 to 2^64 - 1.
  [[nodiscard]] std::optional<std::uint64_t> as_uint() const;

  /// Any number; an integer beyond 2^53 is rounded. Always finite.
  [[nodiscard]] std::optional<double> as_double() const;

  /// Valid UTF-8 with the escapes resolved; may hold U+0000.
  [[nodiscard]] std::optional<std::string_view> as_string() const {
    return is_string() ? std::optional{text()} : std::nullopt;
  }

  /// How many items an array or members an object has; 0 for anything else.
  [[nodiscard]] std::size_t size() const;

  /// The items of an array, in order; none for anything else.
  [[nodiscard]] Items items() const;

  /// The members of an object as they were written, duplicates included; none for anything else.
  [[nodiscard]] Members members() const;

  /// The item at `index` of an array; null when there is none. Linear: iterate to see all.
  [[nodiscard]] Value at(std::size_t index) const;

  /// The first member of that name. For objects of our own making; see lookup().
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

  /// The only member of that name, or none. Readers of foreign input use this, so that no two
  /// readers of one text can take it for two things.
  /// Errc::bad_request  the object names the key twice
  [[nodiscard]] Result<std::optional<Value>> lookup(std::string_view key) const;

  /// Whether an object names any key twice (members' own members are not looked at).
  /// O(bytes * log(members)) at worst, whatever the keys are.
  [[nodiscard]] bool has_duplicate_keys() const;

 private:
  friend class Parser;

  /// The first byte of a word.
  enum class Mark : char {
    null = 'n',
    true_value = 't',
    false_value = 'f',
    int64 = 'l',
    uint64 = 'u',
    float64 = 'd',
    string = '"',
    array = '[',
    object = '{',
  };
  static constexpr std::uint64_t null_word = std::uint64_t{'n'} << 56;
  static constexpr Tape null_tape{&null_word, nullptr};

  Value(const Tape* tape, std::size_t index) : tape_{tape}, index_{index} {}

  [[nodiscard]] std::uint64_t word() const { return tape_->words[index_]; }
  [[nodiscard]] Mark mark() const { return static_cast<Mark>(word() >> 56); }
  /// Of a string.
  [[nodiscard]] std::string_view text() const {
    const std::uint8_t* const at = tape_->strings + (word() & 0x00FF'FFFF'FFFF'FFFF);
    std::uint32_t size = 0;
    std::memcpy(&size, at, sizeof size);
    return {reinterpret_cast<const char*>(at + sizeof size), size};
  }

  /// The places of a container's first child, after its last, and after this value.
  [[nodiscard]] Value first() const { return {tape_, index_ + 1}; }
  [[nodiscard]] Value last() const { return {tape_, after() - 1}; }
  [[nodiscard]] Value next() const { return {tape_, after()}; }
  [[nodiscard]] std::size_t after() const {
    switch (mark()) {
      case Mark::array:
      case Mark::object: return static_cast<std::uint32_t>(word());
      case Mark::int64:
      case Mark::uint64:
      case Mark::float64: return index_ + 2;  // the number stands in the second word
      case Mark::null:
      case Mark::true_value:
      case Mark::false_value:
      case Mark::string: break;
    }
    return index_ + 1;
  }
  template <typename T>
  [[nodiscard]] T number() const {
    T number{};
    std::memcpy(&number, &tape_->words[index_ + 1], sizeof number);
    return number;
  }

  const Tape* tape_{&null_tape};
  std::size_t index_{};  ///< of the value's first word
};

/// A member of an object.
struct Member {
  std::string_view key;
  Value value;
};

/// A range over the items of an array.
class Value::Items {
 public:
  class Iterator {
   public:
    using value_type = Value;

    explicit Iterator(Value place) : place_{place} {}
    Value operator*() const { return place_; }
    Iterator& operator++() {
      place_ = place_.next();
      return *this;
    }
    bool operator==(const Iterator& other) const { return place_.index_ == other.place_.index_; }

   private:
    Value place_;
  };

  Items(Value first, Value last) : first_{first}, last_{last} {}
  [[nodiscard]] Iterator begin() const { return Iterator{first_}; }
  [[nodiscard]] Iterator end() const { return Iterator{last_}; }

 private:
  Value first_;
  Value last_;
};

/// A range over the members of an object.
class Value::Members {
 public:
  class Iterator {
   public:
    using value_type = Member;

    explicit Iterator(Value place) : place_{place} {}
    Member operator*() const { return {place_.text(), place_.first()}; }
    Iterator& operator++() {
      place_ = place_.first().next();
      return *this;
    }
    bool operator==(const Iterator& other) const { return place_.index_ == other.place_.index_; }

   private:
    Value place_;  ///< of the key; its value stands right after
  };

  Members(Value first, Value last) : first_{first}, last_{last} {}
  [[nodiscard]] Iterator begin() const { return Iterator{first_}; }
  [[nodiscard]] Iterator end() const { return Iterator{last_}; }

 private:
  Value first_;
  Value last_;
};

inline std::size_t Value::size() const {
  return is_array() || is_object() ? (word() >> 32) & 0x00FF'FFFF : 0;
}

inline Value::Items Value::items() const {
  return is_array() ? Items{first(), last()} : Items{{}, {}};
}

inline Value::Members Value::members() const {
  return is_object() ? Members{first(), last()} : Members{{}, {}};
}

inline Value Value::at(std::size_t index) const {
  for (const Value item : items()) {
    if (index-- == 0) return item;
  }
  return {};
}

}  // namespace veche::json
