#include "veche/socketio/namespace.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/ahead.hpp"
#include "veche/socketio/delivery.hpp"
#include "veche/socketio/memory_adapter.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

Next::Next(Next&& other) noexcept
    : node_{std::exchange(other.node_, nullptr)},
      socket_{other.socket_},
      middleware_{other.middleware_} {}

Next& Next::operator=(Next&& other) noexcept {
  node_ = std::exchange(other.node_, nullptr);
  socket_ = other.socket_;
  middleware_ = other.middleware_;
  return *this;
}

void Next::operator()() {
  if (node_ != nullptr) std::exchange(node_, nullptr)->continue_connect(socket_, middleware_);
}

void Next::refuse(std::string_view message, std::string_view data) {
  if (node_ != nullptr) std::exchange(node_, nullptr)->refuse_connect(socket_, message, data);
}

Namespace::Namespace(Node& node, std::string name, const AdapterFactory& adapter)
    : node_{node},
      name_{std::move(name)},
      broadcast_acks_{node},
      adapter_{adapter ? adapter(*this) : std::make_unique<MemoryAdapter>(*this)} {}

Namespace::~Namespace() = default;

Namespace& Namespace::use(Middleware middleware) {
  handlers_.middlewares.push_back(std::move(middleware));
  return *this;
}

Namespace& Namespace::on_connection(ConnectionHandler handler) {
  handlers_.connection.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on(std::string_view event, EventHandler handler) {
  handlers_.events.add(event, std::move(handler));
  return *this;
}

Namespace& Namespace::off(std::string_view event) {
  handlers_.events.off(event);
  return *this;
}

Namespace& Namespace::on_any(EventHandler handler) {
  handlers_.any.add(std::move(handler));
  return *this;
}

Namespace& Namespace::prepend_any(EventHandler handler) {
  handlers_.any.prepend(std::move(handler));
  return *this;
}

Namespace& Namespace::off_any() {
  handlers_.any.off_all();
  return *this;
}

Namespace& Namespace::on_invalid(InvalidHandler handler) {
  handlers_.invalid.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_upgrade(UpgradeHandler handler) {
  handlers_.upgrade.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_disconnecting(DisconnectHandler handler) {
  handlers_.disconnecting.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_disconnect(DisconnectHandler handler) {
  handlers_.disconnect.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_server_side_emit(ServerSideHandler handler) {
  on_server_side_.push_back(std::move(handler));
  return *this;
}

BroadcastOperator Namespace::to(std::string_view room) { return BroadcastOperator{*this}.to(room); }

BroadcastOperator Namespace::to(std::span<const std::string> rooms) {
  return BroadcastOperator{*this}.to(rooms);
}

BroadcastOperator Namespace::except(std::string_view room) {
  return BroadcastOperator{*this}.except(room);
}

BroadcastOperator Namespace::volatile_() { return BroadcastOperator{*this}.volatile_(); }

BroadcastOperator Namespace::local() { return BroadcastOperator{*this}.local(); }

BroadcastOperator Namespace::timeout(Milliseconds timeout) {
  return BroadcastOperator{*this}.timeout(timeout);
}

BroadcastOperator Namespace::compress(bool is_wanted) {
  return BroadcastOperator{*this}.compress(is_wanted);
}

void Namespace::emit(std::string_view event, Raw args) {
  adapter_->broadcast({event, args.args, args.attachments}, {});
}

void Namespace::sockets_join(std::string_view room) { BroadcastOperator{*this}.sockets_join(room); }

void Namespace::sockets_leave(std::string_view room) {
  BroadcastOperator{*this}.sockets_leave(room);
}

void Namespace::disconnect_sockets(Scope scope) {
  BroadcastOperator{*this}.disconnect_sockets(scope);
}

void Namespace::server_side_emit(std::string_view event, Raw args) {
  adapter_->server_side_emit({event, args.args, args.attachments});
}

RoomHandlers& Namespace::room_handlers() {
  if (room_handlers_ == nullptr) {
    room_handlers_ = std::make_unique<RoomHandlers>(node_);
    rooms_.tell(room_handlers_.get());
  }
  return *room_handlers_;
}

Namespace& Namespace::on_create_room(RoomHandler handler) {
  room_handlers().created.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_delete_room(RoomHandler handler) {
  room_handlers().deleted.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_join_room(MembershipHandler handler) {
  room_handlers().joined.add(std::move(handler));
  return *this;
}

Namespace& Namespace::on_leave_room(MembershipHandler handler) {
  room_handlers().left.add(std::move(handler));
  return *this;
}

void Namespace::server_side_emit_with_ack(const Emission& emission,
                                          Adapter::AnswersCallback callback) {
  adapter_->server_side_emit_with_ack(
      emission, [this, call = std::move(callback)](Answers answers) mutable {
        call_guarded("server-side ack", [&] { call(std::move(answers)); });
      });
}

void Namespace::receive_server_side(const Emission& emission, ServerSideAck ack) {
  const Node::Dispatch scope{node_};
  hear_server_side(emission, ack);
}

void Namespace::hear_server_side(const Emission& emission, ServerSideAck& ack) {
  if (parent_ != nullptr) parent_->hear_server_side(emission, ack);
  const std::size_t count = on_server_side_.size();
  for (std::size_t i = 0; i < count; ++i) {
    node_.guard(nullptr, "server-side", [&] { on_server_side_[i](emission, ack); });
  }
}

void Namespace::call_guarded(std::string_view what, Task call) {
  const Node::Dispatch scope{node_};
  node_.guard(nullptr, what, [&] { call(); });
}

void Namespace::receive_invalid(Socket& socket, Event& event, std::string_view problem) {
  node_.log_invalid(event, problem);
  for_each_source([&](NamespaceHandlers& from) {
    from.invalid.for_each([&](InvalidHandler& handler) {
      node_.guard(&socket, event.name, [&] { handler(socket, event, problem); });
      return socket.is_connected();
    });
  });
}

void Namespace::emit(Audience& audience, const Emission& emission, BroadcastFlags flags) {
  const auto members = audience.members();
  if (members.empty()) return;
  Delivery delivery{node_, name_, emission, flags};
  visit_ahead(
      members, [](Member* member) { return member; },
      [&delivery](Socket& socket) { delivery.to(socket); });
}

Middleware* Namespace::middleware(std::size_t index) {
  Middleware* found = nullptr;
  for_each_source([&](NamespaceHandlers& from) {
    for (Middleware& each : from.middlewares) {
      if (index-- == 0) found = &each;
    }
  });
  return found;
}

Socket* Namespace::find(std::string_view id) const { return by_id_.find(id); }

void Namespace::add(Socket& socket) {
  socket.index_ = static_cast<std::uint32_t>(sockets_.size());
  sockets_.push_back(&socket);
  by_id_.insert(&socket);
  if (room_handlers_ == nullptr) return;
  room_handlers_->create_room(socket.id());
  room_handlers_->join_room(socket.id(), socket);
}

void Namespace::remove(Socket& socket) {
  Socket* last = sockets_.back();
  last->index_ = socket.index_;
  sockets_[socket.index_] = last;
  sockets_.pop_back();
  by_id_.take(socket.id());
  if (room_handlers_ == nullptr) return;
  room_handlers_->leave_room(socket.id(), socket);
  room_handlers_->delete_room(socket.id());
}

}  // namespace veche::socketio
