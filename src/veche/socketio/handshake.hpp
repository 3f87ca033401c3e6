#pragma once

/// @file
/// How a client came: `socket.handshake` in Socket.IO.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "veche/http/message.hpp"

namespace veche::socketio {

/// The request that opened the session, and what came with CONNECT.
///
///     if (socket.handshake().is_xdomain()) ...
///     socket.emit("handshake", Raw{socket.handshake().to_json()});
///
/// Time      Nothing is worked out before it is asked for; each call does it again. Memory  A
///           view. Threads  The Node's loop. Errors  None: of a request that was forgotten
///           everything is empty and the time is 1970.
/// Lifetime  Until Socket::forget_handshake(), or the end of the socket.
class Handshake {
 public:
  Handshake(const http::Request& request, std::string_view auth) : request_{request}, auth_{auth} {}

  [[nodiscard]] const http::Headers& headers() const { return request_.headers; }
  /// When the request came, as JavaScript writes a Date in UTC:
  /// "Tue Nov 24 2026 13:30:32 GMT+0000 (Coordinated Universal Time)".
  [[nodiscard]] std::string time_text() const;
  /// The same in milliseconds since 1970.
  [[nodiscard]] std::int64_t issued() const;
  /// The peer's, without port.
  [[nodiscard]] std::string_view address() const { return request_.address; }
  /// Whether a page asked, which says its Origin.
  [[nodiscard]] bool is_xdomain() const { return request_.headers.find("Origin").has_value(); }
  [[nodiscard]] bool is_secure() const { return request_.is_secure; }
  /// As it came: "/socket.io/?EIO=4&transport=websocket".
  [[nodiscard]] std::string_view url() const { return request_.target; }
  /// The parameters of the URL in order, decoded; any bytes.
  [[nodiscard]] std::vector<http::Header> query() const {
    return http::query_parameters(request_.query);
  }
  /// The JSON object that came with CONNECT, "{}" when none did.
  [[nodiscard]] std::string_view auth() const { return auth_; }

  /// All of it as Socket.IO's object: headers, time, address, xdomain, secure, issued, url, query,
  /// auth. Names of headers are in lower case, and what came several times is one text; query
  /// parameters that did are an array. Bytes that are no UTF-8 are taken for Latin-1 in headers and
  /// URL, and replaced by U+FFFD in the query, as Node does.
  [[nodiscard]] std::string to_json() const;

 private:
  const http::Request& request_;
  std::string_view auth_;
};

}  // namespace veche::socketio
