#pragma once

/// @file
/// to(...).except(...).emit(...), from any thread.

#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/broadcast_operator.hpp"
#include "veche/socketio/packet.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::server {

class Worker;

/// A choice of sockets of a namespace on every loop, and what is done to them: BroadcastOperator
/// for threads that are no loop's.
///
///     io.to("chat-1").except(socket_id).emit("hello", "everyone");
///     io.to("chat-1").fetch_sockets([](std::vector<RemoteSocket> sockets) { ... });
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

  void emit(std::string_view event, socketio::Raw raw = {});

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
};

}  // namespace veche::server
