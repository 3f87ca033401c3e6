#pragma once

/// @file
/// A WebSocket that this side opens (RFC 6455).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/client/context.hpp"
#include "veche/client/transport.hpp"
#include "veche/client/upgrade.hpp"
#include "veche/client/url.hpp"
#include "veche/loop/connection.hpp"
#include "veche/websocket/mask.hpp"
#include "veche/websocket/receiver.hpp"

namespace veche::client {

/// One WebSocket to a server.
///
///     WebsocketClient socket{context, events};
///     if (auto begun = socket.connect(address, "/socket.io/?EIO=4"); !begun) return begun.error();
///     // events.opened(), then:
///     socket.send_text("40");
///
/// No extension is offered. Masks are drawn from a small generator with a random start, a new one
/// each frame: enough for a client that runs no foreign script, which masks are there to contain.
///
/// Time      As Loop. Memory  About 250 bytes; an incomplete message up to 16 MiB.
/// Threads   The loop's. Errors  Closed.
/// Lifetime  One connection. Destroying it ends the connection without a word to anybody.
class WebsocketClient final : public TransportClient,
                              private loop::ConnectionEvents,
                              private websocket::ReceiverEvents {
 public:
  static constexpr std::uint32_t message_bytes_max = 16U << 20;

  WebsocketClient(const Context& context, TransportEvents& events);
  ~WebsocketClient() override;

  [[nodiscard]] Result<void> connect(const ServerAddress& server, std::string_view target,
                                     const std::string& local) override;
  void send_text(std::string_view text) override;
  void close() override;
  void pause_reading() override;
  void resume_reading() override;
  [[nodiscard]] bool is_open() const override { return state_ == State::open; }

 private:
  enum class State : std::uint8_t { idle, opening, open, closing, closed };

  // loop::ConnectionEvents
  void received(loop::Connection& connection, std::span<char> bytes, Instant now) override;
  void ended(loop::Connection& connection, loop::EndReason reason, Instant now) override;
  // websocket::ReceiverEvents
  void message(const websocket::Message& message) override;
  void ping(std::string_view payload) override;
  void pong(std::string_view /*payload*/) override {}
  void closed(std::optional<std::uint16_t> code, std::string_view reason) override;
  void violation(std::uint16_t code, std::string_view text) override;

  void send(websocket::Opcode opcode, std::string_view payload);
  void finish(std::optional<std::uint16_t> code, CloseCause cause, std::string text);
  [[nodiscard]] Closed closed_by(loop::EndReason reason);

  const Context& context_;
  TransportEvents& events_;
  loop::Connection* connection_{};
  std::optional<Upgrade> upgrade_;  // while opening
  websocket::Receiver receiver_;
  std::optional<Closed> why_;  // once this side has judged
  Instant read_at_{};
  std::uint64_t mask_state_{};
  State state_{State::idle};
};

}  // namespace veche::client
