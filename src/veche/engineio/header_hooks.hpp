#pragma once

/// @file
/// What the application adds to the headers of a session's answers: Engine.IO's events "headers"
/// and "initial_headers".

#include "veche/base/log.hpp"
#include "veche/base/task.hpp"
#include "veche/http/message.hpp"
#include "veche/http/responder.hpp"

namespace veche::engineio {

/// Called on the loop before an answer is sent, with the request that it answers, without its body:
/// what is added to `fields`, which is empty, goes out with the answer. It must not throw, and not
/// call the engine.
using HeadersHook = UniqueFunction<void(http::Headers& fields, const http::Request& request)>;

/// The two hooks, and what becomes of what they say.
///
///     hooks.on_headers([](http::Headers& fields, const http::Request&) {
///       fields.add("X-Node", "7");
///     });
///     hooks.add_to(accepted.headers, request);                      // of a 101
///     session.get(hooks.pass(request, std::move(responder)), now);  // of a 200, when it comes
///
/// A field that would break the answer is left out and logged: one whose name is no token or whose
/// value has a control byte, and those that frame a body or make a WebSocket.
///
/// Time      Nothing without a hook; with one a copy of each request's head.
/// Memory    What the hooks own, and that copy while an answer is awaited. Threads  One loop.
/// Errors    None. Lifetime  Outlives the responders that it gives, unless they answer 500.
class HeaderHooks {
 public:
  void on_initial_headers(HeadersHook hook) { on_initial_headers_ = std::move(hook); }
  void on_headers(HeadersHook hook) { on_headers_ = std::move(hook); }
  /// Where fields that are left out are written down; outlives this. Nowhere without one.
  void log_to(Log& log) { log_ = &log; }

  /// Adds what the hooks say about the answer to this request: both of them for one without a
  /// session id.
  void add_to(http::Headers& answer, const http::Request& request);

  /// A responder that does so on the way, when the answer is 200.
  [[nodiscard]] http::Responder pass(const http::Request& request, http::Responder responder);

 private:
  [[nodiscard]] bool is_unused() const { return !on_initial_headers_ && !on_headers_; }
  void add_safe(const http::Headers& fields, http::Headers& answer);

  HeadersHook on_initial_headers_;
  HeadersHook on_headers_;
  Log* log_{};
};

}  // namespace veche::engineio
