#include "veche/dto/errors.hpp"

#include <array>
#include <cstddef>

namespace veche::dto {

namespace {

struct Row {
  Errc errc;
  std::string_view code;
  int status;
  std::string_view text;
};

// In the order of Errc.
constexpr std::array<Row, 19> rows{{
    {Errc::closed, "unavailable", 503, "Service unavailable"},
    {Errc::overloaded, "unavailable", 503, "Service unavailable"},
    {Errc::invalid, "bad_request", 400, "Bad request"},
    {Errc::io, "unavailable", 503, "Service unavailable"},
    {Errc::unauthorized, "unauthorized", 401, "Unauthorized"},
    {Errc::token_expired, "token_expired", 401, "Token expired"},
    {Errc::token_revoked, "token_revoked", 401, "Token revoked"},
    {Errc::bad_request, "bad_request", 400, "Bad request"},
    {Errc::validation, "validation", 400, "Validation failed"},
    {Errc::forbidden, "forbidden", 403, "Access denied"},
    {Errc::not_found, "not_found", 404, "Not found"},
    {Errc::conflict, "conflict", 409, "Conflict"},
    {Errc::too_large, "too_large", 413, "Too large"},
    {Errc::rate_limited, "rate_limited", 429, "Too many requests"},
    {Errc::blocked, "blocked", 403, "Blocked"},
    {Errc::read_only, "read_only", 403, "Read only"},
    {Errc::unavailable, "unavailable", 503, "Service unavailable"},
    {Errc::internal, "internal", 500, "Internal error"},
    {Errc::unknown_event, "unknown_event", 400, "Unknown event"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].errc != static_cast<Errc>(i)) return false;
  }
  return true;
}
static_assert(in_order());

const Row& row(Errc code) { return rows[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view code_of(Errc code) { return row(code).code; }

int status_of(Errc code) { return row(code).status; }

std::string_view text_of(const Error& error) {
  const Row& known = row(error.code);
  return error.text.empty() || known.status >= 500 ? known.text : std::string_view{error.text};
}

void write_failure(json::Writer& json, const Error& error) {
  json.begin_object().member("success", false).member("error", text_of(error));
  json.member("code", code_of(error.code)).end_object();
}

void write_exception(json::Writer& json, const Error& error, std::string_view pattern,
                     std::string_view data) {
  json.begin_object().member("status", "error").member("message", text_of(error));
  json.member("code", code_of(error.code)).key("cause").begin_object();
  json.member("pattern", pattern).key("data").raw(data.empty() ? "null" : data);
  json.end_object().end_object();
}

void write_auth_error(json::Writer& json, Errc code) {
  json.begin_object().member("code", code_of(code)).member("message", row(code).text).end_object();
}

void write_rest_error(json::Writer& json, const Status& status, const Error& error) {
  json.begin_object().member("statusCode", status.code).member("error", status.reason);
  json.member("message", text_of(error)).member("code", code_of(error.code)).end_object();
}

}  // namespace veche::dto
