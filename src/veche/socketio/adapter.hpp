#pragma once

/// @file
/// The seam through which a namespace reaches its rooms, here and on other nodes.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/socketio/encoder.hpp"

namespace veche::socketio {

class Namespace;
class Recovery;
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
  std::string handshake{"{}"};     ///< JSON, as Socket.IO's `handshake`
  std::string data{"{}"};          ///< JSON, see SocketData::to_json()

  bool operator==(const RemoteSocket&) const = default;
};

/// What a client, or another node, answered: the one argument of its ack.
struct Answer {
  std::string json{"null"};   ///< null when it gave none
  Attachments attachments{};  ///< what the placeholders in it stand for

  bool operator==(const Answer&) const = default;
};

/// What is kept of answers before they are handed over.
struct AnswerLimits {
  std::size_t count_max{100'000};
  std::size_t bytes_max{std::size_t{64} << 20};  ///< of all together
};

/// How the waiting for answers ended.
enum class AckOutcome : std::uint8_t {
  complete,    ///< everyone has answered
  timed_out,   ///< some have not, in time
  overloaded,  ///< too many are awaited, or the answers are too long: the rest is given up
};

/// The answers that came, in the order in which they came: all of them only when complete.
struct Answers {
  AckOutcome outcome{};
  std::vector<Answer> answers;
};

/// Told what comes of a broadcast that asks for acks. Freed after finished().
class AckEvents {
 public:
  AckEvents() = default;
  AckEvents(const AckEvents&) = delete;
  AckEvents& operator=(const AckEvents&) = delete;
  virtual ~AckEvents() = default;

  /// Once for each node that has sent it, before the answers of its clients: to how many.
  virtual void counted(std::size_t clients) = 0;
  /// Once for each client that answers.
  virtual void answered(const Answer& answer) = 0;
  /// Once, last.
  virtual void finished(AckOutcome outcome) = 0;
};

/// The rooms of one namespace, as `Adapter` in Socket.IO. MemoryAdapter serves one node; one that
/// spans nodes does the same here and passes the word on.
///
///     adapter.broadcast({"hello", "1"}, {.rooms = rooms});
///
/// With `flags.is_local` an operation concerns the sockets of this node alone.
///
/// Threads   The Node's loop. Errors  None: what cannot be reached is left out, and what asks for
///           answers says so when some did not come.
/// Lifetime  Owned by its namespace. Callbacks may be called inside the call or later, each once;
///           those not called by the adapter's end never are.
class Adapter {
 public:
  /// Errc::unavailable  some node did not answer in time
  /// Errc::overloaded   too many requests are under way, or too many sockets were found
  using FetchCallback = UniqueFunction<void(Result<std::vector<RemoteSocket>>)>;
  using AnswersCallback = UniqueFunction<void(Answers)>;
  using CountCallback = UniqueFunction<void(std::size_t)>;

  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  virtual ~Adapter() = default;

  /// Puts a socket of this node into rooms, takes it out of one, out of all.
  virtual void add_all(Socket& socket, std::span<const std::string_view> rooms) = 0;
  virtual void del(Socket& socket, std::string_view room) = 0;
  virtual void del_all(Socket& socket) = 0;

  virtual void broadcast(const Emission& emission, const BroadcastOptions& options) = 0;
  /// The same, and asks every receiver for an ack. It is over when all have answered, or after
  /// `timeout`, which is more than 0.
  virtual void broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                                  Milliseconds timeout, std::unique_ptr<AckEvents> events) = 0;

  /// socketsJoin, socketsLeave, disconnectSockets, fetchSockets.
  virtual void add_sockets(const BroadcastOptions& options,
                           std::span<const std::string_view> rooms) = 0;
  virtual void del_sockets(const BroadcastOptions& options,
                           std::span<const std::string_view> rooms) = 0;
  virtual void disconnect_sockets(const BroadcastOptions& options, Scope scope) = 0;
  virtual void fetch_sockets(const BroadcastOptions& options, FetchCallback callback) = 0;

  /// Tells every other node; the sender hears nothing. See Namespace::on_server_side_emit().
  virtual void server_side_emit(const Emission& emission) = 0;
  /// The same, and asks each of them for an answer.
  virtual void server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) = 0;

  /// How many nodes serve this namespace, this one included.
  virtual void server_count(CountCallback callback) = 0;

  /// Tells other nodes that this one leaves; they await nothing of it any more. Afterwards it
  /// serves its own sockets only.
  virtual void close() = 0;

  /// What brings clients back to where they were, see recovery.hpp; null for nothing. Lives as
  /// long as the adapter.
  [[nodiscard]] virtual Recovery* recovery() { return nullptr; }
};

/// Makes the adapter of a namespace that is being made.
using AdapterFactory = std::function<std::unique_ptr<Adapter>(Namespace&)>;

}  // namespace veche::socketio
