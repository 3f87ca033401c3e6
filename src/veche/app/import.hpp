#pragma once

/// @file
/// Bringing users and chats in, a JSON object a line.

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/ledger.hpp"

namespace veche::app {

struct Imported {
  std::size_t users{};
  std::size_t chats{};
  std::size_t present{};  ///< lines whose user or chat was there already
};

/// Where lines go, and what they need.
struct ImportInto {
  domain::Ledger& ledger;
  const domain::Passwords& passwords;
  const Clock& clock;
  /// Called now and then with the number of lines read.
  std::function<void(std::size_t)> progress{};
};

/// Reads lines `{"user":{"_id"?,"email","name","password"?|"passwordHash"?}}` and
/// `{"chat":{"_id"?,"type","name"?,"participants":[ids]}}` until the end; empty lines are skipped.
/// A user whose id or email, and a chat whose id, is there already is counted and left as it is,
/// so that an import can be repeated. The first participant of a chat is its owner.
///
/// All or nothing, in one transaction. Errc::validation with "FILE:LINE: what is wrong";
/// Errc::io when the store failed. At most 1 MiB a line.
[[nodiscard]] Result<Imported> import_lines(std::istream& lines, std::string_view file,
                                            const ImportInto& into);

/// The lines of a file, "-" for standard input. Errc::not_found when it cannot be read.
[[nodiscard]] Result<Imported> import_from(const std::string& file, const ImportInto& into);

}  // namespace veche::app
