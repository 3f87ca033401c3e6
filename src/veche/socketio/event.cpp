#include "veche/socketio/event.hpp"

#include <utility>

#include "veche/socketio/decoder.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

Ack::Ack(Ack&& other) noexcept
    : node_{std::exchange(other.node_, nullptr)}, socket_{other.socket_}, id_{other.id_} {}

Ack& Ack::operator=(Ack&& other) noexcept {
  node_ = std::exchange(other.node_, nullptr);
  socket_ = other.socket_;
  id_ = other.id_;
  return *this;
}

void Ack::answer(Raw args) {
  if (node_ == nullptr) return;
  Node& node = *std::exchange(node_, nullptr);
  if (Socket* socket = node.find(socket_)) socket->answer(id_, args);
}

std::string_view Event::args() const { return split_event(text).args; }

}  // namespace veche::socketio
