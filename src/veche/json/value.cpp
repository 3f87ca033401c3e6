#include "veche/json/value.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace veche::json {
namespace {

/// Objects of up to this many members are searched for duplicates pair by pair.
constexpr std::size_t pairwise_max = 16;

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
  switch (mark()) {
    case Mark::null: return Type::null;
    case Mark::true_value:
    case Mark::false_value: return Type::boolean;
    case Mark::int64:
    case Mark::uint64:
    case Mark::float64: return Type::number;
    case Mark::string: return Type::string;
    case Mark::array: return Type::array;
    case Mark::object: return Type::object;
  }
  return Type::null;
}

std::optional<std::int64_t> Value::as_int() const {
  switch (mark()) {
    case Mark::int64: return number<std::int64_t>();
    case Mark::float64: return integral<std::int64_t>(number<double>(), 0x1p63);
    default: return std::nullopt;  // simdjson takes for unsigned only what is no int64
  }
}

std::optional<std::uint64_t> Value::as_uint() const {
  switch (mark()) {
    case Mark::uint64: return number<std::uint64_t>();
    case Mark::float64: return integral<std::uint64_t>(number<double>(), 0x1p64);
    case Mark::int64: break;
    default: return std::nullopt;
  }
  const auto integer = number<std::int64_t>();
  return integer < 0 ? std::nullopt : std::optional{static_cast<std::uint64_t>(integer)};
}

std::optional<double> Value::as_double() const {
  switch (mark()) {
    case Mark::int64: return static_cast<double>(number<std::int64_t>());
    case Mark::uint64: return static_cast<double>(number<std::uint64_t>());
    case Mark::float64: return number<double>();
    default: return std::nullopt;
  }
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

}  // namespace veche::json
