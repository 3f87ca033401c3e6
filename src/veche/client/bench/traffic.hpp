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
  std::uint64_t connects{};    ///< of a connect storm

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

/// How long things took; of what came since the last clear().
struct Latencies {
  Histogram delivery;  ///< from the send to each member's getting it
  Histogram ack;       ///< from the send to its ack
  Histogram connect;   ///< from the TCP connect to session:ready

  void clear() { *this = Latencies{}; }
  void add(const Latencies& other);
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
  /// Begin nothing new; what is under way goes on.
  virtual void stop() = 0;
  /// Whether nothing is under way.
  [[nodiscard]] virtual bool is_quiet() const = 0;
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
