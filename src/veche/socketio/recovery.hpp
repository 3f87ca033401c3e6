#pragma once

/// @file
/// Connection state recovery: what brings a client back to where it was. PROTOCOL, section 4.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/socketio/encoder.hpp"

namespace veche::socketio {

class Socket;
class SocketData;

/// `connectionStateRecovery`: a client that was cut off comes back with its id, rooms and data, and
/// gets what it has missed.
///
///     options.recovery = RecoveryOptions{.max_disconnection_duration = 2min};
///     nsp.on_connection([](Socket& socket) {
///       if (!socket.recovered()) socket.join("lobby");
///     });
///
/// Every event that is neither volatile nor asks for an ack then carries one more argument, its
/// offset, which handlers that count arguments see. The limits are those of one namespace on one
/// node.
///
/// Memory    A few hundred bytes a socket, and what the limits say.
struct RecoveryOptions {
  Milliseconds max_disconnection_duration{120'000};
  bool skip_middlewares{true};  ///< when a session is restored
  std::size_t packets_max{10'000};
  std::size_t bytes_max{std::size_t{16} << 20};  ///< of the packets, all together
  std::size_t sessions_max{10'000};              ///< of clients that are away
  /// Makes a restored socket's data from what SocketData::to_json() said; none leaves it without.
  std::function<std::unique_ptr<SocketData>(std::string_view json)> read_data{};
};

/// A socket that is away, so that it can come back.
struct RecoverySession {
  std::string pid;  ///< secret: who knows it is the client
  std::string sid;
  std::vector<std::string> rooms;    ///< but its own
  std::string data{"{}"};            ///< SocketData::to_json()
  std::vector<std::string> nodes{};  ///< where it has lived, for recoveries that span nodes
};

/// What a client that comes back says with CONNECT.
struct RecoveryRequest {
  std::string pid;
  std::optional<std::string> offset;  ///< of the last event it got; none when it got none
  std::string auth;                   ///< the whole payload, a JSON object
};

/// A session that may go on, taken out of where it was kept.
class RecoveredSession {
 public:
  using Send = UniqueFunction<void(const Emission&)>;

  explicit RecoveredSession(RecoverySession recovered) : session{std::move(recovered)} {}
  RecoveredSession(const RecoveredSession&) = delete;
  RecoveredSession& operator=(const RecoveredSession&) = delete;
  virtual ~RecoveredSession() = default;

  /// Sends what the client has missed, in order, each with its offset. Called once, right before
  /// the socket is in its rooms and gets the rest as it is said. False when some of it has been
  /// lost meanwhile; nothing has been sent then, and the client comes back for a new session.
  [[nodiscard]] virtual bool replay(Send send) = 0;

  RecoverySession session;
};

/// Keeps the sessions of one namespace, and what is said while they are away. MemoryRecovery is
/// the one in memory; one over a durable log does the same.
///
///     const std::string pid = recovery.open(socket);     // at CONNECT, told to the client
///     emission.offset = recovery.stamp(pid, emission);   // for what is said to it alone
///     recovery.persist({pid, sid, rooms});               // when it is cut off
///     recovery.restore({pid, offset}, [](auto session) { ... });
///
/// Threads   The Node's loop. Errors  None: what cannot be brought back is a new session.
/// Lifetime  That of the adapter, or longer. Callbacks are called once, inside the call or later.
class Recovery {
 public:
  /// Null for a new session.
  using RestoreCallback = UniqueFunction<void(std::unique_ptr<RecoveredSession>)>;

  Recovery() = default;
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;
  virtual ~Recovery() = default;

  /// A name for a session that begins now, which nobody can guess; empty for a socket that is not
  /// to come back. The socket is in no room yet, and its auth still there.
  [[nodiscard]] virtual std::string open(const Socket& socket) = 0;

  /// Whether it keeps anything of a session. One that does not, since the name and a log say all,
  /// is never asked to stamp() or persist(), and the name is forgotten once it has been told.
  [[nodiscard]] virtual bool keeps_sessions() const { return true; }

  /// Keeps what is emitted to one socket, and says its offset: good until the next call, empty
  /// when it is not to have one. Broadcasts are the adapter's matter.
  [[nodiscard]] virtual std::string_view stamp(std::string_view pid, const Emission& emission) = 0;

  virtual void persist(RecoverySession session) = 0;

  /// Takes a session out, so that nobody else gets it.
  virtual void restore(RecoveryRequest request, RestoreCallback callback) = 0;
};

}  // namespace veche::socketio
