#pragma once

/// @file
/// The HTTP answers of Engine.IO.

#include <cstdint>
#include <string>
#include <string_view>

#include "veche/http/message.hpp"

namespace veche::engineio {

/// Why a request is refused. The numbers are the wire's codes.
enum class Refusal : std::uint8_t {
  unknown_transport = 0,
  unknown_sid = 1,
  bad_handshake_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_protocol_version = 5,
};

/// "Transport unknown", "Session ID unknown", ...
[[nodiscard]] std::string_view to_string(Refusal refusal);

/// 400, or 403 for forbidden, with `{"code":N,"message":"..."}`. `message` may replace the usual
/// text; valid UTF-8.
[[nodiscard]] http::Response refuse(Refusal refusal, std::string_view message = {});

/// The same for a WebSocket upgrade: the body is the message alone, and the connection ends.
[[nodiscard]] http::Response refuse_upgrade(Refusal refusal, std::string_view message = {});

/// 503: there is no room for one more session.
[[nodiscard]] http::Response refuse_for_now();

/// 200 with a payload: the answer to a GET.
[[nodiscard]] http::Response answer_get(std::string payload);

/// 200 with "ok": the answer to a POST.
[[nodiscard]] http::Response answer_post();

/// An answer without a body: 400, 413.
[[nodiscard]] http::Response answer_empty(int status);

/// 405 for what is neither GET nor POST.
[[nodiscard]] http::Response refuse_method();

}  // namespace veche::engineio
