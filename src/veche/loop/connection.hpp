#pragma once

/// @file
/// One TCP connection as its owner uses it, and what the owner is told.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/base/time.hpp"
#include "veche/loop/net.hpp"
#include "veche/loop/send_queue.hpp"

namespace veche::loop {

class Connection;
class ConnectionList;
class ConnectionSet;

/// Why a connection ended.
enum class EndReason : std::uint8_t {
  peer_closed,  ///< the peer has finished sending, which is taken as having gone
  broken,       ///< the network or the peer reset it
  overloaded,   ///< more waited to be sent than LoopOptions::queue_bytes_max allows
  stalled,      ///< bytes waited for LoopOptions::stall_timeout and none could be sent
  closed,       ///< this side asked for it: close_after_flush() or abort()
};

/// "peer closed", "broken", ... for logs.
[[nodiscard]] std::string_view to_string(EndReason reason);

/// What the owner of a connection is told. Each call may use this and any other connection of
/// the loop; none is made from inside a call of Connection.
class ConnectionEvents {
 public:
  ConnectionEvents() = default;
  ConnectionEvents(const ConnectionEvents&) = delete;
  ConnectionEvents& operator=(const ConnectionEvents&) = delete;
  virtual ~ConnectionEvents() = default;

  /// Bytes have come: from 1 to 64 KiB of them. They lie in the receive buffer that all
  /// connections of the loop share: they may be changed, are valid during the call, and are
  /// followed by at least 64 readable bytes.
  virtual void received(Connection& connection, std::span<char> bytes, Instant now) = 0;

  /// The connection has ended. Told exactly once for every connection that was not released,
  /// at the end of a turn, and followed by nothing. The connection is freed after the turn's
  /// last hook.
  virtual void ended(Connection& connection, EndReason reason, Instant now) = 0;

  /// Everything queued has been handed to the network. Told once after each notify_drained().
  virtual void drained(Connection& connection) { static_cast<void>(connection); }
};

/// A TCP connection with its queue of frames to be sent.
///
///     Connection& connection = loop.adopt(accepted.socket, accepted.address, events);
///     connection.send(frame, Priority::hi);   // leaves at the end of the turn
///     connection.close_after_flush();         // events.ended() follows
///
/// Time      Queueing a frame takes a few nanoseconds; the writing is done by the loop, once a
///           turn for all frames of the connection.
/// Memory    120 bytes when idle, and 112 for each six queued frames. Beyond the limits of
///           LoopOptions the connection ends (EndReason::overloaded).
/// Threads   Its loop only.
/// Errors    None: a connection that cannot go on ends, and calls on an ended one do nothing.
/// Lifetime  From Loop::adopt() to the end of the turn in which it ended or was released. Stands
///           where it is.
class Connection {
 public:
  /// Made by Loop::adopt().
  Connection(ConnectionSet& set, SocketId socket, std::string address, ConnectionEvents& events);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// Queues a frame. Frames leave in the order of their sends, whatever their priority. An
  /// empty frame is nothing.
  void send(Frame frame, Priority priority);

  /// A hint: send() follows soon, so the connection may be fetched from memory meanwhile.
  void expect_send() const {
    __builtin_prefetch(this, 1);
    __builtin_prefetch(&phase_, 1);
  }

  /// Bytes that wait behind the frame under way.
  [[nodiscard]] std::size_t queued_bytes() const { return queue_.bytes_behind_first(); }
  /// Whether nothing waits to be sent.
  [[nodiscard]] bool is_flushed() const { return queue_.is_empty(); }
  /// False once the connection is closing, ended or released.
  [[nodiscard]] bool is_open() const { return phase_ == Phase::open; }

  /// Sends what is queued, tells the peer that nothing follows, waits for its end for at most
  /// LoopOptions::linger (so that the last bytes are not lost to a reset) and ends. Bytes that
  /// come meanwhile are thrown away; a peer that sends on and on is soon no longer read.
  /// Idempotent.
  void close_after_flush();

  /// The same for a peer that has said, in its own protocol, that it sends nothing more: ends as
  /// soon as everything is sent. Over TLS the peer's own end is to follow, and is awaited.
  void end_after_flush();

  /// Ends now; what is queued is dropped.
  void abort();

  /// While paused, received() is not called and the peer is held back by TCP. A connection that
  /// breaks while paused ends at once; one that the peer merely finishes, when resumed.
  void pause_reading();
  void resume_reading();

  /// Asks for one drained().
  void notify_drained();

  /// Who is told from now on. The owner before hears nothing more.
  void set_events(ConnectionEvents& events) { events_ = &events; }

  /// Gives the socket up without closing it, for adoption by another loop; ended() is not told.
  /// Needs is_open() and is_flushed().
  [[nodiscard]] SocketId release();

  /// The peer's numeric address, without port.
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Whether it came over TLS; false once it has ended.
  [[nodiscard]] bool is_secure() const;

 private:
  friend class ConnectionList;
  friend class ConnectionSet;

  enum class Phase : std::uint8_t {
    open,
    closing,    ///< what is queued is being sent
    lingering,  ///< everything is sent; the peer's end is awaited
    ended,      ///< ended, or released
  };

  // What a broadcast looks at comes first, in 64 bytes.
  ConnectionSet& set_;
  Connection* previous_{};  // neighbours in list_
  Connection* next_{};
  ConnectionList* list_{};
  SendQueue queue_;
  SocketId socket_;
  Phase phase_{Phase::open};
  EndReason reason_{};
  bool is_paused_ : 1 {};
  bool peer_ended_ : 1 {};  // or has said that it will
  bool wants_drained_ : 1 {};
  bool watched_read_ : 1 {};
  bool watched_write_ : 1 {};
  std::uint8_t thrown_away_{};  // reads since it began to close
  ConnectionEvents* events_;
  Instant since_{};  // when it last progressed (blocked), or began to linger
  std::string address_;
  std::uint64_t token_{};
};

}  // namespace veche::loop
