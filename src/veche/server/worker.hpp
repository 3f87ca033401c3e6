#pragma once

/// @file
/// Everything of one event loop: its connections, its Engine.IO sessions, its Socket.IO node.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/log.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/stocked_rng.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/engineio/engine.hpp"
#include "veche/http/responder.hpp"
#include "veche/loop/loop.hpp"
#include "veche/server/http_connection.hpp"
#include "veche/server/options.hpp"
#include "veche/socketio/node.hpp"
#include "veche/websocket/deflate.hpp"

namespace veche::server {

/// The seams of one worker; all outlive it, and none is shared with another unless it says so.
struct WorkerSeams {
  loop::Net& net;
  const Clock& clock;
  Rng& rng;
  Log& log;
};

class WebSocketConnection;

/// A socket on its way from one loop to another, with what was read from it.
struct HandOver {
  loop::Accepted accepted;
  std::optional<http::Request> request;  ///< none: a fresh connection
  std::string rest;
};

/// One loop with all that lives on it.
///
///     Worker worker{options, seams, 0};
///     worker.node().of("/").on("message", ...);
///     worker.on_request([](http::Request request, http::Responder responder) { ... });
///     worker.loop().run();
///
/// Time      The loop's. Memory  About 140 KiB, and its connections. Threads  The loop's, or
///           before it runs; what belongs to the loop itself as it says.
/// Errors    A peer's connection ends; nothing here throws.
/// Lifetime  Its handlers end before it.
class Worker final : private HttpHost {
 public:
  using RequestHandler = UniqueFunction<void(http::Request, http::Responder)>;
  /// Takes a WebSocket outside of every engine's path, whose 101 has been written: binds a link to
  /// the port, before it returns, or closes it.
  using WebSocketHandler = UniqueFunction<void(http::Request, engineio::WebSocketPort&)>;
  /// Hands a socket to the worker of that index.
  using Mover = UniqueFunction<void(std::size_t index, HandOver)>;

  /// `index` names the loop in session ids: 0 to 255.
  Worker(const Options& options, const WorkerSeams& seams, std::size_t index);
  ~Worker() override;

  [[nodiscard]] loop::Loop& loop() { return loop_; }
  [[nodiscard]] socketio::Node& node() { return node_; }
  [[nodiscard]] engineio::Engine& engine() { return *engines_.front(); }

  /// One more Engine.IO endpoint, beside Socket.IO's: its sessions speak with `events`. Needs a
  /// path that no other engine serves; before the loop runs. `events` outlives the worker.
  engineio::Engine& mount(engineio::Options options, engineio::SocketEvents& events);

  /// Its clients' connections. From any thread.
  [[nodiscard]] std::size_t connection_count() const { return owners_.size(); }

  /// Answers requests outside of the engine's path; without one they are answered 404.
  void on_request(RequestHandler handler) { on_request_ = std::move(handler); }
  /// Asked about every handshake of Socket.IO's engine: engineio::Verdict says how. Set it on each
  /// worker.
  void on_allow_request(engineio::AllowRequest hook) { engine().on_allow_request(std::move(hook)); }
  /// Told of each request to Socket.IO's engine that is refused, for an origin that is not allowed
  /// too: engineio::ConnectionError. Set it on each worker.
  void on_connection_error(engineio::ConnectionErrorHandler handler) {
    engine().on_connection_error(std::move(handler));
  }
  /// Asked what to add to the first answer of each session of Socket.IO's engine, and to all of its
  /// sessions' answers: engineio::HeadersHook. Set them on each worker.
  void on_initial_headers(engineio::HeadersHook hook) {
    engine().on_initial_headers(std::move(hook));
  }
  void on_headers(engineio::HeadersHook hook) { engine().on_headers(std::move(hook)); }
  /// Takes WebSockets outside of every engine's path, as an echo does; without one they are
  /// answered 404. A worker that ends lets its ports go without a word.
  void on_websocket(WebSocketHandler handler) { on_websocket_ = std::move(handler); }
  /// How sockets reach other workers; `workers` is how many there are.
  void on_move(std::size_t workers, Mover mover);

  /// Takes a socket over, on this loop.
  void adopt(HandOver hand_over);

  /// Ends every session, so that clients come back elsewhere, and refuses new ones.
  void drain();

  /// Ends every session now, so that handlers may be destroyed. When the loop has stopped.
  void end_sessions();

 private:
  [[nodiscard]] const Options& options() const override { return options_; }
  [[nodiscard]] TimerWheel& timers() override { return loop_.timers(); }
  [[nodiscard]] OwnerList& owners() override { return owners_; }
  [[nodiscard]] std::string_view date() override;
  [[nodiscard]] http::Compression& compression() override { return compression_; }
  [[nodiscard]] WallTime wall() const override { return seams_.clock.wall(); }
  void handle(http::Request request, http::Responder responder, Instant now) override;
  [[nodiscard]] std::optional<http::Response> upgrade(loop::Connection& connection,
                                                      http::Request& request,
                                                      std::span<char> rest) override;
  void origin_refused(const http::Request& request) override;
  void body_began(const http::Request& head) override;
  void body_ended(const http::Request& head) override;
  [[nodiscard]] bool asks_about(const http::Request& request) const override;
  void ask_about(const http::Request& request, http::Responder responder, Instant now) override {
    engine_for(request.path)->ask_about(request, std::move(responder), now);
  }
  [[nodiscard]] bool is_elsewhere(const http::Request& request) const override;
  void hand_over(loop::Connection& connection, http::Request request, std::string rest) override;
  [[nodiscard]] engineio::Engine* engine_for(std::string_view path) const;
  void end_turn();
  [[nodiscard]] std::optional<std::size_t> home_of(const http::Request& request) const;
  WebSocketConnection& accept(loop::Connection& connection, const http::Request& request);

  Options options_;
  WorkerSeams seams_;
  StockedRng rng_{seams_.rng};
  std::size_t index_;
  std::size_t workers_{1};
  loop::Loop loop_;
  socketio::Node node_;
  std::vector<std::unique_ptr<engineio::Engine>> engines_;  // Socket.IO's first
  http::Compression compression_;
  websocket::PerMessageDeflate deflate_;
  websocket::ReceiverOptions deflate_receiver_;  // of those that have agreed on it
  OwnerList owners_;
  RequestHandler on_request_;
  WebSocketHandler on_websocket_;
  Mover on_move_;
  std::string date_;
  Instant date_until_{};
};

/// How a session id ends that was made on this loop: two hex digits.
[[nodiscard]] std::string loop_suffix(std::size_t index);
/// The index in such an ending; none for any other text.
[[nodiscard]] std::optional<std::size_t> loop_of_suffix(std::string_view suffix);

}  // namespace veche::server
