#pragma once

/// @file
/// The load of a scenario, as the crowd of clients and the runner see it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/time.hpp"
#include "veche/client/bench/checker.hpp"
#include "veche/client/bench/histogram.hpp"
#include "veche/client/socketio_client.hpp"

namespace veche::client::bench {

/// What has been done since the start.
struct Totals {
  std::uint64_t messages{};    ///< sends that were acked
  std::uint64_t deliveries{};  ///< message:new that came as they should
  std::uint64_t acks{};        ///< of any event of the load
  std::uint64_t connects{};    ///< that came to session:ready
  std::uint64_t
      recovered{};  ///< of those, clients that the server has brought back to where they were
  std::uint64_t offered{};  ///< events that became due in an open loop
  std::uint64_t refused{};  ///< of those, what the server said it could not do now
  std::uint64_t bystander_acks{};

  Totals& operator+=(const Totals& other);
  Totals& operator-=(const Totals& other);
  bool operator==(const Totals&) const = default;
};

/// What must not happen, besides Faults.
struct AckFaults {
  std::uint64_t lost{};
  std::uint64_t doubled{};  ///< answered again, or never asked for

  AckFaults& operator+=(const AckFaults& other);
  bool operator==(const AckFaults&) const = default;
};

/// How long things took; of what began in a window, whenever it came.
struct Latencies {
  Histogram delivery;   ///< from the send to each member's getting it
  Histogram ack;        ///< from the send to its ack
  Histogram connect;    ///< from the TCP connect to session:ready
  Histogram bystander;  ///< of bystanders' acks, from when their events were due

  /// From now on what began at `now` or later counts, and nothing else. At first all counts.
  void open(Instant now);
  /// What begins at `now` or later counts no more.
  void close(Instant now) { to_ = now; }

  void record(Histogram Latencies::*histogram, Instant begun, Instant now) {
    if (begun >= from_ && begun < to_) (this->*histogram).record(now - begun);
  }
  void add(const Latencies& other);

 private:
  Instant from_{Instant::min()};
  Instant to_{Instant::max()};
};

/// What clients get that belongs to a load.
class TrafficEvents {
 public:
  TrafficEvents() = default;
  TrafficEvents(const TrafficEvents&) = delete;
  TrafficEvents& operator=(const TrafficEvents&) = delete;
  virtual ~TrafficEvents() = default;

  /// The JSON of a message:new that a client got.
  virtual void message(SocketioClient& client, std::string_view args, Instant now) = 0;
  /// An ack that a client got for an event of the load.
  virtual void acked(SocketioClient& client, std::uint64_t id, std::string_view args,
                     Instant now) = 0;
};

/// Makes a scenario's load. A pure machine but for the clients it is given: it learns the time
/// from the calls.
///
/// Threads   The loop's. Lifetime  The clients outlive it.
class Traffic : public TrafficEvents {
 public:
  /// Everybody is there: begin.
  virtual void start(Instant now) = 0;
  /// Begins what an open loop has due by `now`; to be called once a turn. Returns when the next
  /// is due, Instant::max() when that depends on answers alone.
  virtual Instant advance(Instant now) {
    static_cast<void>(now);
    return Instant::max();
  }
  /// The window that is measured begins, and ends.
  virtual void open_window(Instant now) { latencies().open(now); }
  virtual void close_window(Instant now) { latencies().close(now); }
  /// Make nothing new due; what is due or under way goes on.
  virtual void stop() = 0;
  /// Whether nothing is due or under way.
  [[nodiscard]] virtual bool is_quiet() const = 0;
  /// Whether all is done that there was to do, before stop(): never, for a load that goes on.
  [[nodiscard]] virtual bool is_complete() const { return false; }
  /// Nothing more will come: what is still awaited is lost.
  virtual void finish() = 0;

  [[nodiscard]] virtual const Totals& totals() const = 0;
  [[nodiscard]] virtual Faults faults() const = 0;
  [[nodiscard]] virtual AckFaults ack_faults() const = 0;
  [[nodiscard]] virtual Latencies& latencies() = 0;
  /// Why the load cannot go on: the server has refused an event. None while it can.
  [[nodiscard]] virtual const std::optional<std::string>& failure() const = 0;
};

}  // namespace veche::client::bench
