#pragma once

/// @file
/// The tables, and how an older database becomes one of today.

#include <span>

#include "veche/base/result.hpp"
#include "veche/base/rng.hpp"
#include "veche/storage/sqlite_database.hpp"

namespace veche::storage {

/// A fact whose rev is a multiple of this has a row in `marks`.
inline constexpr int facts_a_mark = 64;

/// Step n makes version n+1 of a database of version n. Steps are only ever added.
[[nodiscard]] std::span<const char* const> schema_steps();

/// Brings a database to the version after the last step, each step in a transaction of its own;
/// an empty one gets its epoch. Errc::invalid for a newer version or a database of another
/// program, which stay as they are; Errc::io.
[[nodiscard]] Result<void> migrate(Database& database, std::span<const char* const> steps,
                                   Rng& rng);

}  // namespace veche::storage
