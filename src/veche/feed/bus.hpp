#pragma once

/// @file
/// How nodes tell one another what they have committed.

#include <cstdint>
#include <vector>

#include "veche/domain/facts.hpp"

namespace veche::feed {

enum class BusState : std::uint8_t {
  none,  ///< a node alone: every fact is its own
  down,  ///< hints do not come now
  up,
};

/// Carries facts between the nodes of one store, as hints: it may lose, double and reorder
/// them, since the log has them all (RELIABILITY, section 2).
///
///     bus.subscribe(&listener);       // hear() for every node's hints, one's own included
///     bus.publish(facts);             // after their commit, in commit order
///
/// Time      publish() only queues. Memory  What cannot be sent is dropped, never kept
///           without a limit. Threads  Any; the listener is called from the bus's own.
/// Errors    None: a hint that is lost is a hole, and holes are repaired. Hints of another
///           epoch, and bytes that are no hint, are dropped by the implementation.
/// Lifetime  subscribe(nullptr) returns when the listener is no longer being called.
class Bus {
 public:
  class Listener {
   public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    virtual void hear(std::vector<domain::FactPtr> facts) = 0;
    /// The bus came up or went down.
    virtual void bus_changed(BusState state) = 0;
  };

  Bus() = default;
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  virtual ~Bus() = default;

  virtual void publish(const std::vector<domain::FactPtr>& facts) = 0;
  virtual void subscribe(Listener* listener) = 0;
  [[nodiscard]] virtual bool is_up() const = 0;
};

}  // namespace veche::feed
