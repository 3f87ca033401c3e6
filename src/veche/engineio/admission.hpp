#pragma once

/// @file
/// Asking the application whether a client may begin a session: Socket.IO's allowRequest.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/answers.hpp"
#include "veche/http/message.hpp"
#include "veche/http/responder.hpp"

namespace veche::engineio {

class Admission;
class Admissions;

/// The application's answer to one handshake, given once, now or later:
///
///     engine.on_allow_request([](const http::Request& request, Verdict verdict) {
///       if (!is_known(request)) return verdict.refuse("no key");
///       verdict.allow();
///     });
///
/// Threads   The loop. Errors  One that is dropped without an answer refuses; one that comes too
///           late, or whose client has gone, does nothing. Lifetime  May outlive the engine.
class Verdict {
 public:
  /// Made by Admissions.
  explicit Verdict(std::shared_ptr<Admission> asked) : asked_{std::move(asked)} {}
  Verdict(Verdict&&) noexcept = default;
  Verdict& operator=(Verdict&& other) noexcept;
  Verdict(const Verdict&) = delete;
  Verdict& operator=(const Verdict&) = delete;
  ~Verdict();

  void allow();
  /// The client gets 403 with code 4 and this text, valid UTF-8; "Forbidden" for none.
  void refuse(std::string message = {});

 private:
  void drop() noexcept;

  std::shared_ptr<Admission> asked_;
};

/// The request is valid during the call.
using AllowRequest = UniqueFunction<void(const http::Request& request, Verdict verdict)>;

/// The handshakes that wait for their verdict.
///
/// Time      Told by the wheel: who is not answered within the timeout is refused.
/// Memory    A block each, while it waits. Threads  One loop. Errors  None.
/// Lifetime  The wheel outlives it. Those who wait when it ends are answered 500.
class Admissions {
 public:
  /// Told when a client is let in; the responder may be used to answer it.
  using Admitted = UniqueFunction<void(http::Responder)>;
  /// Told when one is not, with the text of the verdict, empty for none; it answers.
  using Declined = UniqueFunction<void(http::Responder, std::string_view message)>;

  Admissions(TimerWheel& wheel, Milliseconds timeout) : wheel_{wheel}, timeout_{timeout} {}
  Admissions(const Admissions&) = delete;
  Admissions& operator=(const Admissions&) = delete;
  ~Admissions();

  void on_allow_request(AllowRequest hook) { hook_ = std::move(hook); }
  [[nodiscard]] bool has_hook() const { return static_cast<bool>(hook_); }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  /// Asks the hook, which needs to be there. What it decides at once is carried out when it has
  /// returned, so the request stays as it is until then; `admitted` may own it, and stays until
  /// `declined` has returned.
  void ask(const http::Request& request, http::Responder responder, Declined declined,
           Admitted admitted, Instant now);

 private:
  friend class Admission;

  TimerWheel& wheel_;
  Milliseconds timeout_;
  AllowRequest hook_;
  std::unordered_set<std::shared_ptr<Admission>> waiting_;
};

}  // namespace veche::engineio
