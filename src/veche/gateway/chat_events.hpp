#pragma once

/// @file
/// The chat over Socket.IO: what comes in (CONTRACT sections 1 and 3).

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "veche/gateway/auth_events.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/group_events.hpp"
#include "veche/gateway/message_events.hpp"
#include "veche/gateway/requests.hpp"
#include "veche/gateway/room_events.hpp"
#include "veche/socketio/node.hpp"

namespace veche::gateway {

/// Serves the namespace `/` of one loop: tokens, events, acks.
///
///     ChatEvents events{{node, wheel, commands, tokens, clock, log}, {}};
///     // 40{"token":"..."}                        -> 42["session:ready",{...}]
///     // 421["message:send",{"chatId":..,...}]    -> 431[{"success":true,"message":{...}}]
///
/// No event of a socket without a valid token is ever looked at. Every event that asks for an
/// ack gets exactly one; a failure without an ack is told by the event `exception`.
///
/// Time      An event costs a hash, its parsing and what it submits. Memory  A Session a socket.
/// Threads   The Node's loop. Errors  Told to the client. Lifetime  Ends after the sessions of
///           the node, and after the commands it submitted.
class ChatEvents {
 public:
  enum class Announcement : bool {
    once,  ///< writes the line that says the gateway is there
    none,  ///< another loop's gateway has said so
  };
  struct Options {
    Limits limits{};
    Announcement announcement{Announcement::once};
  };

  ChatEvents(Services services, Options options);
  ChatEvents(const ChatEvents&) = delete;
  ChatEvents& operator=(const ChatEvents&) = delete;

  /// Every fact, in its order among the answers of the writer.
  void hear(const domain::Fact& fact);

  [[nodiscard]] const Counters& counters() { return requests_.counters(); }
  /// Calls `visit` with each kind of event, "unknown" among them, and how many of it came.
  void count_events(const std::function<void(std::string_view, std::uint64_t)>& visit) const;

 private:
  void add_routes();
  void handle(socketio::Socket& socket, socketio::Event& event);

  Services services_;
  Requests requests_;
  AuthEvents auth_;
  RoomEvents rooms_;
  MessageEvents messages_;
  GroupEvents groups_;
  std::unordered_map<std::string_view, Route> routes_;
  Route unknown_;
};

}  // namespace veche::gateway
