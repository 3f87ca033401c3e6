#pragma once

/// @file
/// A namespace: its handlers, its sockets, its rooms.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/pointer_table.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/audience.hpp"
#include "veche/socketio/broadcast_acks.hpp"
#include "veche/socketio/event.hpp"
#include "veche/socketio/room_handlers.hpp"
#include "veche/socketio/rooms.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

/// What a middleware is handed to say how it goes on, now or later.
///
///     nsp.use([](Socket& socket, Next next) {
///       if (socket.auth() == "{}") return next.refuse("no token");
///       next();
///     });
///
/// Answers once; dropped unanswered, it leaves the client waiting for CONNECT. Does nothing when
/// the socket has gone. Threads and Lifetime as Ack.
class Next {
 public:
  Next(Node& node, SocketHandle socket, std::size_t middleware)
      : node_{&node}, socket_{socket}, middleware_{middleware} {}
  Next(Next&& other) noexcept;
  Next& operator=(Next&& other) noexcept;
  Next(const Next&) = delete;
  Next& operator=(const Next&) = delete;
  ~Next() = default;

  /// On to the next middleware, and after the last to CONNECT.
  void operator()();

  /// Answers CONNECT_ERROR: `message` is any UTF-8, `data` JSON or empty for none.
  void refuse(std::string_view message, std::string_view data = {});

 private:
  Node* node_;
  SocketHandle socket_;
  std::size_t middleware_;  // the one to come
};

using Middleware = UniqueFunction<void(Socket&, Next)>;
using ConnectionHandler = UniqueFunction<void(Socket&)>;
using UpgradeHandler = UniqueFunction<void(Socket&)>;

/// How a node that another one asks with server_side_emit_with_ack() answers: once, with one JSON
/// value; does nothing when no answer is wanted. Threads  The Node's loop.
/// Lifetime  May be moved out of the handler, and is not called after the Node's end.
class ServerSideAck {
 public:
  using Reply = UniqueFunction<void(Answer)>;

  ServerSideAck() = default;
  explicit ServerSideAck(Reply reply) : reply_{std::move(reply)} {}

  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(reply_); }
  void operator()(Answer answer = {}) {
    if (reply_) std::exchange(reply_, nullptr)(std::move(answer));
  }

 private:
  Reply reply_;
};

/// Told of an event whose arguments suit no handler, and which asks for no ack.
using InvalidHandler = UniqueFunction<void(Socket&, Event&, std::string_view problem)>;
using ServerSideHandler = UniqueFunction<void(const Emission&, ServerSideAck&)>;

/// What an application gave a namespace to be called.
struct NamespaceHandlers {
  std::list<Middleware> middlewares;
  Handlers<ConnectionHandler> connection;
  EventHandlers events;
  Handlers<EventHandler> any;
  Handlers<InvalidHandler> invalid;
  Handlers<UpgradeHandler> upgrade;
  Handlers<DisconnectHandler> disconnecting;
  Handlers<DisconnectHandler> disconnect;
};

/// A namespace, as `io.of("/chat")` in Socket.IO.
///
///     Namespace& chat = node.of("/chat");
///     chat.on_connection([](Socket& socket) { socket.join("lobby"); });
///     chat.on("say", [&](Socket& socket, std::string text, Ack ack) {
///       chat.to("lobby").emit("said", socket.id(), text);
///       ack(true);
///     });
///
/// Handlers take values, see TypedHandler, or (Socket&, Event&). They run in the order in which
/// they were added, those for any event before those for the one, the namespace's before the
/// socket's own, for as long as the socket is connected. Between the two a socket's middlewares may
/// drop the event.
///
/// Time      A broadcast encodes its frame once; each receiver costs one look at its socket and
///           one send(). A room's name costs a hash.
/// Memory    About 22 bytes a socket. Threads  The Node's loop.
/// Errors    Handlers must not throw: one that does is logged, and the connection is closed.
/// Lifetime  Owned by its Node, for as long as that lives; a child of a ParentNamespace ends
/// before.
class Namespace {
 public:
  /// Made by a Node only.
  Namespace(Node& node, std::string name, const AdapterFactory& adapter);
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;
  ~Namespace();

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] Node& node() const { return node_; }

  /// Runs for each CONNECT, in order. `use` of "/" is what `io.use` is in Socket.IO.
  Namespace& use(Middleware middleware);
  /// Called when CONNECT has been answered: what it emits follows that answer.
  Namespace& on_connection(ConnectionHandler handler);
  Namespace& on(std::string_view event, EventHandler handler);
  template <TypedHandler F>
  Namespace& on(std::string_view event, F&& handler) {
    return on(event, typed_handler(std::forward<F>(handler)));
  }
  Namespace& off(std::string_view event);
  /// Called for each event, before all others.
  Namespace& on_any(EventHandler handler);
  Namespace& prepend_any(EventHandler handler);
  Namespace& off_any();
  Namespace& on_invalid(InvalidHandler handler);
  /// Called when the connection of a socket has moved from polling to WebSocket, "upgrade" of
  /// `socket.conn` in Socket.IO. One that moves before CONNECT is answered is not told of: its
  /// conn() then says WebSocket from the beginning.
  Namespace& on_upgrade(UpgradeHandler handler);
  /// Called while the socket is still in its rooms.
  Namespace& on_disconnecting(DisconnectHandler handler);
  Namespace& on_disconnect(DisconnectHandler handler);
  /// Told of the rooms of this node, a socket's own included, as by the events of Socket.IO's
  /// adapters: when a room gets its first socket and has lost its last, and of each that comes and
  /// goes, by its id. Not inherited from a parent.
  Namespace& on_create_room(RoomHandler handler);
  Namespace& on_delete_room(RoomHandler handler);
  Namespace& on_join_room(MembershipHandler handler);
  Namespace& on_leave_room(MembershipHandler handler);
  /// What other nodes say with server_side_emit(), with or without an ack.
  Namespace& on_server_side_emit(ServerSideHandler handler);

  [[nodiscard]] BroadcastOperator to(std::string_view room);
  [[nodiscard]] BroadcastOperator to(std::span<const std::string> rooms);
  [[nodiscard]] BroadcastOperator except(std::string_view room);
  [[nodiscard]] BroadcastOperator volatile_();  // NOLINT(readability-identifier-naming): a keyword
  [[nodiscard]] BroadcastOperator local();
  [[nodiscard]] BroadcastOperator timeout(Milliseconds timeout);
  [[nodiscard]] BroadcastOperator compress(bool is_wanted);
  void emit(std::string_view event, Raw args = {});
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, Arguments{values...}.raw());
  }
  void sockets_join(std::string_view room);
  void sockets_leave(std::string_view room);
  void disconnect_sockets(Scope scope = Scope::nsp);
  void server_side_emit(std::string_view event, Raw args = {});
  /// Asks each other node; `callback` gets what they answered.
  void server_side_emit_with_ack(const Emission& emission, Adapter::AnswersCallback callback);
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void server_side_emit(std::string_view event, const Ts&... values) {
    server_side_emit(event, Arguments{values...}.raw());
  }

  /// To those of this node who are in any of the audience's rooms.
  void emit(Audience& audience, const Emission& emission, BroadcastFlags flags = {});

  /// The connected sockets of this node, in no lasting order.
  [[nodiscard]] std::span<Socket* const> sockets() const { return sockets_; }
  /// A connected socket of this node; null when there is none of that id.
  [[nodiscard]] Socket* find(std::string_view id) const;

  [[nodiscard]] Adapter& adapter() const { return *adapter_; }
  /// From now on `recovery` brings clients back, instead of the adapter's own; it outlives the
  /// namespace's sockets. For one that knows more of the application than an adapter does.
  void recover_with(Recovery& recovery) { recovery_ = &recovery; }
  /// Null when clients do not come back to where they were.
  [[nodiscard]] Recovery* recovery() const {
    return recovery_ != nullptr ? recovery_ : adapter_->recovery();
  }
  /// Who is in which room on this node; joins and leaves go through the adapter.
  [[nodiscard]] Rooms& rooms() { return rooms_; }

  /// For adapters: another node said this, and wants an answer or not.
  void receive_server_side(const Emission& emission, ServerSideAck ack = {});
  /// For adapters: the acks that broadcasts await of this node's sockets.
  [[nodiscard]] BroadcastAcks& broadcast_acks() { return broadcast_acks_; }
  /// For adapters: calls what the application gave; what it throws is logged.
  void call_guarded(std::string_view what, Task call);
  /// See refuse_arguments().
  void receive_invalid(Socket& socket, Event& event, std::string_view problem);

 private:
  friend class DynamicNamespaces;
  friend class Node;

  struct IdOf {
    std::string_view operator()(const Socket& socket) const { return socket.id(); }
  };

  void add(Socket& socket);
  void remove(Socket& socket);
  void hear_server_side(const Emission& emission, ServerSideAck& ack);
  RoomHandlers& room_handlers();
  /// The one at `index`; null after the last.
  [[nodiscard]] Middleware* middleware(std::size_t index);
  /// Everything that handlers of this namespace come from.
  template <typename Visit>
  void for_each_source(const Visit& visit) {
    if (parent_ != nullptr) visit(parent_->handlers_);
    visit(handlers_);
  }

  Node& node_;
  std::string name_;
  Rooms rooms_;
  std::vector<Socket*> sockets_;
  PointerTable<Socket*, IdOf> by_id_;
  BroadcastAcks broadcast_acks_;
  std::unique_ptr<Adapter> adapter_;
  Recovery* recovery_{};  // the application's; null for the adapter's

  Namespace* parent_{};         // a ParentNamespace; null when there is none
  std::uint32_t population_{};  // sockets that are connected or about to be
  NamespaceHandlers handlers_;
  std::unique_ptr<RoomHandlers> room_handlers_;
  std::deque<ServerSideHandler> on_server_side_;
};

}  // namespace veche::socketio
