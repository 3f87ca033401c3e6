#include "veche/dto/people.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "veche/dto/fields.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::dto {

namespace {

constexpr std::size_t change_bytes_max = 4'096;
constexpr Range limit_range{1, 100};
constexpr Range skip_range{0, 1'000'000};

void read_change(Fields& fields, json::Value body, std::string_view key,
                 std::optional<std::string>& target) {
  std::string text;
  fields.text(key, text, change_bytes_max, Presence::optional);
  if (fields.error() != nullptr) return;
  const auto found = body.find(key);
  if (found && !found->is_null()) target = std::move(text);
}

Result<void> read_integer(std::string_view name, const std::optional<std::string>& text,
                          Range range, std::int64_t& target) {
  if (!text) return {};
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, target);
  if (error == std::errc{} && stop == end && target >= range.min && target <= range.max) return {};
  return fail(Errc::validation, std::string{name} + " must be an integer from " +
                                    std::to_string(range.min) + " to " + std::to_string(range.max));
}

}  // namespace

Result<domain::ProfileChanges> parse_profile(json::Value body) {
  Fields fields{body};
  domain::ProfileChanges changes;
  read_change(fields, body, "name", changes.name);
  read_change(fields, body, "avatar", changes.avatar);
  if (fields.error() != nullptr) return tl::unexpected<Error>{*fields.error()};
  return changes;
}

Result<domain::People::Part> parse_part(const std::optional<std::string>& limit,
                                        const std::optional<std::string>& skip) {
  domain::People::Part part;
  if (auto read = read_integer("limit", limit, limit_range, part.limit); !read)
    return tl::unexpected<Error>{std::move(read.error())};
  if (auto read = read_integer("skip", skip, skip_range, part.skip); !read)
    return tl::unexpected<Error>{std::move(read.error())};
  return part;
}

void write_users(json::Writer& json, const domain::UserPage& page) {
  json.begin_object().key("users").begin_array();
  for (const auto& user : page.users) write_user(json, user);
  json.end_array().member("total", page.total).member("limit", page.limit);
  json.member("skip", page.skip).member("hasMore", page.has_more()).end_object();
}

}  // namespace veche::dto
