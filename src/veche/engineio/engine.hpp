#pragma once

/// @file
/// Engine.IO 4 of one loop: requests and WebSockets in, sessions out. Spec: engine.io-protocol
/// revision 4; answers as the reference server's (engine.io 6.6), but where noted.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/pointer_table.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/admission.hpp"
#include "veche/engineio/connection_error.hpp"
#include "veche/engineio/context.hpp"
#include "veche/engineio/header_hooks.hpp"
#include "veche/engineio/options.hpp"
#include "veche/engineio/port.hpp"
#include "veche/engineio/session.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/engineio/verify.hpp"
#include "veche/http/responder.hpp"

namespace veche::engineio {

/// How many random characters a session id begins with.
inline constexpr std::size_t sid_random_size = 22;

/// The part of a session id that names the loop which made it: the `sid_suffix` of its Engine.
/// Empty for what is too short to be an id. Any text may be given.
[[nodiscard]] std::string_view sid_suffix(std::string_view sid);

/// The sessions of one loop.
///
///     engine.handle(std::move(request), std::move(responder), now);     // polling
///
///     if (auto refusal = engine.refuse_websocket(request)) ...          // after check_upgrade()
///     if (engine.asks_about(request)) return engine.ask_about(request, ...);
///     auto accepted = websocket::accept_upgrade(request);
///     engine.add_handshake_fields(request, accepted.headers);
///     connection.write(accepted);
///     engine.open_websocket(std::move(request), connection.port(), now);
///
///     wheel.advance_to(now);
///     engine.end_turn(now);                                             // then flush connections
///
/// Time      Each call is O(1) in sessions, but shutdown(). Timers are late by their wheel's tick.
/// Memory    An idle WebSocket session is one block of Session's size and a place in a table.
/// Threads   One loop.
/// Errors    What a peer does wrong is answered or ends its session.
/// Lifetime  `events`, `wheel` and `rng` outlive the engine. Ports that are in use when the engine
///           ends are let go without a word.
class Engine {
 public:
  /// Needs a suffix of at most Session::id_size_max - sid_random_size bytes, fit for a URL.
  Engine(Options options, SocketEvents& events, TimerWheel& wheel, Rng& rng,
         std::string_view sid_suffix);

  /// Whether a request for this path is the engine's: a prefix match.
  [[nodiscard]] bool serves(std::string_view path) const {
    return path.starts_with(context_.options.path);
  }

  /// Asked about every handshake, over either transport, that nothing else refuses; its verdict
  /// has Options::admission_timeout. Set before the first request.
  void on_allow_request(AllowRequest hook) { admissions_.on_allow_request(std::move(hook)); }

  /// Told of each request that is refused, over either transport. Set before the first request.
  void on_connection_error(ConnectionErrorHandler handler) {
    on_connection_error_ = std::move(handler);
  }
  /// Tells that of one for this engine which its caller refuses.
  void tell_refused(const http::Request& request, const Refused& why);

  /// Asked what to add to the headers of answers, see HeaderHooks: the first one of each session,
  /// and every 101 and 200 that a session gives. Set before the first request.
  void on_initial_headers(HeadersHook hook) { hooks_.on_initial_headers(std::move(hook)); }
  void on_headers(HeadersHook hook) { hooks_.on_headers(std::move(hook)); }
  /// Where it is written down which of those are left out; outlives the engine.
  void log_to(Log& log) { hooks_.log_to(log); }

  /// Makes `now` known to what is decided during a turn. Call it at the start of each.
  void begin_turn(Instant now) { context_.now = now; }

  /// Answers a request of a polling client, at once or when there is something to say. Its origin
  /// has been judged; CORS fields are added by whoever sends the answer.
  void handle(http::Request request, http::Responder responder, Instant now);

  /// The body of a POST is being read, and no longer so: it came, or its connection ended. Told in
  /// pairs, the second before handle(); a session whose POSTs overlap is ended by the next that is
  /// whole, as if it had begun while another was read.
  void post_began(const http::Request& head);
  void post_ended(const http::Request& head);

  /// None when open_websocket() will take the request, else the answer that refuses it.
  [[nodiscard]] std::optional<http::Response> refuse_websocket(const http::Request& request);

  /// Whether the application is to be asked about a WebSocket's request: never about one that
  /// refuse_websocket() refuses.
  [[nodiscard]] bool asks_about(const http::Request& request) const;
  /// Asks. The answer is the refusal, or the status 101 and nothing else: then the request goes
  /// the way of one that is not asked about, from refuse_websocket() on. The request stays where
  /// it is until then, or until the responder's peer has gone.
  void ask_about(const http::Request& request, http::Responder responder, Instant now);

  /// Adds what the 101 says besides: what the hooks add, and for a handshake the cookie. The
  /// open_websocket() of the same request has to be the engine's next call.
  void add_handshake_fields(const http::Request& request, http::Headers& accepted);

  /// Begins a session over a WebSocket, or an upgrade of the one that is named. Needs a request
  /// that is not refused, and the answer 101 written to the port's connection before. A WebSocket
  /// for a session that is being upgraded, or was, is closed at once: port.link() is then null.
  void open_websocket(http::Request request, WebSocketPort& port, Instant now);

  /// Gives the answers that are due, tells of sessions that have ended and frees them. Call it
  /// at the end of every turn of the loop, before connections are flushed.
  void end_turn(Instant now);

  /// Closes every session and refuses new ones from now on.
  void shutdown(Closing how);

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }

 private:
  struct SidOf {
    std::string_view operator()(const Session& session) const { return session.id(); }
  };

  [[nodiscard]] Session* find(std::string_view sid) const;
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool has_to_settle() const;
  [[nodiscard]] std::optional<Refused> judge(const http::Request& request, const Query& query,
                                             Wants wants) const;
  [[nodiscard]] std::string make_sid();
  Session& create(http::Request request);
  [[nodiscard]] Milliseconds first_ping();
  void admit_polling(http::Request request, http::Responder responder, Instant now);
  void open_polling(http::Request request, http::Responder responder, Instant now);

  SessionContext context_;
  Rng& rng_;
  std::string sid_suffix_;
  std::string promised_sid_;  // the next session's, when a cookie has told it already
  HeaderHooks hooks_;         // outlives the responders of the sessions
  PointerTable<std::unique_ptr<Session>, SidOf> sessions_;
  Admissions admissions_;
  ConnectionErrorHandler on_connection_error_;
  bool is_shut_down_{};
};

}  // namespace veche::engineio
