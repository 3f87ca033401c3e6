#pragma once

/// @file
/// The seam between a WebSocket connection and the engine, or whoever else speaks over it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/base/time.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/websocket/deflate.hpp"

namespace veche::engineio {

/// The upper end of an open WebSocket: what arrives is told here. Each call may close any port,
/// its own too.
class WebSocketLink {
 public:
  WebSocketLink() = default;
  WebSocketLink(const WebSocketLink&) = delete;
  WebSocketLink& operator=(const WebSocketLink&) = delete;

  /// A whole message, as websocket::ReceiverEvents::message() has it.
  virtual void message(std::string_view data, bool is_binary, Instant now) = 0;

  /// The connection can carry nothing more. CloseReason::transport_close when the peer closed
  /// or vanished, transport_error when it broke the WebSocket protocol, overloaded when it read
  /// too slowly.
  virtual void gone(CloseReason reason, Instant now) = 0;

 protected:
  ~WebSocketLink() = default;
};

/// What becomes of frames that were written but not sent yet.
enum class Unsent : bool { flush, drop };

/// The connection's end, implemented by whoever owns the socket:
///
///     if (auto* link = port.link()) link->message(data, is_binary, now);
///
/// Whoever is given a port speaks over it; this is a whole echo:
///
///     struct Echo final : WebSocketLink {
///       explicit Echo(WebSocketPort& port) : port_{&port} { port.bind(this); }
///       void message(std::string_view data, bool is_binary, Instant) override {
///         const auto opcode = is_binary ? websocket::Opcode::binary : websocket::Opcode::text;
///         port_->write(websocket::make_frame(opcode, data, port_->deflate()), Priority::hi);
///       }
///       void gone(CloseReason, Instant) override { port_->bind(nullptr); delete this; }
///       WebSocketPort* port_;
///     };
///
/// Threads   The engine's loop. No call may reach back into the engine.
/// Lifetime  A port is in use while link() is set. The use ends once, by the engine's close() or
///           by the owner's link()->gone(); both clear link(), and neither side then knows the
///           other. The owner destroys a port only after that.
class WebSocketPort {
 public:
  WebSocketPort() = default;
  WebSocketPort(const WebSocketPort&) = delete;
  WebSocketPort& operator=(const WebSocketPort&) = delete;
  virtual ~WebSocketPort() = default;

  /// Where to report to; it may change during a call of the link. Null before and after use.
  [[nodiscard]] WebSocketLink* link() const { return link_; }

  /// For the upper end alone: the engine, or whoever was given the port.
  void bind(WebSocketLink* link) { link_ = link; }

  /// What compresses messages to this peer; null when it has not agreed on permessage-deflate.
  /// What arrives is told inflated.
  [[nodiscard]] websocket::Deflate* deflate() const { return deflate_; }
  /// For the owner alone, before any use.
  void set_deflate(websocket::Deflate* deflate) { deflate_ = deflate; }

  /// Queues a frame, or a few in one block.
  virtual void write(const Frame& frame, Priority priority) = 0;

  /// A hint: write() follows soon.
  virtual void expect_write() const {}

  /// Sends a close frame, an empty one without a code, behind what is to be flushed; then ends
  /// the connection. Nothing that arrives is reported any more.
  virtual void close(std::optional<std::uint16_t> code, std::string_view reason, Unsent unsent) = 0;

  /// Bytes written and not sent, the frame under way not counted.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

 private:
  WebSocketLink* link_{};
  websocket::Deflate* deflate_{};
};

}  // namespace veche::engineio
