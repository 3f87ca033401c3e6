#pragma once

/// @file
/// What the layer above sees of an Engine.IO session, and what it is told.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/base/time.hpp"
#include "veche/engineio/outgoing.hpp"
#include "veche/http/message.hpp"

namespace veche::engineio {

enum class Transport : std::uint8_t { polling, websocket };

/// "polling", "websocket".
[[nodiscard]] std::string_view to_string(Transport transport);

/// Why a session ended. to_string() gives the text that Socket.IO users know.
enum class CloseReason : std::uint8_t {
  transport_close,       ///< "transport close": the peer said goodbye or vanished
  transport_error,       ///< "transport error": the transport broke
  ping_timeout,          ///< "ping timeout"
  parse_error,           ///< "parse error": the peer broke the protocol
  forced_close,          ///< "forced close": the layer above closed it
  server_shutting_down,  ///< "server shutting down"
  overloaded,            ///< "transport close" on the wire's side: the peer reads too slowly
};

[[nodiscard]] std::string_view to_string(CloseReason reason);

/// How this side ends a session.
enum class Closing : std::uint8_t {
  flush,     ///< what is queued is sent first
  discard,   ///< at once
  draining,  ///< after a flush, WebSocket code 1012: clients come back by themselves
  slow,      ///< at once, WebSocket code 1013
  policy,    ///< after a flush, WebSocket code 1008: the peer flooded
};

/// Whatever the layer above keeps for a session; freed with it.
class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  virtual ~Attachment() = default;
};

/// One Engine.IO session as the layer above uses it, whatever its transport.
///
/// Threads   Its loop only. Lifetime  From SocketEvents::opened() to the end of
///           SocketEvents::closed(); the engine owns it.
class Socket {
 public:
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  virtual ~Socket() = default;

  /// Queues a message. Ignored once closing. Never calls back into SocketEvents.
  virtual void send(const Outgoing& message, Priority priority) = 0;

  /// Where texts to this session alone are added: those that follow one another leave in one piece,
  /// before anything else that is sent to it and at the end of the turn at the latest. Room for
  /// `size` bytes is likely to be there. Valid until the next call of anything; null once closing,
  /// and where texts can only be sent.
  [[nodiscard]] virtual TextRun* own_run(std::size_t /*size*/) { return nullptr; }

  /// A hint: send() follows soon, so what it needs may be fetched from memory meanwhile.
  virtual void expect_send() const {}

  /// Ends the session; SocketEvents::closed() follows, after this call or inside it.
  /// Idempotent.
  virtual void close(Closing how) = 0;

  [[nodiscard]] virtual std::string_view id() const = 0;
  [[nodiscard]] virtual Transport transport() const = 0;

  /// The request that opened the session. Freed by forget_request() to save its memory:
  /// afterwards an empty one.
  [[nodiscard]] virtual const http::Request& request() const = 0;
  virtual void forget_request() = 0;

  /// Bytes that wait to be written, the frame under way not counted.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

  /// Stops and resumes reading from the peer; while paused the ping deadline rests.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  /// The place for what the layer above keeps.
  [[nodiscard]] Attachment* attachment() const { return attachment_.get(); }
  void attach(std::unique_ptr<Attachment> attachment) { attachment_ = std::move(attachment); }

 private:
  std::unique_ptr<Attachment> attachment_;
};

/// What the layer above is told. Each call may send on and close any session.
class SocketEvents {
 public:
  SocketEvents() = default;
  SocketEvents(const SocketEvents&) = delete;
  SocketEvents& operator=(const SocketEvents&) = delete;
  virtual ~SocketEvents() = default;

  /// A session has begun; its open packet is queued.
  virtual void opened(Socket& socket, Instant now) = 0;

  /// A whole message. `data` is valid during the call, followed by at least 64 readable
  /// bytes when text (so that JSON is parsed in place); text is valid UTF-8.
  virtual void received(Socket& socket, std::string_view data, bool is_binary, Instant now) = 0;

  /// The session has moved from polling to a WebSocket; what was queued for a GET has been written
  /// there.
  virtual void upgraded(Socket& /*socket*/, Instant /*now*/) {}

  /// The session has ended; the socket is freed after this call.
  virtual void closed(Socket& socket, CloseReason reason, Instant now) = 0;
};

}  // namespace veche::engineio
