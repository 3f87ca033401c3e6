#pragma once

/// @file
/// The chain that says how one emission to a socket is sent: timeout(...).emit_with_ack(...).

#include <string_view>
#include <utility>

#include "veche/base/time.hpp"
#include "veche/socketio/broadcast_operator.hpp"
#include "veche/socketio/typed.hpp"

namespace veche::socketio {

class Socket;

/// How one emission to a socket is sent.
struct EmitFlags {
  bool is_volatile{};        ///< dropped when the client is slow
  bool is_compressed{true};  ///< as far as the transport compresses at all
  Milliseconds timeout{};    ///< for the ack; zero waits for as long as the socket lives
};

/// A socket with flags for what is emitted through this object.
///
///     socket.timeout(5s).emit_with_ack("question", 1, [](Result<std::string> answer) { ... });
///     socket.compress(false).volatile_().emit("position", x, y);
///
/// Threads   The Node's loop. Errors  As Socket. Lifetime  A value; ends before its socket.
class FlaggedSocket {
 public:
  explicit FlaggedSocket(Socket& socket) : socket_{socket} {}

  FlaggedSocket& volatile_();  // NOLINT(readability-identifier-naming): a keyword
  FlaggedSocket& compress(bool is_wanted);
  FlaggedSocket& timeout(Milliseconds timeout);

  void emit(std::string_view event, Raw args = {});
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, Arguments{values...}.raw());
  }

  /// See Socket::emit_with_ack().
  template <typename... All>
  void emit_with_ack(std::string_view event, All&&... values_and_callback) {
    split_callback([&](Raw args, AckCallback callback) { ask(event, args, std::move(callback)); },
                   std::forward<All>(values_and_callback)...);
  }

  /// The same flags for everyone else; a timeout has no meaning there.
  [[nodiscard]] BroadcastOperator to(std::string_view room);
  [[nodiscard]] BroadcastOperator broadcast();

 private:
  void ask(std::string_view event, Raw args, AckCallback callback);

  Socket& socket_;
  EmitFlags flags_;
};

}  // namespace veche::socketio
