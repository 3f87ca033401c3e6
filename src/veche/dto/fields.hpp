#pragma once

/// @file
/// Reading the members of a JSON object strictly: the type is exact, no key stands twice, and
/// every refusal names the member.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/json/value.hpp"

namespace veche::dto {

enum class Presence : bool {
  optional,  ///< missing and null leave the target as it is
  required,
};

struct Range {
  std::int64_t min{};
  std::int64_t max{};
};

/// Reads member after member, each once, until one is wrong; what follows then does nothing.
///
///     Fields fields{body};
///     fields.text("name", input.name, 80).text("avatar", input.avatar, 200, Presence::optional);
///     if (const Error* error = fields.error()) return tl::unexpected{*error};
///
/// Time      Linear in the object for each member. Memory  Limits are in bytes of UTF-8 for
///           texts, in items for lists.
/// Threads   As the value's. Errors  The first one is kept: Errc::validation, but
///           Errc::bad_request for a key that stands twice. Members nobody asks for are ignored.
/// Lifetime  The value's; what was read into a std::string is copied.
class Fields {
 public:
  /// `object` may be anything: what is no object is refused, as a missing one.
  explicit Fields(json::Value object);

  /// A string of at most `bytes_max` bytes, without U+0000; not empty when required.
  Fields& text(std::string_view key, std::string& target, std::size_t bytes_max,
               Presence presence = Presence::required);

  /// A string, whatever it holds, for readers that judge it themselves.
  Fields& any_text(std::string_view key, std::string& target,
                   Presence presence = Presence::required);
  /// The same without a copy: valid as long as the value.
  Fields& any_text(std::string_view key, std::string_view& target,
                   Presence presence = Presence::required);

  /// The id of a user or of a chat. A string that can be no id is answered as one that names
  /// nothing: with `unknown`.
  Fields& id(std::string_view key, std::string& target, const Error& unknown,
             Presence presence = Presence::required);
  /// The same without a copy: valid as long as the value.
  Fields& id(std::string_view key, std::string_view& target, const Error& unknown,
             Presence presence = Presence::required);

  /// A list of at most `count_max` ids; not there leaves `target` as it is.
  Fields& ids(std::string_view key, std::vector<std::string>& target, std::size_t count_max,
              const Error& unknown);

  /// An integer in `range`; true when it was there.
  bool integer(std::string_view key, std::int64_t& target, Range range);

  /// True or false; not there leaves `target` as it is.
  Fields& flag(std::string_view key, bool& target);

  /// As text(), for what may be changed: missing and null leave `target` as it is, an empty
  /// string is a value.
  Fields& change(std::string_view key, std::optional<std::string>& target, std::size_t bytes_max);

  /// Whether there are members that nobody has asked for yet: without them, optional ones need not
  /// be asked for.
  [[nodiscard]] bool has_more() const { return !failed_ && found_ < object_.size(); }

  /// nullptr while nothing was wrong.
  [[nodiscard]] const Error* error() const { return failed_ ? &error_ : nullptr; }
  void fail(Errc code, std::string text);

 private:
  [[nodiscard]] json::Value lookup(std::string_view key);
  [[nodiscard]] std::string_view string(std::string_view key, Presence presence, bool& is_there);
  /// Whether it may be such a text; else it is refused.
  [[nodiscard]] bool judge(std::string_view key, std::string_view text, std::size_t bytes_max,
                           Presence presence);

  json::Value object_;
  std::size_t found_{};  // how many members were asked for: none are left when that is all
  bool failed_{};
  Error error_;
};

}  // namespace veche::dto
