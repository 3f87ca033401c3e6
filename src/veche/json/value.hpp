#pragma once

/// @file
/// JSON that has been read: a view of one value in a parsed document. RFC 8259.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veche/base/result.hpp"

namespace veche::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

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
  [[nodiscard]] bool is_null() const { return type() == Type::null; }
  [[nodiscard]] bool is_boolean() const { return type() == Type::boolean; }
  [[nodiscard]] bool is_number() const { return type() == Type::number; }
  [[nodiscard]] bool is_string() const { return type() == Type::string; }
  [[nodiscard]] bool is_array() const { return type() == Type::array; }
  [[nodiscard]] bool is_object() const { return type() == Type::object; }

  [[nodiscard]] std::optional<bool> as_bool() const;

  /// The number when it is integral and fits: 7 and 7.0, not 7.5 and not 2^63.
  [[nodiscard]] std::optional<std::int64_t> as_int() const;

  /// The same from 0 to 2^64 - 1.
  [[nodiscard]] std::optional<std::uint64_t> as_uint() const;

  /// Any number; an integer beyond 2^53 is rounded. Always finite.
  [[nodiscard]] std::optional<double> as_double() const;

  /// Valid UTF-8 with the escapes resolved; may hold U+0000.
  [[nodiscard]] std::optional<std::string_view> as_string() const;

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

  Value(const void* document, std::size_t index) : document_{document}, index_{index} {}

  /// The places of a container's first child, after its last, and after this value.
  [[nodiscard]] Value first() const { return {document_, index_ + 1}; }
  [[nodiscard]] Value last() const;
  [[nodiscard]] Value next() const;

  const void* document_{};  ///< simdjson's document; nullptr for a null of our own
  std::size_t index_{};     ///< where the value stands on the document's tape
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
    Member operator*() const { return {*place_.as_string(), place_.first()}; }
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

}  // namespace veche::json
