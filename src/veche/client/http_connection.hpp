#pragma once

/// @file
/// A keep-alive connection to an HTTP/1.1 server, on which one thing at a time is asked.

#include <span>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/client/context.hpp"
#include "veche/client/response_reader.hpp"
#include "veche/client/url.hpp"
#include "veche/loop/connection.hpp"

namespace veche::client {

class HttpConnection;

/// What the owner of connections is told. Each may destroy the connection, as the last thing it
/// does.
class HttpEvents {
 public:
  HttpEvents() = default;
  HttpEvents(const HttpEvents&) = delete;
  HttpEvents& operator=(const HttpEvents&) = delete;
  virtual ~HttpEvents() = default;

  /// The answer to what was asked; `body` until the end of the call. The next may be asked.
  virtual void answered(HttpConnection& connection, int status, std::string_view body,
                        Instant now) = 0;
  /// There will be no answer: the connection has ended, or the answer was malformed.
  virtual void unanswered(HttpConnection& connection, std::string_view why) = 0;
};

/// Opens a connection when something is asked and none is there, and keeps it.
///
///     HttpConnection connection{context, events};
///     connection.ask(server, "", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
///     // events.answered(...)
///
/// Time      The loop's. Memory  About 150 bytes, and the longest answer so far.
/// Threads   The loop's. Errors  unanswered(). Lifetime  Destroying it ends the connection
///           without a word.
class HttpConnection final : private loop::ConnectionEvents {
 public:
  HttpConnection(const Context& context, HttpEvents& events);
  ~HttpConnection() override;

  /// Sends a whole request, from the numeric address `local`. Needs !is_waiting().
  /// Errc::io  there is no connection; nothing is told
  [[nodiscard]] Result<void> ask(const ServerAddress& server, const std::string& local,
                                 std::string_view request);
  /// The same with nothing to follow: the connection is closed once all is sent, and unanswered()
  /// is told when it has. What is under way may stay without its answer.
  [[nodiscard]] Result<void> ask_last(const ServerAddress& server, const std::string& local,
                                      std::string_view request);
  /// Ends the connection; nobody is told. Idempotent.
  void abandon();
  void pause_reading();
  void resume_reading();

  [[nodiscard]] bool is_waiting() const { return is_waiting_; }

 private:
  // loop::ConnectionEvents
  void received(loop::Connection& connection, std::span<char> bytes, Instant now) override;
  void ended(loop::Connection& connection, loop::EndReason reason, Instant now) override;

  [[nodiscard]] Result<void> open(const ServerAddress& server, const std::string& local);

  const Context& context_;
  HttpEvents& events_;
  loop::Connection* connection_{};
  ResponseReader reader_;
  bool is_waiting_{};
};

}  // namespace veche::client
