#pragma once

/// @file
/// The chat over Socket.IO: what goes out (CONTRACT R7, R14, R18, section 4).

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/domain/facts.hpp"
#include "veche/socketio/audience.hpp"
#include "veche/socketio/node.hpp"

namespace veche::gateway {

/// Tells the sockets of one loop what has happened. Knows rooms and no service.
///
///     Broadcaster broadcaster{node, {}};
///     broadcaster.tell(fact);    // for every fact, in order
///
///     MessagePosted -> message:new   once to each socket in chat-<id> or in user-<id> of anybody
///                                    who takes part
///     ChatCreated   -> chat:created  to user-<id> of each; group:created too for a group
///     ChatRead      -> messages:read to the same; chat:unread to user-<id> of the reader
///     MessageEdited -> message:edited to the same as message:new
///     MessageDeleted -> message:deleted to the same; chat:unread to user-<id> of each to whom it
///                                    was news
///     ChatUpdated   -> chat:updated  to the same as message:new
///     ChatDeleted   -> chat:deleted  to user-<id> of each; chat-<id> is emptied
///     MembersAdded  -> chat:created and group:joined to user-<id> of each who is new, then
///                      group:member-added to the same as message:new
///     MemberRemoved -> group:removed to user-<id> of whoever it is, whose sockets leave chat-<id>;
///                      then group:member-removed to the same as message:new
///     RoleChanged   -> group:role-changed to the same as message:new
///     SessionsRevoked -> auth:error  to session-<id> of each, or to user-<id> of a user who has
///                                    gone; their connections are then closed
///
/// Time      JSON is written once a fact, and only if somebody on this loop is to hear it. A
///           chat of few looks up its rooms each time; that of many is remembered as an Audience,
///           which costs a receiver nothing but its send.
/// Memory    8 bytes a room and a socket for each remembered chat, at most Options::rooms_max
///           rooms in all; the chats longest unheard of go first.
/// Threads   The Node's loop. Errors  None. Lifetime  Ends before the node.
class Broadcaster {
 public:
  struct Options {
    std::size_t remembered_from{16};  ///< participants; chats of fewer are looked up
    std::size_t rooms_max{100'000};
  };

  Broadcaster(socketio::Node& node, Options options);
  Broadcaster(const Broadcaster&) = delete;
  Broadcaster& operator=(const Broadcaster&) = delete;

  void tell(const domain::FactPtr& fact);

  /// How many times a socket was told something.
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  /// How many rooms the remembered chats name together.
  [[nodiscard]] std::size_t remembered_rooms() const { return remembered_rooms_; }

 private:
  /// The rooms of a chat, as long as nobody enters or leaves it.
  struct Remembered {
    Remembered(socketio::Rooms& rooms, std::string id, domain::AudiencePtr users);

    std::string chat_id;
    domain::AudiencePtr participants;
    socketio::Audience audience;
  };
  using Chats = std::list<Remembered>;  // the one heard of last in front

  void tell_posted(const domain::MessagePosted& posted);
  void tell_created(const domain::ChatCreated& created);
  void tell_deleted(const domain::ChatDeleted& deleted);
  void tell_added(const domain::MembersAdded& added);
  void tell_removed(const domain::MemberRemoved& removed);
  void tell_role(const domain::RoleChanged& changed);
  void tell_read(const domain::ChatRead& read);
  void tell_revoked(const domain::SessionsRevoked& revoked);
  void tell_edited(const domain::MessageEdited& edited);
  void tell_message_deleted(const domain::MessageDeleted& deleted);
  void tell_unread(std::string_view chat_id, const domain::Unread& unread);

  /// Emits once to each socket in the chat's room or in that of anybody who takes part.
  template <typename Write>
  void emit_to_chat(std::string_view event, const std::string& chat_id,
                    const domain::AudiencePtr& participants, Write write);

  /// Emits to everyone in `rooms_`, once each; `write` appends the arguments.
  template <typename Write>
  void emit(std::string_view event, Write write);
  void name_room(std::string_view prefix, std::string_view id);
  void name_users(const domain::Audience& participants);
  Remembered& remember(const std::string& chat_id, const domain::AudiencePtr& participants);
  void forget(Chats::iterator chat);
  void forget(std::string_view chat_id);

  Options options_;
  socketio::Node& node_;
  socketio::Namespace& nsp_;
  Chats chats_;
  std::unordered_map<std::string_view, Chats::iterator> by_id_;  // keys view the chats
  std::size_t remembered_rooms_{};
  std::uint64_t deliveries_{};
  // Of the fact that is being told: its rooms' names, and its JSON.
  std::vector<std::string> rooms_;
  std::size_t room_count_{};
  std::string args_;
};

}  // namespace veche::gateway
