#include "veche/engineio/answers.hpp"

#include <utility>

#include "veche/json/writer.hpp"

namespace veche::engineio {
namespace {

http::Response answer(int status, std::string_view content_type, std::string body) {
  http::Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.add("Content-Type", std::string{content_type});
  response.headers.add("Cache-Control", "no-store");
  return response;
}

int status_of(Refusal refusal) { return refusal == Refusal::forbidden ? 403 : 400; }

http::Response json_error(int status, Refusal code, std::string_view message) {
  std::string body;
  json::Writer json{body};
  json.begin_object();
  json.member("code", static_cast<unsigned>(code)).member("message", message);
  json.end_object();
  return answer(status, "application/json", std::move(body));
}

}  // namespace

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::unknown_transport: return "Transport unknown";
    case Refusal::unknown_sid: return "Session ID unknown";
    case Refusal::bad_handshake_method: return "Bad handshake method";
    case Refusal::bad_request: return "Bad request";
    case Refusal::forbidden: return "Forbidden";
    case Refusal::unsupported_protocol_version: return "Unsupported protocol version";
  }
  return "";
}

http::Response refuse(Refusal refusal, std::string_view message) {
  return json_error(status_of(refusal), refusal, message.empty() ? to_string(refusal) : message);
}

http::Response refuse_upgrade(Refusal refusal, std::string_view message) {
  auto response = answer(status_of(refusal), "text/html",
                         std::string{message.empty() ? to_string(refusal) : message});
  response.close = true;
  return response;
}

http::Response refuse_for_now() { return json_error(503, Refusal::forbidden, "Too many sessions"); }

http::Response answer_get(std::string payload) {
  return answer(200, "text/plain; charset=UTF-8", std::move(payload));
}

http::Response answer_post() { return answer(200, "text/html", "ok"); }

http::Response answer_empty(int status) { return {.status = status, .headers = {}, .body = {}}; }

http::Response refuse_method() {
  auto response = answer_empty(405);
  response.headers.add("Allow", "GET, POST");
  return response;
}

}  // namespace veche::engineio
