#pragma once

/// @file
/// A TCP connection after its upgrade: bytes to messages for the engine, frames to bytes.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "veche/engineio/port.hpp"
#include "veche/loop/connection.hpp"
#include "veche/server/owned.hpp"
#include "veche/websocket/receiver.hpp"

namespace veche::server {

/// What becomes of messages; the engine's link for Socket.IO, an echo elsewhere.
///
/// Owns nothing of the connection, which belongs to the loop; is owned by a list and leaves it
/// when the loop tells that the connection has ended.
///
/// Time      Told by the loop. Memory  About 200 bytes, and what is incomplete of a message; a
/// compressed one is inflated as a whole, up to the receiver's limit for messages.
/// Threads   The loop's. Errors  A peer that breaks RFC 6455 gets a close frame with the code of
/// its section and is closed.
class WebSocketConnection final : public Owned,
                                  public loop::ConnectionEvents,
                                  public engineio::WebSocketPort,
                                  private websocket::ReceiverEvents {
 public:
  /// Takes the connection's events over. All outlive it. Compressed messages are read when
  /// `options` have Rsv1::marks_compressed, and set_deflate() follows.
  WebSocketConnection(loop::Connection& connection, const websocket::ReceiverOptions& options,
                      OwnerList& owners);

  // loop::ConnectionEvents
  void received(loop::Connection& connection, std::span<char> bytes, Instant now) override;
  void ended(loop::Connection& connection, loop::EndReason reason, Instant now) override;
  void drained(loop::Connection& connection) override;

  // engineio::WebSocketPort
  void write(const Frame& frame, Priority priority) override;
  void expect_write() const override { connection_.expect_send(); }
  void close(std::optional<std::uint16_t> code, std::string_view reason,
             engineio::Unsent unsent) override;
  [[nodiscard]] std::size_t queued_bytes() const override { return connection_.queued_bytes(); }
  void pause_reading() override { connection_.pause_reading(); }
  void resume_reading() override { connection_.resume_reading(); }

 private:
  /// Pongs that wait to be sent; of further pings only the latest is answered (section 5.5.3).
  static constexpr std::uint8_t pongs_max = 16;

  void message(const websocket::Message& message) override;
  void inflate(const websocket::Message& message);
  void ping(std::string_view payload) override;
  void pong(std::string_view payload) override { static_cast<void>(payload); }
  void closed(std::optional<std::uint16_t> code, std::string_view reason) override;
  void violation(std::uint16_t code, std::string_view text) override;
  void send_pong(std::string_view payload);
  void finish(std::optional<std::uint16_t> code, std::string_view reason);

  loop::Connection& connection_;
  OwnerList& owners_;
  websocket::Receiver receiver_;
  Instant now_{};
  std::uint8_t pongs_pending_{};
  std::unique_ptr<std::string> next_pong_;  // for the latest ping that came with the limit reached
};

}  // namespace veche::server
