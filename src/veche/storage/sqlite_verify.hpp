#pragma once

/// @file
/// Whether a database holds together, for `veche check`.

#include <string>

#include "veche/base/result.hpp"
#include "veche/storage/sqlite_database.hpp"

namespace veche::storage {

/// Checks the pages (SQLite's quick_check), that the log has no gap, and that each chat's
/// counters agree with the log. Gives one line about what is there.
///
/// Time      Reads everything. Errors  Errc::invalid with the first thing that does not hold;
/// Errc::io when it cannot be read.
[[nodiscard]] Result<std::string> verify(Database& database);

}  // namespace veche::storage
