#include "veche/socketio/delivery.hpp"

#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

bool Delivery::to(Socket& socket) {
  if (!socket.is_connected()) return false;
  if (flags_.is_volatile && socket.is_slow()) return false;
  if (!packet_) {
    packet_ = node_.encoder().event(nsp_, id_, emission_);
    packet_->set_compress(flags_.compress);
  }
  socket.send(*packet_, Priority::bulk);
  if (socket.is_outgoing_heard_) listeners_.push_back(socket.handle());
  return true;
}

Delivery::~Delivery() {
  if (listeners_.empty()) return;
  const Node::Dispatch scope{node_};
  for (const SocketHandle handle : listeners_) {
    if (Socket* socket = node_.find(handle)) node_.tell_outgoing(*socket, emission_);
  }
}

}  // namespace veche::socketio
