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
#include "veche/socketio/dynamic_namespaces.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/msgpack_encoder.hpp"
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
  std::size_t pending_acks_max{1024};          ///< awaited of one socket at the same time
  std::size_t broadcast_acks_max{1024};        ///< broadcasts of one namespace that await acks
  AnswerLimits answers{};                      ///< of one broadcast, or one request to other nodes
  std::optional<RecoveryOptions> recovery{};   ///< in memory; none is off
  AdapterFactory adapter{};                    ///< none makes a MemoryAdapter
  std::size_t dynamic_namespaces_max{10'000};  ///< children of all ParentNamespaces
  std::size_t connection_namespaces_max{1'000};  ///< of one client, when some of them are children
  /// Whether a child nobody is in any more is removed, unlike in Socket.IO: clients choose the
  /// names, so without it they could fill the memory, or use up dynamic_namespaces_max.
  bool cleanup_empty_child_namespaces{true};
};

using NewNamespaceHandler = UniqueFunction<void(Namespace&)>;

/// The namespaces of one loop, fed by its Engine.IO sessions.
///
///     Node node{Options{}, wheel, rng, log};
///     node.of("/").on("message", [](Socket& socket, Event& event) {
///       socket.emit("message-back", event.raw());
///     });
///
/// A peer that breaks the protocol loses its connection; no answer tells it why. Clients with the
/// default parser and with socket.io-msgpack-parser are served side by side, and handlers cannot
/// tell them apart.
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

  /// Namespaces that are made when a client asks for one and nobody before has said yes: by an
  /// answer now or later, by a look at the request, or by a pattern (see match_pattern() for what
  /// it must not be), which of() makes children by too. In Socket.IO they are made by of().
  ParentNamespace& of_matcher(NamespaceMatcher matcher);
  ParentNamespace& of_predicate(UniqueFunction<bool(const NamespaceRequest&)> predicate);
  ParentNamespace& of_pattern(std::string_view pattern);
  /// Told of each namespace that is made, "new_namespace" in Socket.IO.
  void on_new_namespace(NewNamespaceHandler handler);

  /// What is said through the server is said in "/".
  void emit(std::string_view event, Raw args = {}) { of(main_namespace).emit(event, args); }
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, Arguments{values...}.raw());
  }
  [[nodiscard]] BroadcastOperator to(std::string_view room) { return of(main_namespace).to(room); }
  [[nodiscard]] BroadcastOperator except(std::string_view room) {
    return of(main_namespace).except(room);
  }

  /// Ends every socket with "server shutting down", and its connection in a way that lets clients
  /// come back. Connections without a socket are the engine's to end.
  void close();

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
  void upgraded(engineio::Socket& engine, Instant now) override;
  void closed(engineio::Socket& engine, engineio::CloseReason reason, Instant now) override;

 private:
  friend class BroadcastOperator;
  friend class Delivery;
  friend class DynamicNamespaces;
  friend class Namespace;
  friend class NamespaceDecision;
  friend class Next;
  friend class RoomHandlers;
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

  /// Every packet leaves here, or by Socket::send() when the client reads text.
  void send(Connection& connection, const engineio::Outgoing& packet, Priority priority);

  [[nodiscard]] WaitingList::Expired give_up();
  void close_for(Connection& connection, DisconnectReason violation);
  void collect(Connection& connection, const Packet& header);
  void handle(Connection& connection, const Decoded& decoded);
  [[nodiscard]] DynamicNamespaces& dynamic_namespaces() { return dynamic_namespaces_; }
  Namespace& make(std::string name, Namespace* parent);
  void tell_new(Namespace& nsp);
  [[nodiscard]] std::unique_ptr<Namespace> take(const Namespace& nsp);
  [[nodiscard]] bool is_crowded(const Connection& connection) const;

  void connect(Connection& connection, const Packet& packet);
  void connect_to(Connection& connection, Namespace& nsp, std::string_view auth);
  void refuse_namespace(Connection& connection, std::string_view name, std::string_view why);
  /// Whether the client says that it is one that was cut off; CONNECT then goes on by itself.
  [[nodiscard]] bool begin_recovery(Socket& socket);
  void end_recovery(std::string_view nsp, SocketHandle handle,
                    std::unique_ptr<RecoveredSession> restored);
  /// Sends a restored socket what it has missed, and says the name of its session: empty without
  /// recovery, none when what it missed is lost and the connection closes.
  [[nodiscard]] std::optional<std::string> resume(Socket& socket);
  [[nodiscard]] std::optional<std::string> resume(Socket& socket, Recovery& recovery,
                                                  RecoveredSession& restored);
  static void persist(Socket& socket, DisconnectReason reason);
  void continue_connect(SocketHandle handle, std::size_t middleware);
  void finish_connect(Socket& socket);
  void refuse_connect(SocketHandle handle, std::string_view message, std::string_view data);
  void dispatch(Socket& socket, const Decoded& decoded);
  void answer(Socket& socket, const Decoded& decoded);
  static void answer_broadcast(Socket& socket, const Decoded& decoded);
  [[nodiscard]] bool passes_middlewares(Socket& socket, Event& event);
  void refuse_event(Socket& socket, const Event& event, const MiddlewareError& error);
  void tell_outgoing(Socket& socket, const Emission& emission);
  void log_invalid(const Event& event, std::string_view problem);

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
  std::unique_ptr<MsgpackEncoder> msgpack_;  // made for the first client that wants it
  SocketTable sockets_;
  WaitingList unconnected_;
  WaitingList collecting_;
  std::unordered_map<std::string, std::unique_ptr<Namespace>, TextHash, std::equal_to<>>
      namespaces_;
  DynamicNamespaces dynamic_namespaces_{*this};
  Handlers<NewNamespaceHandler> on_new_namespace_;
  std::vector<std::unique_ptr<Socket>> ended_;
  std::size_t depth_{};
};

}  // namespace veche::socketio
