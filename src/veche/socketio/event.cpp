#include "veche/socketio/event.hpp"

#include <utility>

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

void Ack::answer(std::string_view args, const Attachments* attachments) {
  if (node_ == nullptr) return;
  Node& node = *std::exchange(node_, nullptr);
  Socket* socket = node.find(socket_);
  if (socket == nullptr) return;
  socket->send(node.encoder().ack(socket->nsp().name(), id_, args, attachments), Priority::hi);
}

}  // namespace veche::socketio
