#include "veche/dto/people.hpp"

#include "veche/dto/fields.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::dto {

namespace {

constexpr std::size_t profile_change_bytes_max = 4'096;

}  // namespace

Result<domain::ProfileChanges> parse_profile(json::Value body) {
  Fields fields{body};
  domain::ProfileChanges changes;
  fields.change("name", changes.name, profile_change_bytes_max);
  fields.change("avatar", changes.avatar, profile_change_bytes_max);
  if (fields.error() != nullptr) return tl::unexpected<Error>{*fields.error()};
  return changes;
}

void write_users(json::Writer& json, const domain::UserPage& page) {
  json.begin_object().key("users").begin_array();
  for (const auto& user : page.users) write_user(json, user);
  json.end_array().member("total", page.total).member("limit", page.limit);
  json.member("skip", page.skip).member("hasMore", page.has_more()).end_object();
}

}  // namespace veche::dto
