#pragma once

/// @file
/// One emission on its way to many sockets.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "veche/engineio/outgoing.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/socket_table.hpp"

namespace veche::socketio {

class Node;
class Socket;

/// Encodes an emission when it meets its first receiver, and queues the same frame for each.
///
///     Delivery delivery{node, "/chat", {"hello", "1"}, flags};
///     for (Socket* socket : receivers) delivery.to(*socket);
///
/// Receivers with handlers for outgoing events are told at the end, when nothing is in the way of
/// what these do.
///
/// Time      A receiver costs one send(), and nothing is allocated for it. Threads  The Node's
///           loop. Lifetime  During one broadcast: views what it was given.
class Delivery {
 public:
  /// With an `id` it asks for an ack.
  Delivery(Node& node, std::string_view nsp, const Emission& emission, BroadcastFlags flags,
           std::optional<std::uint64_t> id = std::nullopt)
      : node_{node}, nsp_{nsp}, emission_{emission}, flags_{flags}, id_{id} {}
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;
  ~Delivery();

  /// Skips a socket that is not connected, or slow when the emission is volatile, and says false.
  bool to(Socket& socket);

 private:
  Node& node_;
  std::string_view nsp_;
  const Emission& emission_;
  BroadcastFlags flags_;
  std::optional<std::uint64_t> id_;
  std::optional<engineio::Outgoing> packet_;
  std::vector<SocketHandle> listeners_;  // to outgoing events
};

}  // namespace veche::socketio
