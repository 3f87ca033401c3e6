#include "veche/socketio/delivery.hpp"

#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

bool Delivery::to(Socket& socket) {
  if (!socket.is_connected()) return false;
  if (flags_.is_volatile && socket.is_slow()) return false;
  if (!packet_) packet_ = node_.encoder().event(nsp_, id_, emission_);
  socket.send(*packet_, Priority::bulk);
  return true;
}

}  // namespace veche::socketio
