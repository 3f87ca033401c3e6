#pragma once

/// @file
/// Responses as bytes (RFC 9112 sections 4 to 6).

#include <string>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/base/time.hpp"
#include "veche/http/message.hpp"

namespace veche::http {

/// The answer to RequestParser::ContinueExpected.
inline constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

/// What an answer depends on besides the response.
struct AnswerTo {
  Method method{Method::get};
  bool keep_alive{true};    ///< of the request
  std::string_view date{};  ///< http_date(now), which the caller keeps for a second; may be empty
};

struct Answer {
  Frame frame{};
  bool close{};  ///< nothing may follow it on this connection
};

/// The whole answer: status line, fields, body.
///
///     const auto answer = serialize(response, {request.method, request.keep_alive, date});
///     connection.send(answer.frame);
///     if (answer.close) connection.finish();
///
/// Framing is decided here, so Content-Length, Transfer-Encoding and (but for 101) Connection of
/// `response` are left out. Content-Length is always written, for HEAD that of the body which is
/// then left out; 1xx, 204 and 304 have neither, but a 204 that asks for "Content-Length: 0" gets
/// it, as the contract's preflight does. "Connection: close" stands on the last answer.
///
/// Time      One pass over fields and body. Memory  One allocation, the frame.
/// Errors    Needs 100 <= status <= 599. A field may repeat what a request said, so a name that
///           is no token and a value with a control byte are hostile input and no broken
///           contract: in place of such an answer goes an empty 500 that closes, and not one of
///           its fields gets out. A caller that wants to say more asks has_safe_fields() first.
[[nodiscard]] Answer serialize(const Response& response, const AnswerTo& to);

/// Whether every field name is a token and every value free of control bytes but the tab.
[[nodiscard]] bool has_safe_fields(const Response& response);

/// "Tue, 24 Nov 2026 05:32:05 GMT" (RFC 9110 section 5.6.7). Needs a year of four digits.
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace veche::http
