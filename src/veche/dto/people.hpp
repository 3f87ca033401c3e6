#pragma once

/// @file
/// The JSON of the users' routes (CONTRACT section 5, "users").

#include <optional>
#include <string>

#include "veche/base/result.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/domain/people.hpp"
#include "veche/json/value.hpp"
#include "veche/json/writer.hpp"

namespace veche::dto {

/// `{name?, avatar?}`. Errors  Errc::validation with a text that names the member.
[[nodiscard]] Result<domain::ProfileChanges> parse_profile(json::Value body);

/// `limit` and `skip` of a query string, as they stand there. Errors  Errc::validation for what
/// is no integer in range: 1 to 100, and 0 to a million.
[[nodiscard]] Result<domain::People::Part> parse_part(const std::optional<std::string>& limit,
                                                      const std::optional<std::string>& skip);

/// `{users, total, limit, skip, hasMore}`.
void write_users(json::Writer& json, const domain::UserPage& page);

}  // namespace veche::dto
