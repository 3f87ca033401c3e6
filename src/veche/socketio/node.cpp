#include "veche/socketio/node.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"

namespace veche::socketio {

namespace {
const Attachments no_attachments;
}

Node::Node(Options options, TimerWheel& wheel, Rng& rng, Log& log)
    : options_{std::move(options)},
      wheel_{wheel},
      rng_{rng},
      log_{log},
      parser_{options_.text_bytes_max},
      unconnected_{wheel, options_.connect_timeout, give_up()},
      collecting_{wheel, options_.attachments_timeout, give_up()} {
  of(main_namespace);
}

Node::~Node() = default;

WaitingList::Expired Node::give_up() {
  return [this](Waiting& waiting, Instant now) {
    advance_to(now);
    close(static_cast<Connection&>(waiting), engineio::Closing::flush,
          DisconnectReason::forced_server_close);
  };
}

void Node::advance_to(Instant now) { now_ = std::max(now_, now); }

Namespace& Node::of(std::string_view name) {
  std::string full = name.substr(0, 1) == "/" ? std::string{name} : "/" + std::string{name};
  auto found = namespaces_.find(full);
  if (found == namespaces_.end()) {
    auto made = std::make_unique<Namespace>(*this, full, options_.adapter);
    found = namespaces_.emplace(std::move(full), std::move(made)).first;
  }
  return *found->second;
}

Namespace* Node::find(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Node::opened(engineio::Socket& engine, Instant now) {
  advance_to(now);
  auto connection = std::make_unique<Connection>(engine);
  unconnected_.add(*connection, now_);
  engine.attach(std::move(connection));
}

void Node::closed(engineio::Socket& engine, engineio::CloseReason reason, Instant now) {
  advance_to(now);
  const Dispatch scope{*this};
  Connection& connection = Connection::of(engine);
  connection.stop_waiting();
  end_all(connection.take_all(), disconnect_reason(reason));
}

void Node::received(engineio::Socket& engine, std::string_view data, bool is_binary, Instant now) {
  advance_to(now);
  const Dispatch scope{*this};
  Connection& connection = Connection::of(engine);
  if (connection.is_closing()) return;
  Decoder& decoder = connection.decoder();
  const Decoded decoded = is_binary ? decoder.binary(data, parser_, options_.decoder)
                                    : decoder.text(data, parser_, options_.decoder);
  switch (decoded.outcome) {
    case DecodeOutcome::need_more:
      if (!is_binary) collect(connection, decoded.packet);
      return;
    case DecodeOutcome::packet:
      if (is_binary) connection.stop_waiting();
      return handle(connection, decoded);
    case DecodeOutcome::violation: return close_for(connection, DisconnectReason::parse_error);
  }
}

void Node::close_for(Connection& connection, DisconnectReason violation) {
  std::string line{"Socket.IO protocol broken, "};
  log_.event("Socket.IO protocol broken", line.append(to_string(violation)));
  close(connection, engineio::Closing::flush, violation);
}

void Node::collect(Connection& connection, const Packet& header) {
  const Socket* socket = connection.find(header.nsp);
  if (socket == nullptr || !socket->is_connected())
    return close_for(connection, DisconnectReason::forced_server_close);
  collecting_.add(connection, now_);
}

void Node::handle(Connection& connection, const Decoded& decoded) {
  const Packet& packet = decoded.packet;
  Socket* socket = connection.find(packet.nsp);
  if (packet.type == PacketType::connect && socket == nullptr) return connect(connection, decoded);
  const bool is_joined = socket != nullptr && socket->is_connected();
  if (packet.type == PacketType::connect || !is_joined) {
    return close_for(connection, DisconnectReason::forced_server_close);
  }
  switch (packet.type) {
    case PacketType::disconnect:
      return end(connection.take(*socket), DisconnectReason::client_namespace_disconnect);
    case PacketType::event:
    case PacketType::binary_event: return dispatch(*socket, decoded);
    case PacketType::ack:
    case PacketType::binary_ack: return answer(*socket, decoded);
    case PacketType::connect:
    case PacketType::connect_error: return;  // dealt with above, refused by the decoder
  }
}

void Node::dispatch(Socket& socket, const Decoded& decoded) {
  const Packet& packet = decoded.packet;
  const EventText text = split_event(packet.data);
  Event event{.name = decoded.data.at(0).as_string().value_or(text.first),
              .data = decoded.data,
              .args = text.args,
              .attachments = packet.attachments != nullptr ? *packet.attachments : no_attachments,
              .ack = packet.id ? Ack{*this, socket.handle(), *packet.id} : Ack{}};
  Namespace& nsp = socket.nsp();
  call(socket, event, &nsp.on_any_);
  if (socket.extras_ != nullptr) call(socket, event, &socket.extras_->any);
  call(socket, event, nsp.handlers_.find(event.name));
  if (socket.extras_ != nullptr) call(socket, event, socket.extras_->handlers.find(event.name));
}

void Node::call(Socket& socket, Event& event, EventHandlers::List* handlers) {
  if (handlers == nullptr) return;
  const std::size_t count = handlers->size();
  for (std::size_t i = 0; i < count && socket.is_connected(); ++i)
    guard(&socket, event.name, [&] { (*handlers)[i](socket, event); });
}

void Node::answer(Socket& socket, const Decoded& decoded) {
  const Packet& packet = decoded.packet;
  if (packet.id && *packet.id >= BroadcastAcks::first_id) return answer_broadcast(socket, decoded);
  const auto pending = packet.id ? socket.take_pending(*packet.id) : nullptr;
  if (pending == nullptr) return;
  const AckAnswer answer{
      .data = decoded.data,
      .args = inside_brackets(packet.data),
      .attachments = packet.attachments != nullptr ? packet.attachments : &no_attachments};
  guard(&socket, "ack", [&] { pending->call(answer); });
}

void Node::answer_broadcast(Socket& socket, const Decoded& decoded) {
  const Packet& packet = decoded.packet;
  Answer answer;
  answer.json.clear();
  json::Writer{answer.json}.value(decoded.data.at(0));  // null when there is none
  if (packet.attachments != nullptr) answer.attachments = *packet.attachments;
  socket.nsp().broadcast_acks().answer(*packet.id, socket.handle(), answer);
}

void Node::handler_threw(Socket* socket, std::string_view what, std::string_view why) {
  std::string line{"handler of '"};
  line.append(what).append("' threw: ").append(why);
  log_.event("handler threw", line);
  if (socket == nullptr || socket->connection_ == nullptr) return;
  close(*socket->connection_, engineio::Closing::flush, DisconnectReason::forced_server_close);
}

}  // namespace veche::socketio
