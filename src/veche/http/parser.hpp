#pragma once

/// @file
/// HTTP/1.1 and HTTP/1.0 requests from bytes in any cut, without any I/O (RFC 9112).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>

#include "veche/http/limits.hpp"
#include "veche/http/message.hpp"

namespace veche::http {

/// The requests of one connection, one after the other.
///
///     while (!bytes.empty()) {
///       auto outcome = parser.feed(bytes);
///       bytes.remove_prefix(outcome.consumed);
///       std::visit(connection, std::move(outcome.event));   // may stop here: an upgrade
///     }
///
/// What it asks for beyond a working parser: one Host that is a host; Content-Length once and in
/// digits; Transfer-Encoding exactly "chunked", once, never beside Content-Length or in HTTP/1.0;
/// no chunk extensions, no trailers; CRLF and nothing else ends a line. A request that could be
/// read in two ways is refused, so nothing can be smuggled past a proxy.
///
/// HTTP/1.0 is served without keep-alive, and its Upgrade fields are dropped as RFC 9110 section
/// 7.8 asks. A request that asks for an upgrade ends like any other, so the bytes after it stay
/// with the caller and belong to the new protocol. CONNECT is refused.
///
/// Time      Linear in the bytes, however they are cut. Reads no clock: the caller watches
///           phase(), closes an idle connection in silence, a slow head after its deadline, and
///           answers request_timeout to a slow body.
/// Memory    Between requests nothing but the object. A head that arrives whole is not copied;
///           a partial one is kept, at most Limits::header_bytes. A body takes what has arrived,
///           never what was announced.
/// Threads   Any one. Errors  Refused is an outcome; nothing is thrown but std::bad_alloc.
/// Lifetime  After Refused every further byte is swallowed and refused again.
class RequestParser {
 public:
  /// Every byte was taken; there is no request yet.
  struct NeedMore {};
  /// The head is whole and its sender waits: write "HTTP/1.1 100 Continue" and an empty line,
  /// then feed on. Or answer at once and close.
  struct ContinueExpected {};

  /// A Request is complete; `address` and `is_secure` are the caller's to set.
  using Event = std::variant<NeedMore, ContinueExpected, Request, Refused>;

  struct Outcome {
    std::size_t consumed{};  ///< all bytes with NeedMore, those up to the event otherwise
    Event event{};
  };

  enum class Phase : std::uint8_t {
    idle,  ///< no byte of a next request has come
    head,
    body,
  };

  explicit RequestParser(const Limits& limits = {});
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  ~RequestParser();

  /// Reads up to the end of one request. At most one event a call, so call again with what was
  /// not consumed.
  [[nodiscard]] Outcome feed(std::string_view bytes);

  [[nodiscard]] Phase phase() const;
  /// The request whose body is being read, without it, or what was read of the one that was
  /// refused; else null. Until the next feed().
  [[nodiscard]] const Request* head() const;

 private:
  struct Reading;

  Limits limits_;
  Refused refused_{};
  std::unique_ptr<Reading> reading_;  ///< the request under way, none between requests
};

/// The answer to a refused request: its text, and the end of the connection.
[[nodiscard]] Response to_response(const Refused& refused);

}  // namespace veche::http
