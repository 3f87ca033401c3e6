#include "veche/socketio/room_handlers.hpp"

#include "veche/socketio/node.hpp"

namespace veche::socketio {

void RoomHandlers::tell(Handlers<RoomHandler>& handlers, std::string_view what,
                        std::string_view room) {
  handlers.for_each([&](RoomHandler& handler) {
    node_.guard(nullptr, what, [&] { handler(room); });
    return true;
  });
}

void RoomHandlers::tell(Handlers<MembershipHandler>& handlers, std::string_view what,
                        std::string_view room, const Member& member) {
  const std::string_view id = static_cast<const Socket&>(member).id();
  handlers.for_each([&](MembershipHandler& handler) {
    node_.guard(nullptr, what, [&] { handler(room, id); });
    return true;
  });
}

void RoomHandlers::create_room(std::string_view room) { tell(created, "create-room", room); }

void RoomHandlers::join_room(std::string_view room, Member& member) {
  tell(joined, "join-room", room, member);
}

void RoomHandlers::leave_room(std::string_view room, Member& member) {
  tell(left, "leave-room", room, member);
}

void RoomHandlers::delete_room(std::string_view room) { tell(deleted, "delete-room", room); }

}  // namespace veche::socketio
