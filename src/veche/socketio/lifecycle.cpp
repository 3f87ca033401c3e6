// How the sockets of a Node come and go.

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

void Node::connect(Connection& connection, const Packet& packet) {
  if (dynamic_namespaces_.is_asking(connection, packet.nsp))
    return close_for(connection, DisconnectReason::forced_server_close);
  Namespace* nsp = find(packet.nsp);
  if (nsp == nullptr) return dynamic_namespaces_.ask(connection, packet.nsp, packet.data);
  if (nsp->parent_ != nullptr && is_crowded(connection))
    return refuse_namespace(connection, packet.nsp, "Too many namespaces");
  connect_to(connection, *nsp, packet.data);
}

void Node::connect_to(Connection& connection, Namespace& nsp, std::string_view auth) {
  const std::string id = random_id(rng_, Socket::id_size);
  Socket& socket = connection.add(std::make_unique<Socket>(nsp, connection, id));
  ++nsp.population_;
  socket.handle_ = sockets_.add(socket);
  if (!auth.empty()) socket.auth_ = std::make_unique<std::string>(auth);
  if (!begin_recovery(socket)) continue_connect(socket.handle_, 0);
}

void Node::refuse_namespace(Connection& connection, std::string_view name, std::string_view why) {
  send(connection, encoder_.connect_error(name, why, {}), Priority::hi);
}

void Node::continue_connect(SocketHandle handle, std::size_t middleware) {
  const Dispatch scope{*this};
  Socket* socket = sockets_.find(handle);
  if (socket == nullptr || socket->connection_ == nullptr) return;
  Middleware* next = socket->nsp().middleware(middleware);
  if (next == nullptr) return finish_connect(*socket);
  guard(socket, "middleware", [&] { (*next)(*socket, Next{*this, handle, middleware + 1}); });
}

void Node::finish_connect(Socket& socket) {
  Namespace& nsp = socket.nsp();
  Connection& connection = *socket.connection_;
  if (!connection.decoder().is_collecting()) connection.stop_waiting();
  socket.state_ = Socket::State::connected;
  socket.engine_ = &connection.engine();
  socket.reads_msgpack_ = connection.speaks_msgpack();
  const auto pid = resume(socket);
  if (!pid) return;
  nsp.add(socket);
  socket.send(encoder_.connect(nsp.name(), socket.id(), *pid), Priority::hi);
  nsp.for_each_source([&](NamespaceHandlers& from) {
    from.connection.for_each([&](ConnectionHandler& handler) {
      if (socket.is_connected()) guard(&socket, "connection", [&] { handler(socket); });
      return socket.is_connected();
    });
  });
}

void Node::upgraded(engineio::Socket& engine, Instant now) {
  advance_to(now);
  if (depth_ == 0) dynamic_namespaces_.free_removed();
  const Dispatch scope{*this};
  std::vector<SocketHandle> handles;  // a handler may take others off the connection
  const Connection& connection = Connection::of(engine);
  for (const Socket* each = connection.first(); each != nullptr; each = Connection::next(*each))
    handles.push_back(each->handle());
  for (const SocketHandle handle : handles) {
    Socket* socket = find(handle);
    if (socket == nullptr) continue;
    socket->nsp().for_each_source([&](NamespaceHandlers& from) {
      from.upgrade.for_each([&](UpgradeHandler& handler) {
        if (socket->is_connected()) guard(socket, "upgrade", [&] { handler(*socket); });
        return socket->is_connected();
      });
    });
  }
}

void Node::refuse_connect(SocketHandle handle, std::string_view message, std::string_view data) {
  const Dispatch scope{*this};
  Socket* socket = sockets_.find(handle);
  if (socket == nullptr || socket->connection_ == nullptr) return;
  Connection& connection = *socket->connection_;
  const auto refusal = encoder_.connect_error(socket->nsp().name(), message, data);
  send(connection, refusal, Priority::hi);
  // It was never connected, so nobody is told the reason.
  end(connection.take(*socket), DisconnectReason::server_namespace_disconnect);
}

void Node::disconnect(Socket& socket, Scope scope) {
  const Dispatch dispatch_scope{*this};
  if (!socket.is_connected()) return;
  Connection& connection = *socket.connection_;
  constexpr auto reason = DisconnectReason::server_namespace_disconnect;
  if (scope == Scope::nsp) {
    socket.send(encoder_.disconnect(socket.nsp().name()), Priority::hi);
    return end(connection.take(socket), reason);
  }
  for (Socket* each = connection.first(); each != nullptr; each = Connection::next(*each))
    each->send(encoder_.disconnect(each->nsp().name()), Priority::hi);
  close(connection, engineio::Closing::flush, reason);
}

void Node::close(Connection& connection, engineio::Closing how, DisconnectReason reason) {
  const Dispatch scope{*this};
  connection.stop_waiting();
  auto sockets = connection.take_all();
  // The engine may free the connection inside this call.
  connection.close(how);
  end_all(std::move(sockets), reason);
}

void Node::close() {
  const Dispatch scope{*this};
  std::vector<SocketHandle> handles;
  for (const auto& [name, nsp] : namespaces_)
    for (const Socket* socket : nsp->sockets()) handles.push_back(socket->handle());
  for (const SocketHandle handle : handles) {
    Socket* socket = find(handle);
    if (socket != nullptr && socket->connection_ != nullptr)
      close(*socket->connection_, engineio::Closing::draining,
            DisconnectReason::server_shutting_down);
  }
}

void Node::end_all(std::unique_ptr<Socket> sockets, DisconnectReason reason) {
  while (sockets != nullptr) end(Connection::pop(sockets), reason);
}

void Node::end(std::unique_ptr<Socket> owned, DisconnectReason reason) {
  VECHE_EXPECTS(depth_ > 0);
  Socket& socket = *owned;
  Namespace& nsp = socket.nsp();
  ended_.push_back(std::move(owned));
  const bool was_connected = socket.state_ == Socket::State::connected;
  const auto tell = [&](Handlers<DisconnectHandler>& handlers, std::string_view what) {
    if (!was_connected) return;
    handlers.for_each([&](DisconnectHandler& handler) {
      guard(nullptr, what, [&] { handler(socket, reason); });
      return true;
    });
  };
  nsp.for_each_source([&](NamespaceHandlers& from) { tell(from.disconnecting, "disconnecting"); });
  if (socket.extras_ != nullptr) tell(socket.extras_->disconnecting, "disconnecting");
  if (was_connected) persist(socket, reason);
  socket.state_ = Socket::State::disconnected;
  nsp.adapter().del_all(socket);
  if (was_connected) nsp.remove(socket);
  sockets_.remove(socket.handle_);
  socket.fail_pending();
  nsp.for_each_source([&](NamespaceHandlers& from) { tell(from.disconnect, "disconnect"); });
  if (socket.extras_ != nullptr) tell(socket.extras_->disconnect, "disconnect");
  --nsp.population_;
  dynamic_namespaces_.left(nsp);
}

void Node::free_ended() {
  // What the application keeps for a socket may end others when it is freed.
  while (!ended_.empty()) {
    const auto ended = std::exchange(ended_, {});
  }
}

}  // namespace veche::socketio
