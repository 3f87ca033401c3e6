#pragma once

/// @file
/// The answer to one request, given exactly once, now or later.

#include <memory>

#include "veche/base/task.hpp"
#include "veche/http/message.hpp"

namespace veche::http {

/// The connection's end of a request that waits for its answer.
class Exchange {
 public:
  using Deliver = UniqueFunction<void(Response)>;

  explicit Exchange(Deliver deliver) : deliver_{std::move(deliver)} {}

  /// The peer has gone: a later answer goes nowhere, and the answerer is told.
  void abandon();
  [[nodiscard]] bool is_pending() const { return static_cast<bool>(deliver_); }

 private:
  friend class Responder;
  Deliver deliver_;
  Task on_abandoned_;
};

/// The answerer's end: move-only, so that nobody can answer twice.
///
///     void handle(http::Request request, http::Responder responder) {
///       commands.read(..., [r = std::move(responder)](auto found) mutable { r.respond(...); });
///     }
///
/// Threads   The loop of the connection. Errors  A responder that is dropped without an answer
///           answers 500, so that no peer waits for ever; one whose peer has gone answers
///           nobody. Lifetime  May outlive the connection.
class Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_{std::move(exchange)} {}
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;
  ~Responder();

  /// Answers. Does nothing when the peer has gone or the answer was given.
  void respond(Response response);

  /// False once answered or when the peer has gone.
  [[nodiscard]] bool is_pending() const { return exchange_ != nullptr && exchange_->is_pending(); }

  /// Called at most once, when the peer goes before the answer; at once if it has gone.
  void on_abandoned(Task task);

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace veche::http
