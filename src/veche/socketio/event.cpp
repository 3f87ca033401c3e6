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
  Socket* socket = node.find(socket_);
  if (socket == nullptr) return;
  const auto packet = node.encoder().ack(socket->nsp().name(), id_, args.args, args.attachments);
  socket->send(packet, Priority::hi);
}

std::string_view Event::args() const { return split_event(text).args; }

}  // namespace veche::socketio
