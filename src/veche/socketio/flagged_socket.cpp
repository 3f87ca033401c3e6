#include "veche/socketio/flagged_socket.hpp"

#include "veche/socketio/socket.hpp"

namespace veche::socketio {

// NOLINTNEXTLINE(readability-identifier-naming): a keyword
FlaggedSocket& FlaggedSocket::volatile_() {
  flags_.is_volatile = true;
  return *this;
}

FlaggedSocket& FlaggedSocket::compress(bool is_wanted) {
  flags_.is_compressed = is_wanted;
  return *this;
}

FlaggedSocket& FlaggedSocket::timeout(Milliseconds timeout) {
  flags_.timeout = timeout;
  return *this;
}

void FlaggedSocket::emit(std::string_view event, Raw args) {
  socket_.transmit({event, args.args, args.attachments}, flags_);
}

void FlaggedSocket::ask(std::string_view event, Raw args, AckCallback callback) {
  socket_.ask({event, args.args, args.attachments}, flags_, std::move(callback));
}

BroadcastOperator FlaggedSocket::to(std::string_view room) { return broadcast().to(room); }

BroadcastOperator FlaggedSocket::broadcast() {
  BroadcastOperator chosen = socket_.broadcast();
  chosen.compress(flags_.is_compressed);
  if (flags_.is_volatile) chosen.volatile_();
  return chosen;
}

}  // namespace veche::socketio
