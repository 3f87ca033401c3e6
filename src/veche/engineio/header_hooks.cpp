#include "veche/engineio/header_hooks.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "veche/engineio/verify.hpp"
#include "veche/http/syntax.hpp"

namespace veche::engineio {
namespace {

/// How much of a name that is left out is written down.
constexpr std::size_t logged_name_max = 64;

/// What says where an answer ends and how it is coded, or makes a WebSocket of the connection.
bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{
      "connection", "content-encoding",  "content-length", "content-type",
      "date",       "transfer-encoding", "upgrade"};
  constexpr std::string_view handshake = "sec-websocket-";
  return http::equals_ignoring_case(name.substr(0, handshake.size()), handshake) ||
         std::any_of(names.begin(), names.end(), [name](std::string_view reserved) {
           return http::equals_ignoring_case(name, reserved);
         });
}

bool is_safe(const http::Header& field) {
  return http::is_token(field.name) && http::is_field_value(field.value) &&
         !is_reserved(field.name);
}

http::Request without_body(const http::Request& request) {
  return {.method = request.method,
          .target = request.target,
          .path = request.path,
          .query = request.query,
          .headers = request.headers,
          .address = request.address,
          .arrived = request.arrived,
          .is_secure = request.is_secure,
          .keep_alive = request.keep_alive};
}

}  // namespace

void HeaderHooks::add_to(http::Headers& answer, const http::Request& request) {
  if (is_unused()) return;
  http::Headers fields;
  if (on_initial_headers_ && read_query(request).sid.empty()) on_initial_headers_(fields, request);
  if (on_headers_) on_headers_(fields, request);
  add_safe(fields, answer);
}

void HeaderHooks::add_safe(const http::Headers& fields, http::Headers& answer) {
  for (const auto& field : fields) {
    if (is_safe(field)) {
      answer.add(field.name, field.value);
    } else if (log_ != nullptr) {
      log_->event("header left out", "a header of the application's is left out: " +
                                         field.name.substr(0, logged_name_max));
    }
  }
}

http::Responder HeaderHooks::pass(const http::Request& request, http::Responder responder) {
  if (is_unused()) return responder;
  const auto outer = std::make_shared<http::Responder>(std::move(responder));
  const auto inner = std::make_shared<http::Exchange>(
      [this, outer, head = without_body(request)](http::Response answer) {
        if (answer.status == 200) add_to(answer.headers, head);
        outer->respond(std::move(answer));
      });
  outer->on_abandoned([waiting = std::weak_ptr{inner}] {
    if (const auto exchange = waiting.lock()) exchange->abandon();
  });
  return http::Responder{inner};
}

}  // namespace veche::engineio
