#pragma once

/// @file
/// A TCP connection that speaks HTTP: requests one after the other, each answered in its turn.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "veche/base/timer_wheel.hpp"
#include "veche/http/coding.hpp"
#include "veche/http/parser.hpp"
#include "veche/http/responder.hpp"
#include "veche/loop/connection.hpp"
#include "veche/server/options.hpp"
#include "veche/server/owned.hpp"

namespace veche::server {

/// What a connection needs of its loop, and whom it hands requests to.
class HttpHost {
 public:
  HttpHost() = default;
  HttpHost(const HttpHost&) = delete;
  HttpHost& operator=(const HttpHost&) = delete;
  virtual ~HttpHost() = default;

  [[nodiscard]] virtual const Options& options() const = 0;
  [[nodiscard]] virtual TimerWheel& timers() = 0;
  [[nodiscard]] virtual OwnerList& owners() = 0;
  /// "Tue, 24 Nov 2026 05:32:05 GMT", good for the turn.
  [[nodiscard]] virtual std::string_view date() = 0;
  /// Civil time, to a second or better.
  [[nodiscard]] virtual WallTime wall() const = 0;

  /// Takes a request that is not a WebSocket's, and answers it now or later.
  virtual void handle(http::Request request, http::Responder responder, Instant now) = 0;

  /// What codes the bodies of answers.
  [[nodiscard]] virtual http::Compression& compression() = 0;

  /// Whether the application is to be asked before upgrade(), about a WebSocket's request that
  /// nothing else refuses; then ask_about() answers with the refusal, or the status 101.
  [[nodiscard]] virtual bool asks_about(const http::Request& request) const = 0;
  virtual void ask_about(const http::Request& request, http::Responder responder, Instant now) = 0;

  /// Told of a request whose origin is not allowed, before it is answered.
  virtual void origin_refused(const http::Request& request) = 0;

  /// The body of a request that is not whole yet is being read, and no longer so: it came, or the
  /// connection ended. The two come in pairs.
  virtual void body_began(const http::Request& head) = 0;
  virtual void body_ended(const http::Request& head) = 0;

  /// Makes a WebSocket of the connection: writes the 101, takes its events over, and feeds
  /// `rest`, the bytes behind the request, which is moved from. Or leaves all as it is and gives
  /// the answer that refuses it.
  [[nodiscard]] virtual std::optional<http::Response> upgrade(loop::Connection& connection,
                                                              http::Request& request,
                                                              std::span<char> rest) = 0;

  /// Whether the request belongs to a session of another loop.
  [[nodiscard]] virtual bool is_elsewhere(const http::Request& request) const = 0;
  /// Hands the socket to that loop, with the request and the bytes behind it.
  virtual void hand_over(loop::Connection& connection, http::Request request, std::string rest) = 0;
};

/// Reads requests and writes answers on one connection.
///
/// While an answer is awaited, further bytes are kept up to Options::pipelined_bytes_max, then
/// reading pauses; it also pauses while the peer does not fetch its answers.
///
/// Time      Timeouts of Options, on the host's wheel. Memory  About 300 bytes between requests.
/// Threads   The loop's. Errors  A request that is refused is answered and the connection closed.
/// Lifetime  Until the loop tells that the connection ended, or an upgrade or hand-over.
class HttpConnection final : public Owned, public loop::ConnectionEvents, private Timer {
 public:
  HttpConnection(loop::Connection& connection, HttpHost& host, Instant now);
  ~HttpConnection() override;

  /// A request that another loop read and handed over, and the bytes behind it.
  void take_over(http::Request request, std::string rest, Instant now);

  // loop::ConnectionEvents
  void received(loop::Connection& connection, std::span<char> bytes, Instant now) override;
  void ended(loop::Connection& connection, loop::EndReason reason, Instant now) override;
  void drained(loop::Connection& connection) override;

 private:
  enum class State : std::uint8_t {
    reading,
    answering,  ///< an answer is awaited
    flushing,   ///< answers wait to be fetched, or a hand-over for the flush
    closing,
    moved,  ///< upgraded or handed over: this object is free to go
  };

  void expired(Instant now) override;
  void consume(std::span<char> bytes);
  void consume_kept();
  void keep(std::span<const char> bytes);
  void take(http::Request request, std::span<char>& rest);
  void take(const http::Refused& refused);
  void dispatch(http::Request request);
  void ask_about(http::Request request);
  void upgrade_if_allowed(http::Response verdict);
  void upgrade(http::Request& request, std::span<char> rest);
  void await_answer(http::Exchange::Deliver deliver);
  void answer(http::Response response);
  void write(const http::Response& response, http::Method method, bool keep_alive);
  void watch_phase();
  void end_body(const http::Request& head);
  void move_on();

  loop::Connection& connection_;
  HttpHost& host_;
  http::RequestParser parser_;
  http::RequestParser::Phase watched_{};
  std::shared_ptr<http::Exchange> exchange_;
  std::unique_ptr<http::Request> leaving_;  // waits to be handed over
  std::unique_ptr<http::Request> asking_;   // a WebSocket's that is being asked about
  std::optional<std::string> origin_;       // of the request under way
  std::string kept_;                        // bytes that came while an answer was awaited
  Instant now_;
  http::Method method_{};  // of the request under way
  http::Coding coding_{};  // that its client likes best
  State state_{State::reading};
  bool keep_alive_{true};  // of the request under way
  bool is_consuming_{};
  bool is_body_told_{};
};

}  // namespace veche::server
