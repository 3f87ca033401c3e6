#pragma once

/// @file
/// One client in one namespace: what handlers hold and speak through.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "veche/base/frame.hpp"
#include "veche/base/result.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/socketio/broadcast_operator.hpp"
#include "veche/socketio/disconnect_reason.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/event.hpp"
#include "veche/socketio/flagged_socket.hpp"
#include "veche/socketio/handlers.hpp"
#include "veche/socketio/handshake.hpp"
#include "veche/socketio/recovery.hpp"
#include "veche/socketio/rooms.hpp"
#include "veche/socketio/typed.hpp"

namespace veche::socketio {

class Burst;
class Connection;
class Namespace;
class Node;

/// Whatever the application keeps for a socket; freed with it.
class SocketData {
 public:
  SocketData() = default;
  SocketData(const SocketData&) = delete;
  SocketData& operator=(const SocketData&) = delete;
  virtual ~SocketData() = default;

  /// What other nodes see of it, and what connection state recovery keeps: one JSON value.
  [[nodiscard]] virtual std::string to_json() const { return "{}"; }
};

/// How much a disconnection ends.
enum class Scope : std::uint8_t {
  nsp,         ///< this namespace; the connection stays
  connection,  ///< every namespace of the client, and the connection
};

using DisconnectHandler = UniqueFunction<void(Socket&, DisconnectReason)>;

/// Why a socket's middleware refuses an event.
struct MiddlewareError {
  std::string message;  ///< any UTF-8
  std::string data;     ///< JSON, or empty for none

  bool operator==(const MiddlewareError&) const = default;
};

/// Nothing when the event may pass: `return {};`
using MiddlewareVerdict = tl::expected<void, MiddlewareError>;

/// Returned where a verdict is expected: `return refuse("admins only", R"({"needs":"admin"})");`
[[nodiscard]] inline tl::unexpected<MiddlewareError> refuse(std::string message,
                                                            std::string data = {}) {
  return tl::unexpected<MiddlewareError>{MiddlewareError{std::move(message), std::move(data)}};
}

/// Lets an event pass, or says why not: it is dropped then, and Socket::on_error() handlers are
/// told.
using SocketMiddleware = UniqueFunction<MiddlewareVerdict(Socket&, Event&)>;
using ErrorHandler = UniqueFunction<void(Socket&, const MiddlewareError&)>;
/// Told what the socket is about to be sent.
using OutgoingHandler = UniqueFunction<void(Socket&, const Emission&)>;

/// A client in a namespace, as `socket` in Socket.IO's server API.
///
///     nsp.on_connection([](Socket& socket) {
///       socket.join("chat-1");
///       socket.emit("welcome", socket.id(), 1);
///       socket.on("move", [](Socket& self, int x, int y, Ack ack) {
///         self.to("chat-1").emit("moved", x, y);
///         ack("ok");
///       });
///     });
///
/// Event names are any UTF-8. What is emitted are values (see Convert) or one Raw.
///
/// Time      emit() encodes and queues one frame; nothing here calls the operating system.
/// Memory    About 150 bytes, and 16 for each room; handlers and hooks of its own, awaited
///           answers, the handshake's auth and the application's data only when there are some.
/// Threads   The Node's loop.
/// Errors    What cannot be sent any more is dropped. Handlers must not throw: one that does is
///           logged, and the connection is closed.
/// Lifetime  From the first middleware to the end of the dispatch in which it is disconnected, so
///           a handler's Socket& is good until the handler returns; outside of handlers it ends
///           inside disconnect(). Keep a handle() across calls.
class Socket final : public Member {
 public:
  static constexpr std::size_t id_size = 20;

  /// Made by a Node only.
  Socket(Namespace& nsp, Connection& connection, std::string_view id);
  ~Socket();

  /// 20 characters, 120 random bits, another one in each namespace. Also the name of a room with
  /// this socket alone in it, which it never leaves and which join() need not be told.
  [[nodiscard]] std::string_view id() const { return {id_.data(), id_.size()}; }
  [[nodiscard]] Namespace& nsp() const { return nsp_; }
  [[nodiscard]] Node& node() const;
  [[nodiscard]] SocketHandle handle() const { return handle_; }

  /// From the CONNECT answer on until it is disconnected.
  [[nodiscard]] bool is_connected() const { return engine_ != nullptr; }

  /// The session underneath, `conn` in Socket.IO; null once disconnected.
  [[nodiscard]] engineio::Socket* conn() const;

  /// The handshake: the request that opened the session, and the JSON object that came with
  /// CONNECT ("{}" when none or forgotten). The request is empty once forgotten or disconnected.
  [[nodiscard]] const http::Request& request() const;
  [[nodiscard]] std::string_view auth() const;
  /// The two, taken apart.
  [[nodiscard]] Handshake handshake() const;
  /// Frees the handshake's memory, the request's for every namespace of the client.
  void forget_handshake();

  /// Ignored once disconnected.
  void join(std::string_view room);
  void leave(std::string_view room);
  [[nodiscard]] bool is_in(std::string_view room) const;
  /// Its rooms, its own id first.
  [[nodiscard]] std::vector<std::string> rooms() const;

  void emit(std::string_view event, Raw args = {});
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    if (is_connected()) emit(event, Arguments{values...}.raw());
  }
  /// Dropped when the client is slow: more than Options::volatile_queue_bytes_max wait for it.
  void emit_volatile(std::string_view event, Raw args = {});
  /// Asks for an ack, and calls `callback` once, maybe inside this call: see AckCallback. The time
  /// runs from Node::now(); zero waits for as long as the socket lives.
  void emit_with_ack(const Emission& emission, Milliseconds timeout, AckCallback callback);
  /// The same for values and, last, the callback, which says what answer it wants: see TypedAnswer.
  /// Waits for as long as the socket lives; timeout() goes in front for less.
  ///
  ///     socket.emit_with_ack("question", 1, "two", [](Result<std::string> answer) { ... });
  template <typename First, typename... Rest>
  requires(!std::same_as<std::remove_cvref_t<First>, Milliseconds>) void emit_with_ack(
      std::string_view event, First&& first, Rest&&... values_and_callback) {
    FlaggedSocket{*this}.emit_with_ack(event, std::forward<First>(first),
                                       std::forward<Rest>(values_and_callback)...);
  }

  /// Flags for the next emission.
  [[nodiscard]] FlaggedSocket volatile_();  // NOLINT(readability-identifier-naming): a keyword
  [[nodiscard]] FlaggedSocket compress(bool is_wanted);
  [[nodiscard]] FlaggedSocket timeout(Milliseconds timeout);
  /// Whether more than Options::volatile_queue_bytes_max wait for the client.
  [[nodiscard]] bool is_slow() const;
  /// A packet that was encoded for this namespace, as text: a msgpack client gets it in its own
  /// form.
  void send(const engineio::Outgoing& packet, Priority priority);
  /// A hint: send() follows soon, so what it needs may be fetched from memory meanwhile.
  void expect_send() const {
    if (engine_ != nullptr) engine_->expect_send();
  }

  /// Everyone in the room, in any of the rooms, in none of that name, but this socket.
  [[nodiscard]] BroadcastOperator to(std::string_view room);
  [[nodiscard]] BroadcastOperator to(std::span<const std::string> rooms);
  [[nodiscard]] BroadcastOperator except(std::string_view room);
  [[nodiscard]] BroadcastOperator local();
  /// Everyone in the namespace but this socket.
  [[nodiscard]] BroadcastOperator broadcast();

  /// Tells the client that it is disconnected, which then does not come back by itself, and ends
  /// the socket with "server namespace disconnect". Ignored before the CONNECT answer.
  void disconnect(Scope scope = Scope::nsp);
  /// Ends the connection without that word, with "forced server close": the client comes back.
  void close_connection(engineio::Closing how);

  /// Handlers of this socket alone, called after those of its namespace; once() for the next event
  /// only. They take (Socket&, Event&), or values: see TypedHandler. off() takes any of them off by
  /// what its on...() gave.
  HandlerId on(std::string_view event, EventHandler handler);
  HandlerId once(std::string_view event, EventHandler handler);
  template <TypedHandler F>
  HandlerId on(std::string_view event, F&& handler) {
    return on(event, typed_handler(std::forward<F>(handler)));
  }
  template <TypedHandler F>
  HandlerId once(std::string_view event, F&& handler) {
    return once(event, typed_handler(std::forward<F>(handler)));
  }
  void off(HandlerId handler);
  void off(std::string_view event);
  /// Every handler, hook and middleware of this socket.
  void off_all();

  /// Called for each event, before all others.
  HandlerId on_any(EventHandler handler);
  HandlerId prepend_any(EventHandler handler);
  void off_any();

  /// Called for each event that this socket is sent: before it leaves when it is emitted to the
  /// socket, after it when it is broadcast.
  HandlerId on_any_outgoing(OutgoingHandler handler);
  HandlerId prepend_any_outgoing(OutgoingHandler handler);
  void off_any_outgoing();

  /// Called for each event after the handlers for any, in order, until one refuses it.
  HandlerId use(SocketMiddleware middleware);
  /// Told what a middleware refused; without such a handler it is logged.
  HandlerId on_error(ErrorHandler handler);

  HandlerId on_disconnecting(DisconnectHandler handler);
  HandlerId on_disconnect(DisconnectHandler handler);

  /// The events that this socket has handlers of its own for, by on() and once(), in no lasting
  /// order; how many there are for one of them, for any event, and for any outgoing one.
  [[nodiscard]] std::vector<std::string> event_names() const;
  [[nodiscard]] std::size_t listener_count(std::string_view event) const;
  [[nodiscard]] std::size_t listener_count_any() const;
  [[nodiscard]] std::size_t listener_count_any_outgoing() const;

  /// Whether it is one that was cut off and has come back: same id, rooms and data, and what it
  /// has missed has been sent. Always false without a Recovery.
  [[nodiscard]] bool recovered() const;

  void set_data(std::unique_ptr<SocketData> data) { data_ = std::move(data); }
  /// Null when there is none or it is of another type.
  template <typename T>
  [[nodiscard]] T* data() const {
    if constexpr (std::is_final_v<T>) {
      // One comparison, where a cast would walk the types.
      SocketData* const held = data_.get();
      const bool is_it = held != nullptr && typeid(*held) == typeid(T);
      return is_it ? static_cast<T*>(held) : nullptr;
    } else {
      return dynamic_cast<T*>(data_.get());
    }
  }

 private:
  friend class Ack;
  friend class Burst;
  friend class Connection;
  friend class Delivery;
  friend class FlaggedSocket;
  friend class Namespace;
  friend class Node;
  template <typename Items, typename SocketOf, typename Visit>
  friend void visit_ahead(const Items&, const SocketOf&, const Visit&);

  /// Where the socket is in its life, for those who end it.
  enum class State : std::uint8_t { connecting, connected, disconnected };

  /// An answer that is awaited.
  class PendingAck final : public Timer {
   public:
    PendingAck(Socket& socket, std::uint64_t id, AckCallback callback)
        : callback_{std::move(callback)}, socket_{socket}, id_{id} {}
    void call(Result<AckAnswer> answer) { callback_(std::move(answer)); }

   private:
    void expired(Instant now) override;
    AckCallback callback_;
    Socket& socket_;
    std::uint64_t id_;
  };

  /// What few sockets have.
  struct Extras {
    EventHandlers handlers;
    Handlers<EventHandler> any;
    Handlers<OutgoingHandler> any_outgoing;
    Handlers<SocketMiddleware> middlewares;
    Handlers<ErrorHandler> error;
    Handlers<DisconnectHandler> disconnecting;
    Handlers<DisconnectHandler> disconnect;
    std::map<std::uint64_t, std::unique_ptr<PendingAck>> pending;
    std::uint64_t next_ack_id{};
    std::uint64_t last_handler_id{};
    std::string pid;                             // empty without a recovery that keeps sessions
    std::vector<std::string> nodes;              // where it has lived before
    std::unique_ptr<RecoveredSession> restored;  // until CONNECT is answered

    /// Whether nobody has put anything here but a recovery.
    [[nodiscard]] bool is_unused() const {
      return last_handler_id == 0 && next_ack_id == 0 && pid.empty();
    }
  };

  Extras& extras();
  [[nodiscard]] HandlerId next_handler_id();
  void note_outgoing_handlers();
  void transmit(const Emission& emission, EmitFlags flags);
  void ask(const Emission& emission, EmitFlags flags, AckCallback callback);
  /// Encodes and sends, and tells the handlers for outgoing events first.
  void send_event(const Emission& emission, std::optional<std::uint64_t> id, EmitFlags flags);
  /// The answer to the event that came with `id`.
  void answer(std::uint64_t id, Raw args);
  /// Takes an awaited answer out; null when it is not awaited.
  std::unique_ptr<PendingAck> take_pending(std::uint64_t id);
  void fail_pending();
  /// Empty without a recovery that keeps sessions.
  [[nodiscard]] std::string_view pid() const {
    return extras_ == nullptr ? std::string_view{} : std::string_view{extras_->pid};
  }
  /// The same emission, with its offset when it can be recovered.
  [[nodiscard]] Emission stamped(Emission emission);

  // What a broadcast looks at stands together.
  engineio::Socket* engine_{};  // null unless connected
  State state_{State::connecting};
  bool reads_msgpack_{};
  bool is_recovered_{};
  bool is_outgoing_heard_{};  // there are handlers for any outgoing event
  std::uint32_t index_{};     // among the sockets of its namespace
  SocketHandle handle_{};
  Namespace& nsp_;
  Connection* connection_;        // null once detached from it
  std::unique_ptr<Socket> next_;  // of the same connection
  std::unique_ptr<std::string> auth_;
  std::unique_ptr<SocketData> data_;
  std::unique_ptr<Extras> extras_;
  std::array<char, id_size> id_{};
};

}  // namespace veche::socketio
