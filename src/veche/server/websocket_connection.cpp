#include "veche/server/websocket_connection.hpp"

#include <utility>

#include "veche/base/utf8.hpp"
#include "veche/websocket/deflate.hpp"
#include "veche/websocket/frame.hpp"

namespace veche::server {
namespace {

engineio::CloseReason close_reason(loop::EndReason reason) {
  switch (reason) {
    case loop::EndReason::overloaded:
    case loop::EndReason::stalled: return engineio::CloseReason::overloaded;
    case loop::EndReason::broken: return engineio::CloseReason::transport_error;
    case loop::EndReason::peer_closed:
    case loop::EndReason::closed: break;
  }
  return engineio::CloseReason::transport_close;
}

}  // namespace

WebSocketConnection::WebSocketConnection(loop::Connection& connection,
                                         const websocket::ReceiverOptions& options,
                                         OwnerList& owners)
    : connection_{connection}, owners_{owners}, receiver_{options} {
  connection.set_events(*this);
}

void WebSocketConnection::received(loop::Connection&, std::span<char> bytes, Instant now) {
  now_ = now;
  receiver_.receive(bytes, *this);
}

void WebSocketConnection::ended(loop::Connection&, loop::EndReason reason, Instant now) {
  if (auto* engine = link()) engine->gone(close_reason(reason), now);
  owners_.remove(*this);
}

void WebSocketConnection::drained(loop::Connection&) {
  pongs_pending_ = 0;
  if (next_pong_) send_pong(*std::exchange(next_pong_, nullptr));
}

void WebSocketConnection::write(const Frame& frame, Priority priority) {
  connection_.send(frame, priority);
}

void WebSocketConnection::close(std::optional<std::uint16_t> code, std::string_view reason,
                                engineio::Unsent unsent) {
  receiver_.close();
  if (unsent == engineio::Unsent::drop && !connection_.is_flushed()) {
    // A close frame could only leave behind what is to be dropped.
    connection_.abort();
    return;
  }
  finish(code, reason);
}

void WebSocketConnection::finish(std::optional<std::uint16_t> code, std::string_view reason) {
  connection_.send(websocket::make_close_frame(code, reason), Priority::hi);
  connection_.close_after_flush();
}

void WebSocketConnection::message(const websocket::Message& message) {
  if (link() == nullptr) return;
  if (message.is_compressed) return inflate(message);
  link()->message(message.data, message.is_binary, now_);
}

void WebSocketConnection::inflate(const websocket::Message& message) {
  std::string inflated;
  const auto outcome =
      deflate()->inflate(message.data, receiver_.options().message_bytes_max, inflated);
  const auto broken = [this](std::uint16_t code, std::string_view text) {
    receiver_.close();
    violation(code, text);
  };
  if (outcome == websocket::Inflation::too_big) {
    return broken(websocket::close_code::too_big, "message too big");
  }
  if (outcome == websocket::Inflation::malformed) {
    return broken(websocket::close_code::invalid_payload, "malformed compressed data");
  }
  if (!message.is_binary && !is_utf8(inflated)) {
    return broken(websocket::close_code::invalid_payload, "text is not UTF-8");
  }
  link()->message(inflated, message.is_binary, now_);
}

void WebSocketConnection::ping(std::string_view payload) {
  if (pongs_pending_ == pongs_max) {
    next_pong_ = std::make_unique<std::string>(payload);
  } else {
    send_pong(payload);
  }
}

void WebSocketConnection::send_pong(std::string_view payload) {
  ++pongs_pending_;
  connection_.send(websocket::make_frame(websocket::Opcode::pong, payload), Priority::hi);
  connection_.notify_drained();
}

void WebSocketConnection::closed(std::optional<std::uint16_t> code, std::string_view) {
  if (next_pong_) send_pong(*std::exchange(next_pong_, nullptr));
  if (auto* engine = link()) engine->gone(engineio::CloseReason::transport_close, now_);
  // A peer that has sent its close frame sends nothing more (section 5.5.1).
  connection_.send(websocket::make_close_frame(code, {}), Priority::hi);
  connection_.end_after_flush();
}

void WebSocketConnection::violation(std::uint16_t code, std::string_view text) {
  if (auto* engine = link()) engine->gone(engineio::CloseReason::transport_error, now_);
  finish(code, text);
}

}  // namespace veche::server
