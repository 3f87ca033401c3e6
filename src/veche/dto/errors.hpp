#pragma once

/// @file
/// Failures as clients read them (CONTRACT section 2, "Codes" and "REST errors").

#include <string_view>

#include "veche/base/result.hpp"
#include "veche/json/writer.hpp"

namespace veche::dto {

/// The `code` of a failure, "validation". The failures of machinery (closed, overloaded, io,
/// invalid) are told by the contract's codes too.
[[nodiscard]] std::string_view code_of(Errc code);

/// The HTTP status of a failure, 400 to 503.
[[nodiscard]] int status_of(Errc code);

/// What the peer may read: the error's own text, or the code's text when that is empty. What
/// went wrong inside (io, internal, unavailable) is never told, only that it did.
[[nodiscard]] std::string_view text_of(const Error& error);

/// The ack of a failed event: `{"success":false,"error":"Access denied","code":"forbidden"}`.
void write_failure(json::Writer& json, const Error& error);

/// The event `exception`, for a failure that no ack can carry:
/// `{"status":"error","message":..,"code":..,"cause":{"pattern":"message:send","data":..}}`.
/// `data` is the payload that was refused, as JSON; null when empty.
void write_exception(json::Writer& json, const Error& error, std::string_view pattern,
                     std::string_view data);

/// The event `auth:error`: `{"code":"token_expired","message":"Token expired"}`. The text is the
/// code's own, never the one that is meant for the log.
void write_auth_error(json::Writer& json, Errc code);

/// A REST failure's status line, as far as the body repeats it.
struct Status {
  int code{};
  std::string_view reason;  ///< "Not Found"
};

/// A REST error: `{"statusCode":404,"error":"Not Found","message":..,"code":"not_found"}`.
void write_rest_error(json::Writer& json, const Status& status, const Error& error);

}  // namespace veche::dto
