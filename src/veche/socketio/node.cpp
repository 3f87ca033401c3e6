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
  if (Namespace* found = find(full)) return *found;
  if (ParentNamespace* parent = dynamic_namespaces_.find_parent(full))
    return dynamic_namespaces_.make_child(*parent, std::move(full));
  Namespace& made = make(std::move(full), nullptr);
  tell_new(made);
  return made;
}

Namespace* Node::find(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Node::opened(engineio::Socket& engine, Instant now) {
  advance_to(now);
  if (depth_ == 0) dynamic_namespaces_.free_removed();
  auto connection = std::make_unique<Connection>(engine);
  unconnected_.add(*connection, now_);
  engine.attach(std::move(connection));
}

void Node::closed(engineio::Socket& engine, engineio::CloseReason reason, Instant now) {
  advance_to(now);
  if (depth_ == 0) dynamic_namespaces_.free_removed();
  const Dispatch scope{*this};
  Connection& connection = Connection::of(engine);
  connection.stop_waiting();
  dynamic_namespaces_.forget(connection);
  end_all(connection.take_all(), disconnect_reason(reason));
}

void Node::received(engineio::Socket& engine, std::string_view data, bool is_binary, Instant now) {
  advance_to(now);
  if (depth_ == 0) dynamic_namespaces_.free_removed();
  const Dispatch scope{*this};
  Connection& connection = Connection::of(engine);
  if (connection.is_closing()) return;
  const Decoded decoded = connection.decode(data, is_binary, parser_, options_.decoder);
  switch (decoded.outcome) {
    case DecodeOutcome::need_more:
      if (!is_binary) collect(connection, decoded.packet);
      return;
    case DecodeOutcome::packet:
      if (is_binary && !connection.speaks_msgpack()) connection.stop_waiting();
      return handle(connection, decoded);
    case DecodeOutcome::violation: return close_for(connection, DisconnectReason::parse_error);
  }
}

void Node::send(Connection& connection, const engineio::Outgoing& packet, Priority priority) {
  if (!connection.speaks_msgpack()) return connection.engine().send(packet, priority);
  if (msgpack_ == nullptr) msgpack_ = std::make_unique<MsgpackEncoder>();
  if (const auto* turned = msgpack_->encode(packet)) connection.engine().send(*turned, priority);
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
  if (packet.type == PacketType::connect && socket == nullptr) return connect(connection, packet);
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
  const auto name = decoded.data.at(0).as_string();
  Event event{.name = name ? *name : split_event(packet.data).first,
              .data = decoded.data,
              .text = packet.data,
              .attachments = packet.attachments != nullptr ? *packet.attachments : no_attachments,
              .ack = packet.id ? Ack{*this, socket.handle(), *packet.id} : Ack{}};
  Namespace& nsp = socket.nsp();
  const auto run = [&](EventHandler& handler) {
    if (socket.is_connected()) guard(&socket, event.name, [&] { handler(socket, event); });
    return socket.is_connected();
  };
  nsp.for_each_source([&](NamespaceHandlers& from) { from.any.for_each(run); });
  if (socket.extras_ != nullptr) socket.extras_->any.for_each(run);
  if (!passes_middlewares(socket, event)) return;
  nsp.for_each_source([&](NamespaceHandlers& from) { from.events.for_each(event.name, run); });
  if (socket.extras_ != nullptr) socket.extras_->handlers.for_each(event.name, run);
}

bool Node::passes_middlewares(Socket& socket, Event& event) {
  if (socket.extras_ == nullptr) return true;
  bool is_passed = true;
  socket.extras_->middlewares.for_each([&](SocketMiddleware& middleware) {
    if (!socket.is_connected()) return false;
    MiddlewareVerdict verdict = refuse("it threw");  // stays when the middleware throws
    guard(&socket, event.name, [&] { verdict = middleware(socket, event); });
    is_passed = verdict.has_value();
    if (!is_passed && socket.is_connected()) refuse_event(socket, event, verdict.error());
    return is_passed;
  });
  return is_passed;
}

void Node::refuse_event(Socket& socket, const Event& event, const MiddlewareError& error) {
  if (socket.extras_->error.is_empty()) {
    std::string line{"event '"};
    return log_.event("event refused", line.append(event.name).append("': ").append(error.message));
  }
  socket.extras_->error.for_each([&](ErrorHandler& handler) {
    guard(&socket, "error", [&] { handler(socket, error); });
    return socket.is_connected();
  });
}

void Node::tell_outgoing(Socket& socket, const Emission& emission) {
  socket.extras_->any_outgoing.for_each([&](OutgoingHandler& handler) {
    guard(&socket, emission.event, [&] { handler(socket, emission); });
    return socket.is_connected();
  });
}

void Node::log_invalid(const Event& event, std::string_view problem) {
  std::string line{"event '"};
  log_.event("arguments refused", line.append(event.name).append("': ").append(problem));
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
