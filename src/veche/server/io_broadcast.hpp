#pragma once

/// @file
/// to(...).except(...).emit(...), from any thread.

#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/arguments.hpp"
#include "veche/socketio/broadcast_operator.hpp"
#include "veche/socketio/packet.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::server {

class Worker;

/// A choice of sockets of a namespace on every loop, and what is done to them: BroadcastOperator
/// for threads that are no loop's.
///
///     io.to("chat-1").except(socket_id).emit("hello", "everyone");
///     io.to("chat-1").fetch_sockets([](Result<std::vector<RemoteSocket>> sockets) { ... });
///     io.to("chat-1").timeout(5s).emit_with_ack("ready?", {}, [](Answers answers) { ... });
///
/// The call is done by the server's first loop, soon; calls of one thread keep their order.
/// Callbacks run on that loop.
///
/// Time      One post. Memory  Owns the names and what is sent. Threads  Any, one at a time.
/// Errors    As BroadcastOperator; after the server's end nothing happens, callbacks are dropped.
/// Lifetime  A value; ends before its Io.
class IoBroadcast {
 public:
  IoBroadcast(Worker& first, std::string_view nsp) : first_{&first}, nsp_{nsp} {}

  IoBroadcast& to(std::string_view room);
  IoBroadcast& except(std::string_view room);
  IoBroadcast& volatile_();  // NOLINT(readability-identifier-naming): a keyword
  IoBroadcast& local();
  IoBroadcast& compress(bool is_wanted);
  /// How long emit_with_ack() waits: more than 0.
  IoBroadcast& timeout(Milliseconds timeout);

  void emit(std::string_view event, socketio::Raw raw = {});
  template <socketio::Argument... Ts>
  requires(sizeof...(Ts) > 0) void emit(std::string_view event, const Ts&... values) {
    emit(event, socketio::Arguments{values...}.raw());
  }

  void emit_with_ack(std::string_view event, socketio::Raw raw,
                     socketio::Adapter::AnswersCallback callback);

  void sockets_join(std::string_view room);
  void sockets_leave(std::string_view room);
  void disconnect_sockets(socketio::Scope scope = socketio::Scope::nsp);
  void fetch_sockets(socketio::Adapter::FetchCallback callback);

 private:
  using Call = UniqueFunction<void(socketio::BroadcastOperator&)>;
  void post(Call call);

  Worker* first_;
  std::string nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  socketio::BroadcastFlags flags_;
  Milliseconds timeout_{5'000};
};

}  // namespace veche::server
