#include "veche/api/reply.hpp"

#include <utility>

#include "veche/dto/errors.hpp"

namespace veche::api {

void Reply::answer(int status, std::string_view type, std::string body, http::Headers headers) {
  http::Response response{
      .status = status, .headers = std::move(headers), .body = std::move(body), .close = false};
  response.headers.add("Content-Type", std::string{type});
  response.headers.add("Cache-Control", "no-store");
  responder_.respond(std::move(response));
}

void Reply::json(int status, std::string body) {
  answer(status, "application/json; charset=utf-8", std::move(body));
}

void Reply::json_page(std::string body, const std::string& next_cursor) {
  http::Headers headers;
  if (!next_cursor.empty()) {
    headers.add("X-Next-Cursor", next_cursor);
    headers.add("Access-Control-Expose-Headers", "X-Next-Cursor");
  }
  answer(200, "application/json; charset=utf-8", std::move(body), std::move(headers));
}

void Reply::html(std::string body) { answer(200, "text/html; charset=utf-8", std::move(body)); }

void Reply::text(std::string_view type, std::string body) { answer(200, type, std::move(body)); }

void Reply::refuse_as(int status, const Error& error, http::Headers headers) {
  std::string body;
  json::Writer json{body};
  dto::write_rest_error(json, {status, http::reason_phrase(status)}, error);
  answer(status, "application/json; charset=utf-8", std::move(body), std::move(headers));
}

void Reply::refuse(const Error& error) {
  const int status = dto::status_of(error.code);
  http::Headers headers;
  if (status == 401) headers.add("WWW-Authenticate", "Bearer");
  if (status == 503) headers.add("Retry-After", "1");
  refuse_as(status, error, std::move(headers));
}

void Reply::refuse_rate(const RateAnswer& rate) {
  http::Headers headers;
  const auto seconds = std::to_string(rate.retry_after.count());
  headers.add("Retry-After", seconds);
  if (rate.limit > 0) {
    headers.add("X-RateLimit-Limit", std::to_string(rate.limit));
    headers.add("X-RateLimit-Remaining", "0");
    headers.add("X-RateLimit-Reset", seconds);
  }
  refuse_as(429, {Errc::rate_limited, {}}, std::move(headers));
}

void Reply::refuse_method(std::string allow) {
  http::Headers headers;
  headers.add("Allow", std::move(allow));
  refuse_as(405, {Errc::bad_request, "Method not allowed"}, std::move(headers));
}

void Reply::refuse_media_type() {
  refuse_as(415, {Errc::bad_request, "Content-Type must be application/json"});
}

}  // namespace veche::api
