#pragma once

/// @file
/// The answer to one REST request, in the contract's form (CONTRACT section 2, "REST errors").

#include <chrono>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/http/responder.hpp"

namespace veche::api {

/// What a refused peer is told about its rate.
struct RateAnswer {
  std::chrono::seconds retry_after{1};
  int limit{};  ///< for X-RateLimit-Limit; 0 leaves the X-RateLimit fields out
};

/// A Responder that speaks JSON. Every answer says `Cache-Control: no-store`.
///
///     reply.json(201, body);
///     reply.refuse({Errc::not_found, "Chat not found"});
///
/// Threads, Errors and Lifetime as http::Responder: answers once, or 500 by itself.
class Reply {
 public:
  explicit Reply(http::Responder responder) : responder_{std::move(responder)} {}

  void json(int status, std::string body);
  /// A page of an array: `X-Next-Cursor` says where to go on, unless the cursor is empty.
  void json_page(std::string body, const std::string& next_cursor);
  void html(std::string body);
  /// 200 in the media type `type`.
  void text(std::string_view type, std::string body);

  /// The failure's own status. Errc::unauthorized and its kin bring WWW-Authenticate,
  /// Errc::unavailable brings Retry-After.
  void refuse(const Error& error);
  /// Errc::rate_limited with what the peer is to wait.
  void refuse_rate(const RateAnswer& rate);
  /// 405 with `Allow`, 415: statuses that no Errc has.
  void refuse_method(std::string allow);
  void refuse_media_type();

 private:
  void answer(int status, std::string_view type, std::string body, http::Headers headers = {});
  void refuse_as(int status, const Error& error, http::Headers headers = {});

  http::Responder responder_;
};

}  // namespace veche::api
