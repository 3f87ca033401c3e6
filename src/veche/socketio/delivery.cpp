#include "veche/socketio/delivery.hpp"

#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

void Delivery::to(Socket& socket) {
  if (!socket.is_connected()) return;
  if (flags_.is_volatile && socket.is_slow()) return;
  if (!packet_) packet_ = node_.encoder().event(nsp_, std::nullopt, emission_);
  socket.send(*packet_, Priority::bulk);
}

}  // namespace veche::socketio
