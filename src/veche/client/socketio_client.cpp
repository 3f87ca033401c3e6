#include "veche/client/socketio_client.hpp"

#include <utility>

#include "veche/client/polling_client.hpp"
#include "veche/client/websocket_client.hpp"

namespace veche::client {
namespace {

/// A day: no server means to be silent for longer, and sums of two stay small.
constexpr std::uint64_t interval_max = 86'400'000;

std::optional<Milliseconds> interval(json::Value handshake, std::string_view name) {
  const auto member = handshake.find(name);
  const auto count = member ? member->as_uint() : std::nullopt;
  if (!count || *count == 0 || *count > interval_max) return std::nullopt;
  return Milliseconds{static_cast<Milliseconds::rep>(*count)};
}

std::unique_ptr<TransportClient> make_transport(engineio::Transport transport,
                                                const Context& context, TransportEvents& events) {
  if (transport == engineio::Transport::polling) {
    return std::make_unique<PollingClient>(context, events);
  }
  return std::make_unique<WebsocketClient>(context, events);
}

}  // namespace

std::string_view to_string(DisconnectReason reason) {
  switch (reason) {
    case DisconnectReason::connect_error: return "connect error";
    case DisconnectReason::io_server_disconnect: return "io server disconnect";
    case DisconnectReason::io_client_disconnect: return "io client disconnect";
    case DisconnectReason::ping_timeout: return "ping timeout";
    case DisconnectReason::transport_close: return "transport close";
    case DisconnectReason::transport_error: return "transport error";
    case DisconnectReason::parse_error: return "parse error";
  }
  return "unknown";
}

SocketioClient::SocketioClient(const Context& context, SocketioEvents& events, std::uint32_t number,
                               engineio::Transport transport)
    : context_{context},
      events_{events},
      transport_{transport},
      socket_{make_transport(transport, context, *this)},
      patience_{*this},
      number_{number} {}

Result<void> SocketioClient::connect(const ServerAddress& server, std::string auth,
                                     const std::string& local) {
  auth_ = std::move(auth);
  auto begun = socket_->connect(
      server, server.path + "?EIO=4&transport=" + std::string{to_string(transport_)}, local);
  if (begun) context_.loop.timers().arm(patience_, context_.clock.now() + connect_timeout);
  return begun;
}

// Out.

void SocketioClient::emit(std::string_view name, std::string_view args) {
  send_event(std::nullopt, name, args);
}

std::uint64_t SocketioClient::emit_with_ack(std::string_view name, std::string_view args) {
  send_event(next_id_, name, args);
  return next_id_++;
}

void SocketioClient::send_event(std::optional<std::uint64_t> id, std::string_view name,
                                std::string_view args) {
  if (!is_connected_) return;
  std::string text{"42"};
  text.reserve(args.size() + name.size() + 32);
  if (id) text.append(std::to_string(*id));
  text.append("[\"").append(name).append("\"");
  if (!args.empty()) text.append(",").append(args);
  text.push_back(']');
  socket_->send_text(text);
}

void SocketioClient::acknowledge(std::uint64_t id, std::string_view args) {
  if (!is_connected_) return;
  std::string text{"43"};
  text.append(std::to_string(id)).append("[").append(args).append("]");
  socket_->send_text(text);
}

void SocketioClient::pause_reading() {
  patience_.disarm();
  socket_->pause_reading();
}

void SocketioClient::resume_reading() {
  socket_->resume_reading();
  await_ping();
}

void SocketioClient::disconnect() {
  if (is_connected_) socket_->send_text("41");
  end(DisconnectReason::io_client_disconnect, {});
}

void SocketioClient::end(DisconnectReason reason, std::string text) {
  if (!why_) why_ = Disconnected{reason, std::move(text)};
  is_connected_ = false;
  patience_.disarm();
  socket_->close();
}

// In.

void SocketioClient::message(const websocket::Message& message, Instant now) {
  if (message.is_binary) {
    return end(DisconnectReason::parse_error, "the server sent a binary message");
  }
  engine_packet(message.data, now);
}

void SocketioClient::engine_packet(std::string_view text, Instant now) {
  switch (text.empty() ? '\0' : text.front()) {
    case '0': return open_engine(text.substr(1));
    case '1': return end(DisconnectReason::transport_close, "the server closed the session");
    case '2': socket_->send_text("3"); return await_ping();
    case '4': return packet(text.substr(1), now);
    case '6': return;  // noop
    default: return end(DisconnectReason::parse_error, "the server sent no Engine.IO packet");
  }
}

void SocketioClient::open_engine(std::string_view handshake) {
  const auto read = context_.parser.parse_copy(handshake);
  const auto every = read ? interval(*read, "pingInterval") : std::nullopt;
  const auto timeout = read ? interval(*read, "pingTimeout") : std::nullopt;
  if (!every || !timeout || silence_max_ != Milliseconds{}) {
    return end(DisconnectReason::parse_error, "the server's handshake is malformed");
  }
  silence_max_ = *every + *timeout;
  socket_->send_text("40" + auth_);
  std::string{}.swap(auth_);
}

void SocketioClient::packet(std::string_view text, Instant now) {
  const auto packet = read_packet(text);
  const auto event = packet && packet->type == socketio::PacketType::event
                         ? split_event(packet->data)
                         : std::optional<Event>{Event{}};
  if (!packet || !event) {
    return end(DisconnectReason::parse_error, "the server sent no Socket.IO packet");
  }
  if (packet->type == socketio::PacketType::connect) return accept(packet->data, now);
  if (packet->type == socketio::PacketType::connect_error) {
    return end(DisconnectReason::connect_error, std::string{packet->data});
  }
  if (!is_connected_) {
    if (!why_) end(DisconnectReason::parse_error, "a packet came before CONNECT was answered");
    return;
  }
  switch (packet->type) {
    case socketio::PacketType::event:
      if (keeps_offset_ && !pid_.empty()) note_offset(event->args);
      return events_.event(*this, {event->name, event->args, packet->id}, now);
    case socketio::PacketType::ack:
      return events_.acked(*this, *packet->id, packet->data.substr(1, packet->data.size() - 2),
                           now);
    default: return end(DisconnectReason::io_server_disconnect, {});
  }
}

void SocketioClient::accept(std::string_view data, Instant now) {
  const auto read = context_.parser.parse_copy(data);
  const auto sid = read ? read->find("sid") : std::nullopt;
  const auto text = sid ? sid->as_string() : std::nullopt;
  if (!text || is_connected_ || why_ || silence_max_ == Milliseconds{}) {
    return end(DisconnectReason::parse_error, "the server's answer to CONNECT is malformed");
  }
  sid_ = *text;
  const auto pid = read->find("pid");
  pid_ = (pid ? pid->as_string() : std::nullopt).value_or("");
  is_connected_ = true;
  await_ping();
  events_.connected(*this, now);
}

/// The offset is the last argument, a text; one with an escape is none of a server's.
void SocketioClient::note_offset(std::string_view args) {
  if (args.size() < 2 || args.back() != '"') return;
  const auto begin = args.rfind('"', args.size() - 2);
  if (begin == std::string_view::npos || (begin > 0 && args[begin - 1] == '\\')) return;
  const std::string_view text = args.substr(begin + 1, args.size() - begin - 2);
  if (text.find('\\') == std::string_view::npos) offset_ = text;
}

void SocketioClient::await_ping() {
  // Before CONNECT is answered, its own deadline stands.
  if (is_connected_) {
    context_.loop.timers().arm(patience_, context_.clock.now() + silence_max_);
  }
}

void SocketioClient::Patience::expired(Instant /*now*/) {
  client_.end(DisconnectReason::ping_timeout, client_.is_connected_
                                                  ? "the server has stopped pinging"
                                                  : "the server did not answer in time");
}

void SocketioClient::closed(const Closed& why) {
  is_connected_ = false;
  patience_.disarm();
  const Disconnected told = why_ ? *std::move(why_) : Disconnected{reason_of(why.cause), why.text};
  events_.disconnected(*this, told);
}

DisconnectReason SocketioClient::reason_of(CloseCause cause) const {
  switch (cause) {
    case CloseCause::never_opened: return DisconnectReason::connect_error;
    case CloseCause::peer_closed: return DisconnectReason::transport_close;
    case CloseCause::broken:
    case CloseCause::violation: return DisconnectReason::transport_error;
    case CloseCause::own: return DisconnectReason::io_client_disconnect;
  }
  return DisconnectReason::transport_error;
}

}  // namespace veche::client
