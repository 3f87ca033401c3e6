#pragma once

/// @file
/// What an application is told of the rooms of a namespace.

#include <string_view>

#include "veche/base/task.hpp"
#include "veche/socketio/handlers.hpp"
#include "veche/socketio/rooms.hpp"

namespace veche::socketio {

class Node;

using RoomHandler = UniqueFunction<void(std::string_view room)>;
/// `id` is the socket's.
using MembershipHandler = UniqueFunction<void(std::string_view room, std::string_view id)>;

/// The handlers of one namespace's room events.
///
/// Threads   The Node's loop. Errors  What a handler throws is logged. Lifetime  Its namespace's.
class RoomHandlers final : public RoomEvents {
 public:
  explicit RoomHandlers(Node& node) : node_{node} {}

  void create_room(std::string_view room) override;
  void join_room(std::string_view room, Member& member) override;
  void leave_room(std::string_view room, Member& member) override;
  void delete_room(std::string_view room) override;

  Handlers<RoomHandler> created;
  Handlers<RoomHandler> deleted;
  Handlers<MembershipHandler> joined;
  Handlers<MembershipHandler> left;

 private:
  void tell(Handlers<RoomHandler>& handlers, std::string_view what, std::string_view room);
  void tell(Handlers<MembershipHandler>& handlers, std::string_view what, std::string_view room,
            const Member& member);

  Node& node_;
};

}  // namespace veche::socketio
