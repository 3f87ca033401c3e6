#pragma once

/// @file
/// The Socket.IO server of a program: `io` in Socket.IO's own words.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/log.hpp"
#include "veche/base/result.hpp"
#include "veche/loop/epoll_net.hpp"
#include "veche/loop/signal_watcher.hpp"
#include "veche/loop/system.hpp"
#include "veche/loop/tls_context.hpp"
#include "veche/server/io_broadcast.hpp"
#include "veche/server/options.hpp"
#include "veche/server/server.hpp"
#include "veche/server/stderr_log.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::server {

class Io;

/// A namespace on every loop of an Io: where its handlers are added, and whom one can speak to.
///
///     auto chat = io.of("/chat");
///     chat.on_connection([](Socket& socket) { socket.join("lobby"); });
///     chat.to("lobby").emit("hello", "from any thread");
///
/// What is added is copied for each loop; handlers run on the loop of their socket.
///
/// Threads   Adding handlers: before Io::run(). What speaks to clients: any.
/// Lifetime  A value; ends before its Io.
class IoNamespace {
 public:
  IoNamespace(Io& io, std::string_view name);

  /// Calls `set_up` with this namespace on each loop.
  template <typename SetUp>
  IoNamespace& each(SetUp set_up);

  /// As the calls of the same names on socketio::Namespace. A handler is copyable.
  template <typename Handler>
  IoNamespace& use(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.use(handler); });
  }
  template <typename Handler>
  IoNamespace& on_connection(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on_connection(handler); });
  }
  template <typename Handler>
  IoNamespace& on(std::string_view event, Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on(event, handler); });
  }
  template <typename Handler>
  IoNamespace& on_any(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on_any(handler); });
  }
  template <typename Handler>
  IoNamespace& on_upgrade(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on_upgrade(handler); });
  }
  template <typename Handler>
  IoNamespace& on_disconnecting(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on_disconnecting(handler); });
  }
  template <typename Handler>
  IoNamespace& on_disconnect(Handler handler) {
    return each([&](socketio::Namespace& nsp) { nsp.on_disconnect(handler); });
  }

  /// Speaks to this namespace's clients on every loop.
  [[nodiscard]] IoBroadcast everyone() const;
  [[nodiscard]] IoBroadcast to(std::string_view room) const { return everyone().to(room); }
  [[nodiscard]] IoBroadcast except(std::string_view room) const { return everyone().except(room); }
  template <typename... Values>
  void emit(std::string_view event, const Values&... values) const {
    everyone().emit(event, values...);
  }
  void sockets_join(std::string_view room) const { everyone().sockets_join(room); }
  void sockets_leave(std::string_view room) const { everyone().sockets_leave(room); }
  void disconnect_sockets(socketio::Scope scope = socketio::Scope::nsp) const {
    everyone().disconnect_sockets(scope);
  }
  void fetch_sockets(socketio::Adapter::FetchCallback callback) const {
    everyone().fetch_sockets(std::move(callback));
  }

  [[nodiscard]] std::string_view name() const { return name_; }

 private:
  Io& io_;
  std::string name_;
};

/// A Socket.IO server with everything it needs: loops on threads, clock, entropy, a log.
///
///     veche::server::Io io;
///     io.on_connection([](Socket& socket) {
///       socket.on("message", [](Socket& from, Event& event) { from.emit("message", event.raw());
///       });
///     });
///     if (!io.listen(3000)) return 1;
///     io.run();
///
/// With one loop, the default, all handlers run on the thread that calls run(), as in Node. With
/// several, each loop has its own copy of every handler and its own sockets: what handlers share
/// needs a lock. Rooms and broadcasts reach across loops either way.
///
/// Time      A call from another thread costs one post. Memory  About 200 KiB a loop, and its
///           connections. Threads  Set up on one thread, run() gives each loop one, the first the
///           caller's; close(), stop() and what speaks to clients from any.
/// Errors    listen()'s. Lifetime  Ends after run() has returned.
class Io {
 public:
  /// `loops` from 1 to 256, or 0 for one a core. Lines go to `log`, which outlives this; null is
  /// standard error. With `tls`, from TlsContext::load(), it serves https and wss alone.
  explicit Io(const Options& options = {}, std::size_t loops = 1, Log* log = nullptr,
              std::unique_ptr<loop::TlsContext> tls = nullptr);
  Io(const Io&) = delete;
  Io& operator=(const Io&) = delete;
  ~Io();

  [[nodiscard]] IoNamespace of(std::string_view name) { return {*this, name}; }

  /// As on the main namespace.
  template <typename Handler>
  Io& use(Handler handler) {
    of("/").use(std::move(handler));
    return *this;
  }
  template <typename Handler>
  Io& on_connection(Handler handler) {
    of("/").on_connection(std::move(handler));
    return *this;
  }

  [[nodiscard]] IoBroadcast to(std::string_view room) { return of("/").to(room); }
  [[nodiscard]] IoBroadcast except(std::string_view room) { return of("/").except(room); }
  template <typename... Values>
  void emit(std::string_view event, const Values&... values) {
    of("/").emit(event, values...);
  }

  /// Calls `set_up` with every loop's Node, or its Worker, which can do more: mounted engines,
  /// WebSockets and requests outside of Socket.IO's path. Before run().
  template <typename SetUp>
  Io& each_node(SetUp set_up) {
    for (const auto& worker : server_->workers()) set_up(worker->node());
    return *this;
  }
  template <typename SetUp>
  Io& each_worker(SetUp set_up) {
    for (const auto& worker : server_->workers()) set_up(*worker);
    return *this;
  }

  /// Answers HTTP requests outside of Socket.IO's path; without it they are answered 404.
  template <typename Handler>
  Io& on_request(Handler handler) {
    return each_worker([&](Worker& worker) { worker.on_request(handler); });
  }

  /// The port that is listened on; 0 asks for any. Errc::io with the system's reason.
  [[nodiscard]] Result<std::uint16_t> listen(std::uint16_t port, std::string host = "0.0.0.0");

  /// Makes SIGINT and SIGTERM close(), and SIGHUP read the certificate again; without TLS it closes
  /// too. Call it before other threads start.
  void close_on_signals();

  /// Runs the loops until close() or stop() has ended them.
  void run();

  /// Takes no new connections, says goodbye to every client so that it comes back to another
  /// server, waits for them for at most `timeout`, and ends run(). While it runs.
  void close(Milliseconds timeout = Milliseconds{5'000});
  /// Ends run() at once.
  void stop() { server_->stop(); }

  [[nodiscard]] Server& server() { return *server_; }
  /// What certificate is shown, for reload(); null without TLS.
  [[nodiscard]] loop::TlsContext* tls() { return tls_.get(); }

 private:
  loop::SystemClock clock_;
  loop::SystemRng rng_;
  StderrLog stderr_log_{clock_};
  Log& log_;
  std::unique_ptr<loop::TlsContext> tls_;
  std::vector<std::unique_ptr<loop::Net>> nets_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<loop::SignalWatcher> signals_;
};

inline IoBroadcast IoNamespace::everyone() const {
  return {*io_.server().workers().front(), name_};
}

template <typename SetUp>
IoNamespace& IoNamespace::each(SetUp set_up) {
  io_.each_node([&](socketio::Node& node) { set_up(node.of(name_)); });
  return *this;
}

}  // namespace veche::server
