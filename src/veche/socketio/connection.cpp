#include "veche/socketio/connection.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/namespace.hpp"

namespace veche::socketio {

void Connection::detach(Socket& socket) {
  socket.connection_ = nullptr;
  socket.engine_ = nullptr;
}

Decoded Connection::decode(std::string_view message, bool is_binary, json::Parser& parser,
                           const DecoderLimits& limits) {
  if (dialect_ == Dialect::unknown) dialect_ = is_binary ? Dialect::msgpack : Dialect::text;
  if (speaks_msgpack()) {
    if (!is_binary) return {};
    return Decoder::msgpack(message, parser, limits);
  }
  return is_binary ? decoder_.binary(message, parser, limits)
                   : decoder_.text(message, parser, limits);
}

Socket* Connection::find(std::string_view nsp) const {
  for (Socket* socket = first(); socket != nullptr; socket = next(*socket))
    if (socket->nsp().name() == nsp) return socket;
  return nullptr;
}

Socket& Connection::add(std::unique_ptr<Socket> socket) {
  std::unique_ptr<Socket>* end = &sockets_;
  while (*end != nullptr) end = &(*end)->next_;
  *end = std::move(socket);
  return **end;
}

std::unique_ptr<Socket> Connection::take(Socket& socket) {
  std::unique_ptr<Socket>* place = &sockets_;
  while (place->get() != &socket) {
    VECHE_EXPECTS(*place != nullptr);
    place = &(*place)->next_;
  }
  std::unique_ptr<Socket> taken = std::move(*place);
  *place = std::move(taken->next_);
  detach(*taken);
  return taken;
}

std::unique_ptr<Socket> Connection::take_all() {
  for (Socket* socket = first(); socket != nullptr; socket = next(*socket)) detach(*socket);
  return std::move(sockets_);
}

std::unique_ptr<Socket> Connection::pop(std::unique_ptr<Socket>& list) {
  std::unique_ptr<Socket> first = std::move(list);
  list = std::move(first->next_);
  return first;
}

}  // namespace veche::socketio
