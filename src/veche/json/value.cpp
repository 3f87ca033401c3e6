#include "veche/json/value.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <simdjson.h>

namespace veche::json {
namespace {

using Tape = simdjson::internal::tape_ref;
using TapeType = simdjson::internal::tape_type;

/// Objects of up to this many members are searched for duplicates pair by pair.
constexpr std::size_t pairwise_max = 16;

Tape tape_at(const void* document, std::size_t index) {
  return {static_cast<const simdjson::dom::document*>(document), index};
}

/// `number` as an integer of type T when it is one; `end` is the first double above T's range.
template <typename T>
std::optional<T> integral(double number, double end) {
  const double begin = std::is_signed_v<T> ? -end : 0.0;
  if (!(number >= begin && number < end) || std::trunc(number) != number) return std::nullopt;
  return static_cast<T>(number);
}

/// Shorter keys first: equal keys become neighbours, and most pairs are told apart at once.
bool length_then_bytes(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

Type Value::type() const {
  if (document_ == nullptr) return Type::null;
  switch (tape_at(document_, index_).tape_ref_type()) {
    case TapeType::START_ARRAY: return Type::array;
    case TapeType::START_OBJECT: return Type::object;
    case TapeType::STRING: return Type::string;
    case TapeType::INT64:
    case TapeType::UINT64:
    case TapeType::DOUBLE: return Type::number;
    case TapeType::TRUE_VALUE:
    case TapeType::FALSE_VALUE: return Type::boolean;
    case TapeType::NULL_VALUE:
    case TapeType::ROOT:
    case TapeType::END_ARRAY:
    case TapeType::END_OBJECT: break;
  }
  return Type::null;
}

std::optional<bool> Value::as_bool() const {
  if (!is_boolean()) return std::nullopt;
  return tape_at(document_, index_).is_true();
}

std::optional<std::int64_t> Value::as_int() const {
  if (!is_number()) return std::nullopt;
  const Tape tape = tape_at(document_, index_);
  if (tape.is_int64()) return tape.next_tape_value<std::int64_t>();
  if (tape.is_uint64()) return std::nullopt;
  return integral<std::int64_t>(tape.next_tape_value<double>(), 0x1p63);
}

std::optional<std::uint64_t> Value::as_uint() const {
  if (!is_number()) return std::nullopt;
  const Tape tape = tape_at(document_, index_);
  if (tape.is_uint64()) return tape.next_tape_value<std::uint64_t>();
  if (tape.is_double()) return integral<std::uint64_t>(tape.next_tape_value<double>(), 0x1p64);
  const auto number = tape.next_tape_value<std::int64_t>();
  if (number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::optional<double> Value::as_double() const {
  if (!is_number()) return std::nullopt;
  const Tape tape = tape_at(document_, index_);
  if (tape.is_int64()) return static_cast<double>(tape.next_tape_value<std::int64_t>());
  if (tape.is_uint64()) return static_cast<double>(tape.next_tape_value<std::uint64_t>());
  return tape.next_tape_value<double>();
}

std::optional<std::string_view> Value::as_string() const {
  if (!is_string()) return std::nullopt;
  return tape_at(document_, index_).get_string_view();
}

std::size_t Value::size() const {
  if (!is_array() && !is_object()) return 0;
  return tape_at(document_, index_).scope_count();
}

Value::Items Value::items() const { return is_array() ? Items{first(), last()} : Items{{}, {}}; }

Value::Members Value::members() const {
  return is_object() ? Members{first(), last()} : Members{{}, {}};
}

Value Value::at(std::size_t index) const {
  for (const Value item : items()) {
    if (index-- == 0) return item;
  }
  return {};
}

std::optional<Value> Value::find(std::string_view key) const {
  for (const Member member : members()) {
    if (member.key == key) return member.value;
  }
  return std::nullopt;
}

Result<std::optional<Value>> Value::lookup(std::string_view key) const {
  std::optional<Value> found;
  for (const Member member : members()) {
    if (member.key != key) continue;
    if (found) return fail(Errc::bad_request, "duplicate key");
    found = member.value;
  }
  return found;
}

bool Value::has_duplicate_keys() const {
  std::string_view few[pairwise_max];
  if (const std::size_t count = size(); count <= pairwise_max) {
    std::size_t seen = 0;
    for (const Member member : members()) {
      if (std::find(few, few + seen, member.key) != few + seen) return true;
      few[seen++] = member.key;
    }
    return false;
  }
  std::vector<std::string_view> keys;
  for (const Member member : members()) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end(), length_then_bytes);
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

Value Value::last() const { return {document_, tape_at(document_, index_).after_element() - 1}; }

Value Value::next() const { return {document_, tape_at(document_, index_).after_element()}; }

}  // namespace veche::json
