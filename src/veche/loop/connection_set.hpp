#pragma once

/// @file
/// The connections of one loop, and the order in which they are served.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/loop/connection.hpp"
#include "veche/loop/connection_list.hpp"
#include "veche/loop/connection_table.hpp"
#include "veche/loop/net.hpp"
#include "veche/loop/send_queue.hpp"

namespace veche::loop {

/// Limits of a loop. The defaults are those of DESIGN.md, section 4; the slice is shorter, since
/// what comes in waits for it to pass and CPU a delivery is the same (docs/benchmarks.md).
struct LoopOptions {
  std::size_t queue_bytes_max{1UL << 20};   ///< behind the first frame; 1 byte to 1 GiB
  std::size_t queue_frames_max{65'536};     ///< so that tiny frames are bounded too; at least 1
  Milliseconds stall_timeout{15'000};       ///< without progress while bytes wait
  Milliseconds linger{2'000};               ///< how long a closing peer's end is awaited
  std::size_t bulk_connections_a_turn{32};  ///< the slice of the sliding flush; at least 1
  std::chrono::microseconds bulk_time_a_turn{300};  ///< or so long, if that is less; at least 0
  Milliseconds delivery_tick{0};    ///< how long broadcasts wait for others to leave with; 0 to 100
  std::size_t tasks_a_turn{1'024};  ///< posted tasks; at least 1
  std::chrono::microseconds last_wait{100};  ///< of Loop::post_last(), at most; at least 0
};

/// Reads, flushes, watches and ends the connections of a loop. Part of Loop; others use
/// Connection.
///
/// A connection with something to say stands on `hi` or on `bulk`. When its socket takes no
/// more it moves to `blocked`, until the socket is writable again or its patience has run out.
/// With a delivery tick those for `bulk` gather first, until it has passed since the first came.
///
/// Time      Told by begin_turn(). Memory  128 KiB of buffers, the connections, and SendPool.
/// Threads   One loop, but size(). Errors  Ends of connections. Lifetime  The wheel and the net
///           outlive it. When it ends, sockets are closed and nobody is told.
class ConnectionSet {
 public:
  ConnectionSet(Net& net, TimerWheel& timers, const LoopOptions& options);
  ConnectionSet(const ConnectionSet&) = delete;
  ConnectionSet& operator=(const ConnectionSet&) = delete;
  ~ConnectionSet();

  Connection& adopt(SocketId socket, std::string address, ConnectionEvents& events);

  /// Connections that are open, closing or lingering. From any thread.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // The steps of a turn, in this order.
  void begin_turn(Instant now) { now_ = now; }
  void handle(const Ready& event);
  void flush_hi();
  /// A slice: so many connections, or fewer when they take long.
  void flush_bulk(const Clock& clock);
  /// Calls drained() and ended() where they are due.
  void tell();
  void free_dead();

  /// Whether the next turn has something to do without any event.
  [[nodiscard]] bool has_work() const;

 private:
  friend class Connection;

  static constexpr std::size_t receive_bytes = 64UL * 1024;
  static constexpr std::size_t spare_bytes = 64;
  // Spare places for frames: a burst to every connection needs no allocation, and connections
  // that have gone leave none.
  static constexpr std::size_t spare_chunks_a_connection = 5;
  static constexpr std::size_t spare_chunks_min = 768;
  /// Reads from a peer that is being closed, at most 4 MiB.
  static constexpr std::uint8_t thrown_away_max = 64;

  /// Connections that wait for their peers, the longest first; those that wait too long end.
  class Waiting final : public Timer {
   public:
    Waiting(ConnectionSet& set, TimerWheel& wheel, Milliseconds patience, EndReason reason)
        : set_{set}, wheel_{wheel}, patience_{patience}, reason_{reason} {}

    void push_back(Connection& connection);
    [[nodiscard]] bool holds(const Connection& connection) const {
      return connection.list_ == &list_;
    }

   private:
    void expired(Instant now) override;

    ConnectionSet& set_;
    TimerWheel& wheel_;
    Milliseconds patience_;
    EndReason reason_;
    ConnectionList list_;
  };

  /// Connections that wait for the delivery tick, and then become bulk.
  class Gathering final : public Timer {
   public:
    Gathering(ConnectionSet& set, TimerWheel& wheel, Milliseconds tick)
        : set_{set}, wheel_{wheel}, tick_{tick} {}

    [[nodiscard]] bool is_wanted() const { return tick_ > Milliseconds{0}; }
    void push_back(Connection& connection);
    [[nodiscard]] bool holds(const Connection& connection) const {
      return connection.list_ == &list_;
    }

   private:
    void expired(Instant now) override;

    ConnectionSet& set_;
    TimerWheel& wheel_;
    Milliseconds tick_;
    ConnectionList list_;
  };

  // What Connection asks for.
  void queued(Connection& connection, Priority priority);
  void drained(Connection& connection);
  void begin_close(Connection& connection);
  void finish(Connection& connection, EndReason reason);
  [[nodiscard]] SocketId release(Connection& connection);
  bool watch(Connection& connection, Interest interest);

  [[nodiscard]] bool is_over_limit(const Connection& connection) const;
  void relieve(Connection& connection);
  static void expect_flush(const Connection& next);
  void flush(Connection& connection);
  void flushed(Connection& connection);
  void block(Connection& connection, bool progressed);
  void linger(Connection& connection);
  void read(Connection& connection, bool is_broken);
  void peer_ended(Connection& connection);
  void leave(Connection& connection);
  void count(std::size_t connections);

  Net& net_;
  LoopOptions options_;
  SendPool pool_;
  std::unique_ptr<char[]> receive_buffer_;
  Instant now_{};
  ConnectionTable table_;
  std::atomic<std::size_t> size_{};
  ConnectionList hi_;
  ConnectionList bulk_;
  Gathering gathering_;
  Waiting blocked_;
  Waiting lingering_;
  ConnectionList drained_;  // to be told so
  ConnectionList telling_;  // those of drained_ whose turn it is
  ConnectionList ended_;    // to be told so
  ConnectionList dead_;     // to be freed
};

}  // namespace veche::loop
