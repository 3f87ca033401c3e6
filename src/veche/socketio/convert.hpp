#pragma once

/// @file
/// C++ values to and from the JSON of arguments: which types there are, and how to add one.

#include <concepts>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "veche/json/value.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {

/// Bytes, a Buffer in JavaScript: an attachment of the packet, and a placeholder in its JSON.
struct Binary {
  std::string bytes{};

  bool operator==(const Binary&) const = default;
};

/// The same without owning them; read, it is valid during the handler.
struct BinaryView {
  std::string_view bytes{};

  bool operator==(const BinaryView&) const = default;
};

/// Makes a struct of yours an object with named members, in both directions:
///
///     template <>
///     struct veche::socketio::Fields<Point> {
///       static constexpr auto list = fields(field("x", &Point::x), field("y", &Point::y));
///     };
///
/// Needs a T that can be made from nothing. A member that is an empty std::optional is left out
/// when it is written, and may be absent or null when it is read. Members that are not listed are
/// ignored; one that is given twice is refused.
template <typename T>
struct Fields;

template <typename T, typename M>
struct Field {
  std::string_view name;
  M T::*member;
};

template <typename T, typename M>
[[nodiscard]] constexpr Field<T, M> field(std::string_view name, M T::*member) {
  return {name, member};
}

template <typename... F>
[[nodiscard]] constexpr std::tuple<F...> fields(F... list) {
  return {list...};
}

template <typename T>
concept HasFields = requires {
  Fields<T>::list;
};

/// Where values are written: JSON, and the bytes that stand beside it.
struct Writing {
  json::Writer json;
  Attachments& attachments;

  void binary(std::string_view bytes);
};

/// What values are read from, and what was found wrong.
class Reading {
 public:
  explicit Reading(const Attachments& attachments) : attachments_{attachments} {}

  /// False, with "a string is needed" for what stands at the place that is being read.
  bool need(std::string_view what);
  bool refuse(std::string_view why);
  /// False, with one more step in front of the place: ".x", "[3]".
  bool inside_member(std::string_view name);
  bool inside_item(std::size_t index);
  bool inside_argument(std::size_t number);

  /// The bytes that a placeholder stands for; none when `value` is no placeholder of one of these
  /// attachments.
  [[nodiscard]] std::optional<std::string_view> binary(json::Value value) const;

  /// "argument 1.x: a number is needed"; empty when nothing was wrong.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  const Attachments& attachments_;
  std::string problem_;
};

/// How values of type T are written and read:
///
///     static void write(Writing& out, const T& value);
///     static bool read(Reading& in, json::Value value, T& out);   // false after need()
///
/// There are: bool; integers, whose range is checked (a number like 7.0 is one); double and float;
/// strings; Binary and BinaryView; std::vector; std::map and std::unordered_map by std::string;
/// std::optional, for what is null or absent; json::Value, for anything; structs with Fields.
/// A std::string_view, BinaryView or json::Value that is read is valid during the handler.
///
/// Strings must be valid UTF-8. JavaScript keeps integers exactly up to 2^53.
template <typename T>
struct Convert {
  static_assert(!sizeof(T), "this type is no argument: see Fields in convert.hpp");
};

template <>
struct Convert<bool> {
  static void write(Writing& out, bool value) { out.json.boolean(value); }
  static bool read(Reading& in, json::Value value, bool& out);
};

template <>
struct Convert<std::nullptr_t> {
  static void write(Writing& out, std::nullptr_t) { out.json.null(); }
};

template <std::integral T>
struct Convert<T> {
  static void write(Writing& out, T value) { out.json.number(value); }
  static bool read(Reading& in, json::Value value, T& out) {
    if constexpr (std::is_signed_v<T>) {
      return take(in, value.is_number(), value.as_int(), out);
    } else {
      return take(in, value.is_number(), value.as_uint(), out);
    }
  }

 private:
  template <typename Widest>
  static bool take(Reading& in, bool is_number, std::optional<Widest> number, T& out) {
    if (!is_number) return in.need("a number");
    if (!number || *number > static_cast<Widest>(std::numeric_limits<T>::max()) ||
        *number < static_cast<Widest>(std::numeric_limits<T>::min()))
      return in.need("an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                     std::to_string(std::numeric_limits<T>::max()));
    out = static_cast<T>(*number);
    return true;
  }
};

template <std::floating_point T>
struct Convert<T> {
  static void write(Writing& out, T value) { out.json.number(static_cast<double>(value)); }
  static bool read(Reading& in, json::Value value, T& out) {
    const auto number = value.as_double();
    if (!number) return in.need("a number");
    out = static_cast<T>(*number);
    return true;
  }
};

/// Read into a std::string or a std::string_view; written from anything that is text.
template <typename T>
requires std::convertible_to<const T&, std::string_view>
struct Convert<T> {
  static void write(Writing& out, const T& value) { out.json.string(value); }
  static bool read(Reading& in, json::Value value, T& out) {
    static_assert(!std::is_pointer_v<T>, "read a std::string or a std::string_view");
    const auto text = value.as_string();
    if (!text) return in.need("a string");
    out = T{*text};
    return true;
  }
};

template <>
struct Convert<json::Value> {
  static void write(Writing& out, json::Value value) { out.json.value(value); }
  static bool read(Reading&, json::Value value, json::Value& out) {
    out = value;
    return true;
  }
};

template <>
struct Convert<Binary> {
  static void write(Writing& out, const Binary& value) { out.binary(value.bytes); }
  static bool read(Reading& in, json::Value value, Binary& out);
};

template <>
struct Convert<BinaryView> {
  static void write(Writing& out, BinaryView value) { out.binary(value.bytes); }
  static bool read(Reading& in, json::Value value, BinaryView& out);
};

template <typename T>
struct Convert<std::optional<T>> {
  static void write(Writing& out, const std::optional<T>& value) {
    if (!value) {
      out.json.null();
    } else {
      Convert<T>::write(out, *value);
    }
  }
  static bool read(Reading& in, json::Value value, std::optional<T>& out) {
    if (value.is_null()) {
      out.reset();
      return true;
    }
    return Convert<T>::read(in, value, out.emplace());
  }
};

template <typename T>
struct Convert<std::vector<T>> {
  static void write(Writing& out, const std::vector<T>& value) {
    out.json.begin_array();
    for (const auto& item : value) Convert<T>::write(out, item);
    out.json.end_array();
  }
  static bool read(Reading& in, json::Value value, std::vector<T>& out) {
    if (!value.is_array()) return in.need("an array");
    out.clear();
    for (const json::Value each : value.items()) {
      T item{};
      if (!Convert<T>::read(in, each, item)) return in.inside_item(out.size());
      out.push_back(std::move(item));
    }
    return true;
  }
};

/// A map by std::string.
template <typename Map>
struct ConvertMap {
  using T = typename Map::mapped_type;

  static void write(Writing& out, const Map& value) {
    out.json.begin_object();
    for (const auto& [key, item] : value) {
      out.json.key(key);
      Convert<T>::write(out, item);
    }
    out.json.end_object();
  }
  static bool read(Reading& in, json::Value value, Map& out) {
    if (!value.is_object()) return in.need("an object");
    out.clear();
    for (const json::Member member : value.members()) {
      const auto [place, is_new] = out.try_emplace(std::string{member.key});
      if (!is_new) in.refuse("it is given twice");
      if (!is_new || !Convert<T>::read(in, member.value, place->second))
        return in.inside_member(member.key);
    }
    return true;
  }
};

template <typename T>
struct Convert<std::map<std::string, T>> : ConvertMap<std::map<std::string, T>> {};
template <typename T>
struct Convert<std::unordered_map<std::string, T>>
    : ConvertMap<std::unordered_map<std::string, T>> {};

template <HasFields T>
struct Convert<T> {
  static void write(Writing& out, const T& value) {
    out.json.begin_object();
    std::apply([&](const auto&... each) { (write_member(out, value, each), ...); },
               Fields<T>::list);
    out.json.end_object();
  }
  static bool read(Reading& in, json::Value value, T& out) {
    if (!value.is_object()) return in.need("an object");
    return std::apply(
        [&](const auto&... each) { return (read_member(in, value, each, out) && ...); },
        Fields<T>::list);
  }

 private:
  template <typename M>
  static bool is_left_out(const std::optional<M>& value) {
    return !value.has_value();
  }
  template <typename M>
  static bool is_left_out(const M&) {
    return false;
  }

  template <typename M>
  static void write_member(Writing& out, const T& value, const Field<T, M>& field) {
    if (is_left_out(value.*field.member)) return;
    out.json.key(field.name);
    Convert<M>::write(out, value.*field.member);
  }
  template <typename M>
  static bool read_member(Reading& in, json::Value value, const Field<T, M>& field, T& out) {
    const auto found = value.lookup(field.name);
    if (!found) in.refuse("it is given twice");
    if (found && Convert<M>::read(in, found->value_or(json::Value{}), out.*field.member))
      return true;
    return in.inside_member(field.name);
  }
};

}  // namespace veche::socketio
