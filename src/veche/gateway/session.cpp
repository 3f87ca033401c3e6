#include "veche/gateway/session.hpp"

#include <cstddef>

namespace veche::gateway {

namespace {

/// What follows `prefix` in the name of the first room that begins so; empty when none does.
std::string_view rest_of_room(const socketio::Socket& socket, std::string_view prefix) {
  for (std::size_t i = 0; i < socket.room_count(); ++i) {
    const std::string_view name = socket.room_at(i).name();
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

}  // namespace

std::string_view user_id_of(const socketio::Socket& socket) {
  return rest_of_room(socket, user_room);
}

std::string_view session_id_of(const socketio::Socket& socket) {
  return rest_of_room(socket, session_room);
}

}  // namespace veche::gateway
