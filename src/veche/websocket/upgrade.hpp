#pragma once

/// @file
/// The opening handshake of a server (RFC 6455 section 4.2).

#include <optional>

#include "veche/http/message.hpp"

namespace veche::websocket {

/// Whether a request wants to become a WebSocket at all, rightly or not: its Upgrade field
/// names "websocket".
[[nodiscard]] bool wants_upgrade(const http::Request& request);

/// None when the request may be upgraded; otherwise the answer that refuses it, whose body is the
/// reason as text:
///
///     if (auto refusal = check_upgrade(request)) return responder.respond(std::move(*refusal));
///     connection.write(accept_upgrade(request));
///
/// 400 a rule of section 4.1 is broken; 405 it is not a GET; 426 another version than 13 is asked
/// for. Subprotocols are not looked at, whatever their length: offering nothing declines them.
/// Extensions are agreed on elsewhere, and the origin is judged elsewhere.
///
/// Time      Linear in the header fields. Needs a request of HTTP/1.1.
[[nodiscard]] std::optional<http::Response> check_upgrade(const http::Request& request);

/// The answer 101 that turns the connection into a WebSocket, without extensions. Needs a request
/// that check_upgrade() does not refuse.
[[nodiscard]] http::Response accept_upgrade(const http::Request& request);

}  // namespace veche::websocket
