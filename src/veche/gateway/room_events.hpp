#pragma once

/// @file
/// Events on chats: join, leave, create, delete (CONTRACT R8 to R10, R18).

#include <string>

#include "veche/domain/chats.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/requests.hpp"

namespace veche::gateway {

/// Joins sockets to the room of a chat, and makes chats.
///
/// Threads   The Node's loop. Errors  Told to the client. Lifetime  As Requests.
class RoomEvents {
 public:
  RoomEvents(Requests& requests, Log& log) : requests_{requests}, log_{log} {}

  /// `chat:join {chatId}`. The socket is in the room before the ack; as facts reach a loop in
  /// the order of commits, a chat that is deleted meanwhile evicts it afterwards.
  void join(Call& call);
  /// `chat:leave {chatId}`: the room, not the chat.
  void leave(Call& call);
  /// `chat:create {type?, participantId?, memberIds?, name?, clientChatId?}`.
  void create(Call& call);
  /// `group:create`, the same for groups; the ack names the chat `group` too.
  void create_group(Call& call);
  /// `chat:update {chatId, name?, avatar?, description?}`.
  void update(Call& call);
  /// `chat:delete {chatId}`, which evicts every socket from the room before the ack.
  void erase(Call& call);

 private:
  enum class Naming : bool { chat, chat_and_group };

  void submit(Call& call, domain::NewChat input, Naming naming);

  Requests& requests_;
  Log& log_;
  std::string room_;  // the name of one, that is being put together
};

}  // namespace veche::gateway
