// How the sockets of a Node come and go.

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

void Node::connect(Connection& connection, const Decoded& decoded) {
  const Packet& packet = decoded.packet;
  engineio::Socket& engine = connection.engine();
  Namespace* nsp = find(packet.nsp);
  if (nsp == nullptr) {
    const auto refusal = encoder_.connect_error(packet.nsp, "Invalid namespace", {});
    return engine.send(refusal, Priority::hi);
  }
  const std::string id = random_id(rng_, Socket::id_size);
  Socket& socket = connection.add(std::make_unique<Socket>(*nsp, connection, id));
  socket.handle_ = sockets_.add(socket);
  if (!packet.data.empty()) socket.auth_ = std::make_unique<std::string>(packet.data);
  if (!begin_recovery(socket, decoded.data)) continue_connect(socket.handle_, 0);
}

void Node::continue_connect(SocketHandle handle, std::size_t middleware) {
  const Dispatch scope{*this};
  Socket* socket = sockets_.find(handle);
  if (socket == nullptr || socket->connection_ == nullptr) return;
  auto& middlewares = socket->nsp().middlewares_;
  if (middleware == middlewares.size()) return finish_connect(*socket);
  guard(socket, "middleware", [&] {
    middlewares[middleware](*socket, Next{*this, handle, middleware + 1});
  });
}

void Node::finish_connect(Socket& socket) {
  Namespace& nsp = socket.nsp();
  Connection& connection = *socket.connection_;
  if (!connection.decoder().is_collecting()) connection.stop_waiting();
  socket.state_ = Socket::State::connected;
  socket.engine_ = &connection.engine();
  if (!resume(socket)) return;
  nsp.add(socket);
  socket.send(encoder_.connect(nsp.name(), socket.id(), socket.pid()), Priority::hi);
  const std::size_t count = nsp.on_connection_.size();
  for (std::size_t i = 0; i < count && socket.is_connected(); ++i)
    guard(&socket, "connection", [&] { nsp.on_connection_[i](socket); });
}

void Node::refuse_connect(SocketHandle handle, std::string_view message, std::string_view data) {
  const Dispatch scope{*this};
  Socket* socket = sockets_.find(handle);
  if (socket == nullptr || socket->connection_ == nullptr) return;
  Connection& connection = *socket->connection_;
  const auto refusal = encoder_.connect_error(socket->nsp().name(), message, data);
  connection.engine().send(refusal, Priority::hi);
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

void Node::end_all(std::unique_ptr<Socket> sockets, DisconnectReason reason) {
  while (sockets != nullptr) end(Connection::pop(sockets), reason);
}

void Node::end(std::unique_ptr<Socket> owned, DisconnectReason reason) {
  VECHE_EXPECTS(depth_ > 0);
  Socket& socket = *owned;
  Namespace& nsp = socket.nsp();
  ended_.push_back(std::move(owned));
  const bool was_connected = socket.state_ == Socket::State::connected;
  const auto tell = [&](std::deque<DisconnectHandler>& handlers, std::string_view what) {
    const std::size_t count = handlers.size();
    for (std::size_t i = 0; was_connected && i < count; ++i)
      guard(nullptr, what, [&] { handlers[i](socket, reason); });
  };
  tell(nsp.on_disconnecting_, "disconnecting");
  if (socket.extras_ != nullptr) tell(socket.extras_->disconnecting, "disconnecting");
  if (was_connected) persist(socket, reason);
  socket.state_ = Socket::State::disconnected;
  nsp.adapter().del_all(socket);
  if (was_connected) nsp.remove(socket);
  sockets_.remove(socket.handle_);
  socket.fail_pending();
  tell(nsp.on_disconnect_, "disconnect");
  if (socket.extras_ != nullptr) tell(socket.extras_->disconnect, "disconnect");
}

void Node::free_ended() {
  // What the application keeps for a socket may end others when it is freed.
  while (!ended_.empty()) {
    const auto ended = std::exchange(ended_, {});
  }
}

}  // namespace veche::socketio
