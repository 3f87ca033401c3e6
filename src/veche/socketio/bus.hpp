#pragma once

/// @file
/// How the nodes of a cluster reach one another.

#include <cstddef>
#include <string_view>

#include "veche/base/task.hpp"
#include "veche/socketio/cluster_message.hpp"

namespace veche::socketio {

/// Told what other nodes say to a namespace.
class BusListener {
 public:
  BusListener() = default;
  BusListener(const BusListener&) = delete;
  BusListener& operator=(const BusListener&) = delete;

  /// On the listener's loop; never inside a call of its own to the bus.
  virtual void receive(const ClusterMessagePtr& message) = 0;

 protected:
  ~BusListener() = default;
};

/// One node's end of the bus.
///
///     bus.join("/chat", listener);
///     bus.publish(std::make_shared<const ClusterMessage>(...));
///
/// What one node says reaches another in the order in which it was said, each message once or,
/// when the bus is broken for a while, not at all. Different nodes' messages come in any order.
///
/// Threads   The node's loop. Errors  None: what cannot be sent is lost.
/// Lifetime  Outlives those who listen.
class Bus {
 public:
  Bus() = default;
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  virtual ~Bus() = default;

  /// This node's name among the others', without "." and "-" in it.
  [[nodiscard]] virtual std::string_view uid() const = 0;

  /// From now on `listener` hears what others say to the namespace, until it leaves. One for each
  /// namespace.
  virtual void join(std::string_view nsp, BusListener& listener) = 0;
  virtual void leave(std::string_view nsp) = 0;

  /// To every other node that has joined the message's namespace.
  virtual void publish(ClusterMessagePtr message) = 0;
  /// To one of them.
  virtual void publish_to(std::string_view uid, ClusterMessagePtr message) = 0;

  /// How many others have joined the namespace; now or later, but not after leave().
  virtual void count_others(std::string_view nsp, UniqueFunction<void(std::size_t)> callback) = 0;
};

}  // namespace veche::socketio
