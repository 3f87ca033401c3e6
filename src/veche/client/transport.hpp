#pragma once

/// @file
/// What carries a client's Engine.IO packets: the seam between SocketioClient and its transports.

#include <cstdint>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/client/url.hpp"
#include "veche/websocket/receiver.hpp"

namespace veche::client {

/// Why a transport is no more.
enum class CloseCause : std::uint8_t {
  never_opened,  ///< no connection, or an answer that opened nothing
  peer_closed,   ///< the peer said goodbye or finished
  broken,        ///< the network or the peer reset it, or it took nothing for too long
  violation,     ///< the peer broke the protocol
  own,           ///< this side closed it
};

struct Closed {
  CloseCause cause{};
  std::string text;  ///< one line for people; may be empty
};

/// What the owner of a transport is told. None but closed() may destroy the transport.
class TransportEvents {
 public:
  TransportEvents() = default;
  TransportEvents(const TransportEvents&) = delete;
  TransportEvents& operator=(const TransportEvents&) = delete;
  virtual ~TransportEvents() = default;

  virtual void opened() = 0;
  /// A whole message, as websocket::ReceiverEvents::message(). `now` is when its last bytes were
  /// read.
  virtual void message(const websocket::Message& message, Instant now) = 0;
  /// Told exactly once for every connect() that had a result, and never from inside a call of the
  /// owner. Nothing follows.
  virtual void closed(const Closed& why) = 0;
};

/// One connection to a server that carries text messages both ways.
///
/// Threads   The loop's. Errors  Closed. Lifetime  One connection. Destroying it ends the
///           connection without a word to anybody.
class TransportClient {
 public:
  TransportClient() = default;
  TransportClient(const TransportClient&) = delete;
  TransportClient& operator=(const TransportClient&) = delete;
  virtual ~TransportClient() = default;

  /// Begins to connect, from the numeric address `local` (empty: the system's choice), and asks
  /// for `target`. Once in its life.
  /// Errc::io  there is no connection; closed() is not told
  [[nodiscard]] virtual Result<void> connect(const ServerAddress& server, std::string_view target,
                                             const std::string& local) = 0;
  /// Queues a text message; does nothing unless is_open(). Needs valid UTF-8.
  virtual void send_text(std::string_view text) = 0;
  /// Says goodbye after what is queued. closed() follows. Idempotent.
  virtual void close() = 0;
  /// Reads nothing more until resumed: the server is held back by TCP.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
  [[nodiscard]] virtual bool is_open() const = 0;
};

}  // namespace veche::client
