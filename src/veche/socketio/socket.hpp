#pragma once

/// @file
/// One client in one namespace: what handlers hold and speak through.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/frame.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/socketio/broadcast_operator.hpp"
#include "veche/socketio/disconnect_reason.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/event.hpp"
#include "veche/socketio/recovery.hpp"
#include "veche/socketio/rooms.hpp"

namespace veche::socketio {

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

/// A client in a namespace, as `socket` in Socket.IO's server API.
///
///     nsp.on_connection([](Socket& socket) {
///       socket.join("chat-1");
///       socket.emit("welcome", R"({"version":1})");
///     });
///
/// In all of it, `args` is JSON values, comma separated and without brackets: `"a",{"b":1}`; it
/// must be valid. Event names are any UTF-8.
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
  /// Frees the handshake's memory, the request's for every namespace of the client.
  void forget_handshake();

  /// Ignored once disconnected.
  void join(std::string_view room);
  void leave(std::string_view room);
  [[nodiscard]] bool is_in(std::string_view room) const;
  /// Its rooms, its own id first.
  [[nodiscard]] std::vector<std::string> rooms() const;

  void emit(std::string_view event, std::string_view args = {});
  void emit(std::string_view event, std::string_view args, const Attachments& attachments);
  /// Dropped when the client is slow: more than Options::volatile_queue_bytes_max wait for it.
  void emit_volatile(std::string_view event, std::string_view args = {});
  /// Asks for an ack, and calls `callback` once, maybe inside this call: see AckCallback. The time
  /// runs from Node::now(); zero waits for as long as the socket lives.
  void emit_with_ack(const Emission& emission, Milliseconds timeout, AckCallback callback);
  /// Whether more than Options::volatile_queue_bytes_max wait for the client.
  [[nodiscard]] bool is_slow() const;
  /// A packet that was encoded for this namespace.
  void send(const engineio::Outgoing& packet, Priority priority);

  /// Everyone in the room but this socket.
  [[nodiscard]] BroadcastOperator to(std::string_view room);
  /// Everyone in the namespace but this socket.
  [[nodiscard]] BroadcastOperator broadcast();

  /// Tells the client that it is disconnected, which then does not come back by itself, and ends
  /// the socket with "server namespace disconnect". Ignored before the CONNECT answer.
  void disconnect(Scope scope = Scope::nsp);
  /// Ends the connection without that word, with "forced server close": the client comes back.
  void close_connection(engineio::Closing how);

  /// Handlers of this socket alone, called after those of its namespace.
  void on(std::string_view event, EventHandler handler);
  void on_any(EventHandler handler);
  void on_disconnecting(DisconnectHandler handler);
  void on_disconnect(DisconnectHandler handler);

  /// Whether it is one that was cut off and has come back: same id, rooms and data, and what it
  /// has missed has been sent. Always false without Options::recovery.
  [[nodiscard]] bool recovered() const;

  void set_data(std::unique_ptr<SocketData> data) { data_ = std::move(data); }
  /// Null when there is none or it is of another type.
  template <typename T>
  [[nodiscard]] T* data() const {
    return dynamic_cast<T*>(data_.get());
  }

 private:
  friend class Connection;
  friend class Namespace;
  friend class Node;

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
    EventHandlers::List any;
    std::deque<DisconnectHandler> disconnecting;
    std::deque<DisconnectHandler> disconnect;
    std::map<std::uint64_t, std::unique_ptr<PendingAck>> pending;
    std::uint64_t next_ack_id{};
    std::string pid;  // empty without recovery
    bool is_recovered{};
    std::vector<std::string> nodes;              // where it has lived before
    std::unique_ptr<RecoveredSession> restored;  // until CONNECT is answered
  };

  Extras& extras();
  /// Takes an awaited answer out; null when it is not awaited.
  std::unique_ptr<PendingAck> take_pending(std::uint64_t id);
  void fail_pending();
  /// Empty without recovery.
  [[nodiscard]] std::string_view pid() const {
    return extras_ == nullptr ? std::string_view{} : std::string_view{extras_->pid};
  }
  /// The same emission, with its offset when it can be recovered.
  [[nodiscard]] Emission stamped(Emission emission);

  Namespace& nsp_;
  Connection* connection_;        // null once detached from it
  engineio::Socket* engine_{};    // null unless connected
  std::unique_ptr<Socket> next_;  // of the same connection
  std::unique_ptr<std::string> auth_;
  std::unique_ptr<SocketData> data_;
  std::unique_ptr<Extras> extras_;
  SocketHandle handle_{};
  std::uint32_t index_{};  // among the sockets of its namespace
  State state_{State::connecting};
  std::array<char, id_size> id_{};
};

}  // namespace veche::socketio
