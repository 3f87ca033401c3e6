#include "veche/socketio/memory_adapter.hpp"

#include <utility>

#include "veche/socketio/ahead.hpp"
#include "veche/socketio/delivery.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// Visits everyone in the room of that name, be it a room or a socket's own.
template <typename Visit>
void visit_room(Namespace& nsp, std::string_view name, const Visit& visit) {
  if (const Room* room = nsp.rooms().find(name)) {
    visit_ahead(
        room->seats(), [](const Room::Seat& seat) { return seat.member; }, visit);
  }
  if (name.size() != Socket::id_size) return;
  if (Socket* socket = nsp.find(name)) visit(*socket);
}

RemoteSocket remote(const Socket& socket) {
  const auto* data = socket.data<SocketData>();
  return {std::string{socket.id()}, socket.rooms(), socket.handshake().to_json(),
          data == nullptr ? "{}" : data->to_json()};
}

}  // namespace

MemoryAdapter::MemoryAdapter(Namespace& nsp) : MemoryAdapter{nsp, "0"} {}

MemoryAdapter::MemoryAdapter(Namespace& nsp, std::string uid) : nsp_{nsp} {
  if (nsp.node().options().recovery)
    recovery_ = std::make_unique<MemoryRecovery>(nsp, std::move(uid));
}

/// `visit` changes no room and disconnects nobody.
template <typename Visit>
void MemoryAdapter::for_each(const BroadcastOptions& options, const Visit& visit) {
  const std::uint64_t mark = nsp_.rooms().next_mark();
  const auto visit_once = [&](Socket& socket) {
    if (socket.visit(mark)) visit(socket);
  };
  for (const std::string_view name : options.except)
    visit_room(nsp_, name, [&](Socket& socket) { socket.visit(mark); });
  for (const std::string_view name : options.rooms) visit_room(nsp_, name, visit_once);
  if (!options.rooms.empty()) return;
  visit_ahead(
      nsp_.sockets(), [](Socket* socket) { return socket; }, visit_once);
}

std::vector<Socket*> MemoryAdapter::chosen(const BroadcastOptions& options) {
  std::vector<Socket*> sockets;
  for_each(options, [&](Socket& socket) {
    if (socket.is_connected()) sockets.push_back(&socket);
  });
  return sockets;
}

void MemoryAdapter::add_all(Socket& socket, std::span<const std::string_view> rooms) {
  for (const std::string_view room : rooms) nsp_.rooms().join(socket, room);
}

void MemoryAdapter::del(Socket& socket, std::string_view room) { nsp_.rooms().leave(socket, room); }

void MemoryAdapter::del_all(Socket& socket) { nsp_.rooms().leave_all(socket); }

void MemoryAdapter::broadcast(const Emission& emission, const BroadcastOptions& options) {
  if (recovery_ == nullptr || options.flags.is_volatile) return deliver(emission, options);
  cluster::Broadcast said{.packet = ClusterPacket{emission}, .options = ClusterOptions{options}};
  said.position = recovery_->next_position();
  const std::string offset =
      recovery_->record(std::make_shared<const cluster::Broadcast>(std::move(said)));
  Emission stamped = emission;
  stamped.offset = offset;
  deliver(stamped, options);
}

void MemoryAdapter::deliver(const Emission& emission, const BroadcastOptions& options) {
  Delivery delivery{nsp_.node(), nsp_.name(), emission, options.flags};
  for_each(options, [&](Socket& socket) { delivery.to(socket); });
}

void MemoryAdapter::broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                                       Milliseconds timeout, std::unique_ptr<AckEvents> events) {
  BroadcastAcks& acks = nsp_.broadcast_acks();
  if (acks.is_full()) return events->finished(AckOutcome::overloaded);
  const std::uint64_t id = acks.next_id();
  std::vector<SocketHandle> receivers;
  Delivery delivery{nsp_.node(), nsp_.name(), emission, options.flags, id};
  for_each(options, [&](Socket& socket) {
    if (delivery.to(socket)) receivers.push_back(socket.handle());
  });
  acks.await(id, receivers, timeout, std::move(events));
}

void MemoryAdapter::add_sockets(const BroadcastOptions& options,
                                std::span<const std::string_view> rooms) {
  for (Socket* socket : chosen(options)) nsp_.adapter().add_all(*socket, rooms);
}

void MemoryAdapter::del_sockets(const BroadcastOptions& options,
                                std::span<const std::string_view> rooms) {
  for (Socket* socket : chosen(options)) {
    for (const std::string_view room : rooms) nsp_.adapter().del(*socket, room);
  }
}

void MemoryAdapter::disconnect_sockets(const BroadcastOptions& options, Scope scope) {
  // Hooks may end any of the others meanwhile, so each is looked up anew.
  std::vector<SocketHandle> handles;
  for (const Socket* socket : chosen(options)) handles.push_back(socket->handle());
  for (const SocketHandle handle : handles) {
    if (Socket* socket = nsp_.node().find(handle)) socket->disconnect(scope);
  }
}

void MemoryAdapter::fetch_sockets(const BroadcastOptions& options, FetchCallback callback) {
  std::vector<RemoteSocket> found;
  for (const Socket* socket : chosen(options)) found.push_back(remote(*socket));
  callback(std::move(found));
}

void MemoryAdapter::server_side_emit(const Emission& /*emission*/) {}

void MemoryAdapter::server_side_emit_with_ack(const Emission& /*emission*/,
                                              AnswersCallback callback) {
  callback({AckOutcome::complete, {}});
}

}  // namespace veche::socketio
