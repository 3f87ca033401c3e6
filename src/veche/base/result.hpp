#pragma once

/// @file
/// Expected failures as values.

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace veche {

/// Every failure a caller may have to handle. One flat list: a failure is named once.
/// Those after `io` are the codes of the chat's contract and read like its wire text.
enum class Errc : std::uint8_t {
  closed,      ///< the connection, session, socket or store has ended
  overloaded,  ///< a bounded queue is full; nothing was queued
  invalid,     ///< the input breaks a rule of its format; nothing was done
  io,          ///< the operating system or a database said no
  unauthorized,
  token_expired,
  token_revoked,
  bad_request,
  validation,
  forbidden,
  not_found,
  conflict,
  too_large,
  rate_limited,
  blocked,
  read_only,
  unavailable,
  internal,
  unknown_event,
};

/// Why there is no result: the code decides, the text explains. The text is English, fit for
/// the peer that caused the failure, and may be empty.
struct Error {
  Errc code{};
  std::string text{};

  bool operator==(const Error&) const = default;
};

/// Either a T or the reason why there is none.
template <typename T>
using Result = tl::expected<T, Error>;

/// Returned where a Result is expected: `return fail(Errc::closed);`
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string text = {}) {
  return tl::unexpected<Error>{Error{code, std::move(text)}};
}

}  // namespace veche
