#pragma once

/// @file
/// The seam through which a namespace reaches its rooms, here and on other nodes.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/socketio/encoder.hpp"

namespace veche::socketio {

class Namespace;
class Socket;
enum class Scope : std::uint8_t;

struct BroadcastFlags {
  bool is_volatile{};   ///< clients that are slow go without
  bool is_local{};      ///< the sockets of this node only
  bool compress{true};  ///< as far as the transport compresses at all
};

/// Whom an operation is for: everyone in any of `rooms` (everyone, when there are none), each
/// once, but nobody in any of `except`. A socket's id is the name of a room of its own.
struct BroadcastOptions {
  std::span<const std::string_view> rooms{};
  std::span<const std::string_view> except{};
  BroadcastFlags flags{};
};

/// A socket as it is seen from any node.
struct RemoteSocket {
  std::string id;
  std::vector<std::string> rooms;  ///< its id first

  bool operator==(const RemoteSocket&) const = default;
};

/// The rooms of one namespace, as `Adapter` in Socket.IO. MemoryAdapter serves one node; one that
/// spans nodes does the same here and passes the word on.
///
///     adapter.broadcast({"hello", "1"}, {.rooms = rooms});
///
/// Threads   The Node's loop. Errors  None: what cannot be reached is left out.
/// Lifetime  Owned by its namespace. Callbacks may be called inside the call or later; those not
///           called by the adapter's end never are.
class Adapter {
 public:
  using FetchCallback = UniqueFunction<void(std::vector<RemoteSocket>)>;

  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  virtual ~Adapter() = default;

  /// Puts a socket of this node into rooms, takes it out of one, out of all.
  virtual void add_all(Socket& socket, std::span<const std::string_view> rooms) = 0;
  virtual void del(Socket& socket, std::string_view room) = 0;
  virtual void del_all(Socket& socket) = 0;

  virtual void broadcast(const Emission& emission, const BroadcastOptions& options) = 0;

  /// socketsJoin, socketsLeave, disconnectSockets, fetchSockets.
  virtual void add_sockets(const BroadcastOptions& options,
                           std::span<const std::string_view> rooms) = 0;
  virtual void del_sockets(const BroadcastOptions& options,
                           std::span<const std::string_view> rooms) = 0;
  virtual void disconnect_sockets(const BroadcastOptions& options, Scope scope) = 0;
  virtual void fetch_sockets(const BroadcastOptions& options, FetchCallback callback) = 0;

  /// Tells every other node; the sender hears nothing. See Namespace::on_server_side_emit().
  virtual void server_side_emit(const Emission& emission) = 0;
};

/// Makes the adapter of a namespace that is being made.
using AdapterFactory = UniqueFunction<std::unique_ptr<Adapter>(Namespace&)>;

}  // namespace veche::socketio
