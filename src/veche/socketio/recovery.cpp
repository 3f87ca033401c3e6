// How a Node brings sockets back.

#include "veche/socketio/recovery.hpp"

#include <algorithm>
#include <utility>

#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// Whether a client that ends so is cut off, rather than sent away or gone by itself.
bool is_recoverable(DisconnectReason reason) {
  switch (reason) {
    case DisconnectReason::transport_error:
    case DisconnectReason::transport_close:
    case DisconnectReason::forced_close:
    case DisconnectReason::ping_timeout:
    case DisconnectReason::server_shutting_down:
    case DisconnectReason::forced_server_close: return true;
    case DisconnectReason::client_namespace_disconnect:
    case DisconnectReason::server_namespace_disconnect:
    case DisconnectReason::parse_error: return false;
  }
  return false;
}

/// Whether it may name a session before: only then is it read for one. Escapes may hide the name.
bool may_name_pid(std::string_view auth) {
  return auth.find("pid\"") != std::string_view::npos || auth.find('\\') != std::string_view::npos;
}

/// What CONNECT says about a session before; none when it says nothing, or nothing sensible.
std::optional<RecoveryRequest> recovery_request(json::Value auth, std::string_view text) {
  const auto pid = auth.find("pid");
  if (!pid || !pid->is_string()) return std::nullopt;
  RecoveryRequest request{.pid = std::string{*pid->as_string()}, .offset = {}, .auth = {}};
  if (const auto offset = auth.find("offset")) {
    if (!offset->is_string()) return std::nullopt;
    request.offset = *offset->as_string();
  }
  request.auth = text;
  return request;
}

}  // namespace

bool Node::begin_recovery(Socket& socket) {
  Namespace& nsp = socket.nsp();
  Recovery* recovery = nsp.recovery();
  if (recovery == nullptr || !may_name_pid(socket.auth())) return false;
  const auto auth = parser_.parse_copy(socket.auth());
  auto request = recovery_request(auth.value_or(json::Value{}), socket.auth());
  if (!request) return false;
  recovery->restore(*std::move(request),
                    [this, name = std::string{nsp.name()},
                     handle = socket.handle()](std::unique_ptr<RecoveredSession> restored) {
                      end_recovery(name, handle, std::move(restored));
                    });
  return true;
}

void Node::end_recovery(std::string_view name, SocketHandle handle,
                        std::unique_ptr<RecoveredSession> restored) {
  const Dispatch scope{*this};
  if (restored == nullptr) return continue_connect(handle, 0);
  const Namespace* nsp = find(name);
  if (nsp == nullptr) return;
  Socket* socket = sockets_.find(handle);
  if (socket == nullptr || socket->connection_ == nullptr) {
    // It was cut off again meanwhile.
    return nsp->recovery()->persist(std::move(restored->session));
  }
  const RecoverySession& session = restored->session;
  if (session.sid.size() != Socket::id_size || nsp->find(session.sid) != nullptr)
    return continue_connect(handle, 0);
  std::ranges::copy(session.sid, socket->id_.begin());
  const auto read_data = options_.recovery ? options_.recovery->read_data : nullptr;
  if (read_data) guard(nullptr, "read_data", [&] { socket->set_data(read_data(session.data)); });
  socket->is_recovered_ = true;
  socket->extras().restored = std::move(restored);
  if (!options_.recovery || options_.recovery->skip_middlewares) return finish_connect(*socket);
  continue_connect(handle, 0);
}

std::optional<std::string> Node::resume(Socket& socket) {
  Recovery* recovery = socket.nsp().recovery();
  if (recovery == nullptr) return std::string{};
  if (socket.is_recovered_) {
    const auto restored = std::move(socket.extras().restored);
    return resume(socket, *recovery, *restored);
  }
  std::string pid = recovery->open(socket);
  if (recovery->keeps_sessions()) socket.extras().pid = pid;
  return pid;
}

std::optional<std::string> Node::resume(Socket& socket, Recovery& recovery,
                                        RecoveredSession& restored) {
  Namespace& nsp = socket.nsp();
  const bool is_whole = restored.replay([&](const Emission& emission) {
    socket.send(encoder_.event(nsp.name(), std::nullopt, emission), Priority::hi);
  });
  if (!is_whole) {
    // Nobody has been told of it yet, and nobody will be.
    socket.state_ = Socket::State::connecting;
    socket.engine_ = nullptr;
    close(*socket.connection_, engineio::Closing::flush, DisconnectReason::forced_server_close);
    return std::nullopt;
  }
  if (recovery.keeps_sessions()) {
    socket.extras().pid = restored.session.pid;
    socket.extras().nodes = restored.session.nodes;
  } else if (socket.extras().is_unused()) {
    socket.extras_.reset();
  }
  const auto& rooms = restored.session.rooms;
  nsp.adapter().add_all(socket, std::vector<std::string_view>(rooms.begin(), rooms.end()));
  return restored.session.pid;
}

void Node::persist(Socket& socket, DisconnectReason reason) {
  if (socket.pid().empty() || !is_recoverable(reason)) return;
  Recovery* recovery = socket.nsp().recovery();
  if (recovery == nullptr) return;
  std::vector<std::string> rooms = socket.rooms();
  rooms.erase(rooms.begin());
  const auto* data = socket.data<SocketData>();
  recovery->persist({.pid = std::string{socket.pid()},
                     .sid = std::string{socket.id()},
                     .rooms = std::move(rooms),
                     .data = data == nullptr ? "{}" : data->to_json(),
                     .nodes = std::move(socket.extras().nodes)});
}

}  // namespace veche::socketio
