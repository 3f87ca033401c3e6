#include "veche/gateway/session.hpp"

namespace veche::gateway {

std::string session_id_of(const socketio::Socket& socket) {
  for (const auto& room : socket.rooms()) {
    if (room.starts_with(session_room)) return room.substr(session_room.size());
  }
  return {};
}

}  // namespace veche::gateway
