#pragma once

/// @file
/// Events on messages: send, edit, delete, read and list (CONTRACT R11 to R13, section 3).

#include "veche/base/event_limiter.hpp"
#include "veche/domain/messages.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/requests.hpp"

namespace veche::gateway {

/// Sends, changes and reads messages. Who hears of them is the Broadcaster's.
///
/// Threads   The Node's loop. Errors  Told to the client. Lifetime  As Requests.
class MessageEvents {
 public:
  MessageEvents(Requests& requests, const Services& services)
      : requests_{requests}, node_{services.node}, log_{services.log}, texts_{services.texts} {}

  /// `message:send {chatId, text, clientMessageId?}`.
  void send(Call& call);
  /// `message:edit {messageId, text, ifRev?}`.
  void edit(Call& call);
  /// `message:delete {messageId, scope?}`.
  void erase(Call& call);
  /// `message:read` and `messages:read {messageId}` or `{chatId, seq?}`.
  void read(Call& call);
  /// `messages:list {chatId, beforeSeq? | afterSeq? | aroundSeq?, limit?}`; a stranger gets
  /// `Access denied`, as for a chat that is not there.
  void list(Call& call);

 private:
  void log_sent();
  void write_sent(json::Writer& json, const domain::Sent& sent) const;

  Requests& requests_;
  socketio::Node& node_;
  Log& log_;
  LineRate sent_lines_;  // before the log's own limit, which takes a lock
  const MessageTexts* texts_;
};

}  // namespace veche::gateway
