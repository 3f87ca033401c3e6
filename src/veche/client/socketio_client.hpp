#pragma once

/// @file
/// A Socket.IO client of the main namespace, over WebSocket or HTTP long-polling.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/client/context.hpp"
#include "veche/client/incoming.hpp"
#include "veche/client/transport.hpp"
#include "veche/client/url.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::client {

class SocketioClient;

/// Why a client is not connected, in the words of Socket.IO's own client.
enum class DisconnectReason : std::uint8_t {
  connect_error,         ///< no connection, or the server refused the namespace
  io_server_disconnect,  ///< the server said so
  io_client_disconnect,  ///< disconnect() was called
  ping_timeout,          ///< nothing heard for pingInterval + pingTimeout, or no answer to CONNECT
  transport_close,       ///< the connection ended
  transport_error,       ///< the connection broke, or the server its rules
  parse_error,           ///< the server sent what is no packet
};

/// "io server disconnect", "ping timeout", ... Static storage.
[[nodiscard]] std::string_view to_string(DisconnectReason reason);

struct Disconnected {
  DisconnectReason reason{};
  std::string text;  ///< one line for people; may be empty
};

/// What the owner of clients is told; one listener may serve many. None but disconnected() may
/// destroy the client. `now` is when the bytes were read.
class SocketioEvents {
 public:
  SocketioEvents() = default;
  SocketioEvents(const SocketioEvents&) = delete;
  SocketioEvents& operator=(const SocketioEvents&) = delete;
  virtual ~SocketioEvents() = default;

  /// The server has accepted the CONNECT; a token may still be refused after this.
  virtual void connected(SocketioClient& client, Instant now) = 0;
  /// An event. Its JSON has not been read: it may be malformed within its brackets.
  virtual void event(SocketioClient& client, const Event& event, Instant now) = 0;
  /// The answer to emit_with_ack(): JSON values, comma separated, as unread as an event's. An id
  /// that was never given out, or that was answered before, is told as well.
  virtual void acked(SocketioClient& client, std::uint64_t id, std::string_view args,
                     Instant now) = 0;
  /// Told exactly once for every connect() that had a result. Nothing follows.
  virtual void disconnected(SocketioClient& client, const Disconnected& why) = 0;
};

/// One connection to a Socket.IO 4 server, over one transport from the start to the end; events
/// both ways, acks both ways, heartbeat. It does not reconnect.
///
///     SocketioClient client{context, events, 0, engineio::Transport::websocket};
///     if (auto begun = client.connect(server, R"({"token":"..."})", ""); !begun) ...
///     // events.connected(), then:
///     const auto id = client.emit_with_ack("chat:join", R"({"chatId":"c1"})");
///
/// Binary packets and other namespaces end it with parse_error.
///
/// Time      The loop's. Memory  About 400 bytes. Threads  The loop's.
/// Errors    Disconnected. JSON given to it is taken as it is: it must be valid.
/// Lifetime  One connection. Destroying it ends the connection without a word.
class SocketioClient final : private TransportEvents {
 public:
  /// From connect() to connected().
  static constexpr Milliseconds connect_timeout{20'000};

  /// `number` is the owner's name for it.
  SocketioClient(const Context& context, SocketioEvents& events, std::uint32_t number,
                 engineio::Transport transport);

  /// Begins to connect, with a JSON object as auth. `local` as in TransportClient::connect().
  /// Errc::io  there is no connection; disconnected() is not told
  [[nodiscard]] Result<void> connect(const ServerAddress& server, std::string auth,
                                     const std::string& local);

  /// Emits; `name` needs no escapes in JSON, `args` are JSON values, comma separated. Nothing is
  /// sent unless is_connected().
  void emit(std::string_view name, std::string_view args);
  /// The same, asking for an ack; returns the id under which acked() will be told. Ids count
  /// from 0.
  std::uint64_t emit_with_ack(std::string_view name, std::string_view args);
  /// Answers an event that came with an id.
  void acknowledge(std::uint64_t id, std::string_view args);

  /// Reads nothing more until resumed; the server's silence meanwhile is forgiven.
  void pause_reading();
  void resume_reading();

  /// Leaves and closes; disconnected() follows. Idempotent.
  void disconnect();

  [[nodiscard]] bool is_connected() const { return is_connected_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  /// Of the Socket.IO session; empty until connected.
  [[nodiscard]] const std::string& sid() const { return sid_; }
  /// What names the session for its recovery, to be given in the auth of the next client; empty
  /// where the server gave none.
  [[nodiscard]] const std::string& pid() const { return pid_; }
  /// Of the last event that had one, likewise; only kept after keep_offset().
  [[nodiscard]] const std::string& offset() const { return offset_; }
  /// Costs a look at the end of every event.
  void keep_offset() { keeps_offset_ = true; }

 private:
  class Patience final : public Timer {
   public:
    explicit Patience(SocketioClient& client) : client_{client} {}

   private:
    void expired(Instant now) override;
    SocketioClient& client_;
  };

  // TransportEvents
  void opened() override {}
  void message(const websocket::Message& message, Instant now) override;
  void closed(const Closed& why) override;

  void engine_packet(std::string_view text, Instant now);
  void open_engine(std::string_view handshake);
  void packet(std::string_view text, Instant now);
  void accept(std::string_view data, Instant now);
  void await_ping();
  void note_offset(std::string_view args);
  void end(DisconnectReason reason, std::string text);
  void send_event(std::optional<std::uint64_t> id, std::string_view name, std::string_view args);
  [[nodiscard]] DisconnectReason reason_of(CloseCause cause) const;

  const Context& context_;
  SocketioEvents& events_;
  engineio::Transport transport_;
  std::unique_ptr<TransportClient> socket_;
  Patience patience_;
  std::string auth_;  // until CONNECT has been sent
  std::string sid_;
  std::string pid_;
  std::string offset_;
  std::optional<Disconnected> why_;  // once this side has judged
  Milliseconds silence_max_{};       // pingInterval + pingTimeout
  std::uint64_t next_id_{};
  std::uint32_t number_;
  bool is_connected_{};
  bool keeps_offset_{};
};

}  // namespace veche::client
