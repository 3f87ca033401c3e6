#pragma once

/// @file
/// The JSON of the users' routes (CONTRACT section 5, "users").

#include "veche/base/result.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/domain/people.hpp"
#include "veche/json/value.hpp"
#include "veche/json/writer.hpp"

namespace veche::dto {

/// `{name?, avatar?}`. Errors  Errc::validation with a text that names the member.
[[nodiscard]] Result<domain::ProfileChanges> parse_profile(json::Value body);

/// `{users, total, limit, skip, hasMore}`.
void write_users(json::Writer& json, const domain::UserPage& page);

}  // namespace veche::dto
