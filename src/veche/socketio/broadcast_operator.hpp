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
  BroadcastOperator& compress(bool is_wanted);

  void emit(std::string_view event, Raw args = {});
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, Arguments{values...}.raw());
  }

  void sockets_join(std::string_view room);
  void sockets_leave(std::string_view room);
  void disconnect_sockets(Scope scope);
  void fetch_sockets(Adapter::FetchCallback callback);

 private:
  /// The names as an Adapter takes them; ends before the operator.
  struct Views;

  Namespace* nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  BroadcastFlags flags_;
};

}  // namespace veche::socketio
