#pragma once

/// @file
/// The chain that says whom something is for: to(...).except(...).emit(...).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veche/socketio/adapter.hpp"
#include "veche/socketio/arguments.hpp"

namespace veche::socketio {

/// A choice of sockets of a namespace, and what is done to them.
///
///     nsp.to("chat-1").to("user-7").except(socket.id()).emit("message:new", message);
///     nsp.to("chat-1").timeout(5s).emit_with_ack({"ready?"}, [](Answers answers) { ... });
///
/// Several rooms are one union: a socket in two of them is reached once.
///
/// Memory    Owns the names. Threads  The Node's loop. Errors  As Adapter.
/// Lifetime  A value; ends before its namespace.
class BroadcastOperator {
 public:
  explicit BroadcastOperator(Namespace& nsp) : nsp_{&nsp} {}

  BroadcastOperator& to(std::string_view room);
  BroadcastOperator& to(std::span<const std::string> rooms);
  BroadcastOperator& except(std::string_view room);
  BroadcastOperator& except(std::span<const std::string> rooms);
  BroadcastOperator& volatile_();  // NOLINT(readability-identifier-naming): a keyword
  BroadcastOperator& local();
  /// How long emit_with_ack() waits: more than 0.
  BroadcastOperator& timeout(Milliseconds timeout);
  BroadcastOperator& compress(bool is_wanted);

  void emit(std::string_view event, Raw args = {});
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, Arguments{values...}.raw());
  }

  /// Asks every receiver for an ack. `callback` gets what they answered, once, when all have or
  /// when the time is over, maybe inside this call; Options::answers limits what is kept.
  void emit_with_ack(const Emission& emission, Adapter::AnswersCallback callback);

  void sockets_join(std::string_view room);
  void sockets_join(std::span<const std::string> rooms);
  void sockets_leave(std::string_view room);
  void sockets_leave(std::span<const std::string> rooms);
  void disconnect_sockets(Scope scope);
  void fetch_sockets(Adapter::FetchCallback callback);

 private:
  /// The names as an Adapter takes them; ends before the operator.
  struct Views;

  Namespace* nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  BroadcastFlags flags_;
  Milliseconds timeout_{5'000};
};

}  // namespace veche::socketio
