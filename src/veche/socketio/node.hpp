#pragma once

/// @file
/// A Socket.IO server without sockets: what `Server` is in Socket.IO's API, for one event loop.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/log.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/json/parser.hpp"
#include "veche/socketio/connection.hpp"
#include "veche/socketio/decoder.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/recovery.hpp"
#include "veche/socketio/socket_table.hpp"
#include "veche/socketio/text_hash.hpp"
#include "veche/socketio/waiting_list.hpp"

namespace veche::socketio {

struct Options {
  Milliseconds connect_timeout{45'000};  ///< to join a first namespace, or the connection closes
  Milliseconds attachments_timeout{30'000};  ///< for all attachments of a packet to come
  DecoderLimits decoder{};
  std::size_t text_bytes_max{1'000'000};  ///< of one text message; the engine's maxPayload
  std::size_t volatile_queue_bytes_max{std::size_t{256} * 1024};  ///< see Socket::emit_volatile()
  std::size_t pending_acks_max{1024};         ///< awaited of one socket at the same time
  std::size_t broadcast_acks_max{1024};       ///< broadcasts of one namespace that await acks
  AnswerLimits answers{};                     ///< of one broadcast, or one request to other nodes
  std::optional<RecoveryOptions> recovery{};  ///< in memory; none is off
  AdapterFactory adapter{};                   ///< none makes a MemoryAdapter
};

/// The namespaces of one loop, fed by its Engine.IO sessions.
///
///     Node node{Options{}, wheel, rng, log};
///     node.of("/").on("message", [](Socket& socket, Event& event) {
///       socket.emit("message-back", event.args, event.attachments);
///     });
///
/// A peer that breaks the protocol loses its connection; no answer tells it why.
///
/// Time      Told by each event, and by advance_to() for what the application does by itself.
/// Memory    A connection with one socket in one room of its own costs about 550 bytes here, the
///           handshake's auth and what the application keeps not counted.
/// Threads   One loop: everything below it too. Errors  Handlers must not throw; an exception
///           that gets out of one is logged, and the client's connection is closed.
/// Lifetime  Outlives the sessions, and whoever answers an Ack or a Next. The wheel, `rng` and
///           `log` outlive it.
class Node final : public engineio::SocketEvents {
 public:
  Node(Options options, TimerWheel& wheel, Rng& rng, Log& log);
  ~Node() override;

  /// The namespace of that name, made when there is none. "/" is always there, and a missing
  /// slash in front is added.
  Namespace& of(std::string_view name);
  /// Null when there is none.
  [[nodiscard]] Namespace* find(std::string_view name) const;

  /// Null once the socket has been disconnected.
  [[nodiscard]] Socket* find(SocketHandle handle) const { return sockets_.find(handle); }

  /// Tells the time, for emit_with_ack() outside of any event. Never goes back.
  void advance_to(Instant now);
  [[nodiscard]] Instant now() const { return now_; }

  [[nodiscard]] Encoder& encoder() { return encoder_; }
  /// For adapters.
  [[nodiscard]] TimerWheel& timers() { return wheel_; }
  [[nodiscard]] Rng& rng() { return rng_; }
  [[nodiscard]] const Options& options() const { return options_; }

  void opened(engineio::Socket& engine, Instant now) override;
  void received(engineio::Socket& engine, std::string_view data, bool is_binary,
                Instant now) override;
  void closed(engineio::Socket& engine, engineio::CloseReason reason, Instant now) override;

 private:
  friend class Namespace;
  friend class Next;
  friend class Socket;

  /// Sockets that end while one of these is open are freed when the last one closes.
  class Dispatch {
   public:
    explicit Dispatch(Node& node) : node_{node} { ++node_.depth_; }
    Dispatch(const Dispatch&) = delete;
    Dispatch& operator=(const Dispatch&) = delete;
    ~Dispatch() {
      if (--node_.depth_ == 0) node_.free_ended();
    }

   private:
    Node& node_;
  };

  [[nodiscard]] WaitingList::Expired give_up();
  void close_for(Connection& connection, DisconnectReason violation);
  void collect(Connection& connection, const Packet& header);
  void handle(Connection& connection, const Decoded& decoded);
  void connect(Connection& connection, const Decoded& decoded);
  /// Whether the client says that it is one that was cut off; CONNECT then goes on by itself.
  [[nodiscard]] bool begin_recovery(Socket& socket, json::Value auth);
  void end_recovery(Namespace& nsp, SocketHandle handle,
                    std::unique_ptr<RecoveredSession> restored);
  /// Sends a restored socket what it has missed; false when that is lost and the connection closes.
  [[nodiscard]] bool resume(Socket& socket);
  static void persist(Socket& socket, DisconnectReason reason);
  void continue_connect(SocketHandle handle, std::size_t middleware);
  void finish_connect(Socket& socket);
  void refuse_connect(SocketHandle handle, std::string_view message, std::string_view data);
  void dispatch(Socket& socket, const Decoded& decoded);
  void answer(Socket& socket, const Decoded& decoded);
  static void answer_broadcast(Socket& socket, const Decoded& decoded);
  void call(Socket& socket, Event& event, EventHandlers::List* handlers);

  void disconnect(Socket& socket, Scope scope);
  void close(Connection& connection, engineio::Closing how, DisconnectReason reason);
  void end_all(std::unique_ptr<Socket> sockets, DisconnectReason reason);
  void end(std::unique_ptr<Socket> socket, DisconnectReason reason);
  void free_ended();

  /// Runs what the application gave; nothing it throws gets further. `socket` is whose
  /// connection closes then, null for nobody's.
  template <typename Call>
  void guard(Socket* socket, std::string_view what, Call&& call) {
    try {
      call();
    } catch (const std::exception& error) {
      handler_threw(socket, what, error.what());
    } catch (...) {
      handler_threw(socket, what, "no std::exception");
    }
  }
  void handler_threw(Socket* socket, std::string_view what, std::string_view why);

  Options options_;
  TimerWheel& wheel_;
  Rng& rng_;
  Log& log_;
  Instant now_{};
  json::Parser parser_;
  Encoder encoder_;
  SocketTable sockets_;
  WaitingList unconnected_;
  WaitingList collecting_;
  std::unordered_map<std::string, std::unique_ptr<Namespace>, TextHash, std::equal_to<>>
      namespaces_;
  std::vector<std::unique_ptr<Socket>> ended_;
  std::size_t depth_{};
};

}  // namespace veche::socketio
