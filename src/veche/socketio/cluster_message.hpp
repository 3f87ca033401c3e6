#pragma once

/// @file
/// What the nodes of a cluster say to one another, as values, in the terms of Socket.IO's cluster
/// adapters.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/positions.hpp"
#include "veche/socketio/recovery.hpp"

namespace veche::socketio {

/// The numbers are those of Socket.IO's adapters; from 100 on they are our own, and a bus that
/// foreign nodes listen to does not carry them.
enum class ClusterMessageType : std::uint8_t {
  initial_heartbeat = 1,
  heartbeat = 2,
  broadcast = 3,
  sockets_join = 4,
  sockets_leave = 5,
  disconnect_sockets = 6,
  fetch_sockets = 7,
  fetch_sockets_response = 8,
  server_side_emit = 9,
  server_side_emit_response = 10,
  broadcast_client_count = 11,
  broadcast_ack = 12,
  adapter_close = 13,
  take_session = 100,
  take_session_response = 101,
};

/// An Emission that owns what it says.
struct ClusterPacket {
  ClusterPacket() = default;
  explicit ClusterPacket(const Emission& emission);
  /// Views this packet. No attachments and an empty list of them are one.
  [[nodiscard]] Emission emission() const;
  [[nodiscard]] std::size_t bytes() const;

  std::string event;
  std::string args;
  Attachments attachments;
};

/// BroadcastOptions that own their names.
struct ClusterOptions {
  ClusterOptions() = default;
  explicit ClusterOptions(const BroadcastOptions& options);
  [[nodiscard]] std::size_t bytes() const;

  std::vector<std::string> rooms;
  std::vector<std::string> except;
  BroadcastFlags flags;
};

/// The same as views; ends before what it views.
class ClusterOptionsView {
 public:
  explicit ClusterOptionsView(const ClusterOptions& options);
  [[nodiscard]] BroadcastOptions options() const { return {rooms_, except_, flags_}; }

 private:
  std::vector<std::string_view> rooms_;
  std::vector<std::string_view> except_;
  BroadcastFlags flags_;
};

/// Names a request among those of its sender.
using RequestId = std::string;

namespace cluster {

/// To sockets everywhere. With a request, each node answers broadcast_client_count, then a
/// broadcast_ack for each client that acks within the timeout.
struct Broadcast {
  ClusterPacket packet;
  ClusterOptions options;
  RequestId request{};
  Milliseconds timeout{};
  /// The sender's count of what can be recovered, see MemoryRecovery; 0 for what cannot.
  std::uint64_t position{};
};
struct SocketsJoin {
  ClusterOptions options;
  std::vector<std::string> rooms;
};
struct SocketsLeave {
  ClusterOptions options;
  std::vector<std::string> rooms;
};
struct DisconnectSockets {
  ClusterOptions options;
  Scope scope;
};
struct FetchSockets {
  ClusterOptions options;
  RequestId request;
};
struct FetchSocketsResponse {
  RequestId request;
  std::vector<RemoteSocket> sockets;
};
struct ServerSideEmit {
  ClusterPacket packet;
  RequestId request{};  ///< empty when no answer is wanted
};
struct ServerSideEmitResponse {
  RequestId request;
  Answer answer;
};
struct BroadcastClientCount {
  RequestId request;
  std::size_t clients;
};
struct BroadcastAck {
  RequestId request;
  Answer answer;
};
struct AdapterClose {};
/// The sender has come; each node answers with a heartbeat.
struct InitialHeartbeat {};
struct Heartbeat {
  std::uint64_t position;  ///< of the last that the sender said, see Broadcast
};
/// A client of the sender says that it is this session, and has seen so much.
struct TakeSession {
  RequestId request;
  std::string pid;
  Positions seen;
};
struct TakeSessionResponse;

}  // namespace cluster

/// A packet that can be recovered; owns what it says, so it may be shared by threads.
using LoggedPacket = std::shared_ptr<const cluster::Broadcast>;

/// What another node knows of a session that is looked for.
struct TakenSession {
  std::string uid;                         ///< that node's
  std::optional<RecoverySession> session;  ///< when it was there; now it is not any more
  std::vector<LoggedPacket> unicasts;      ///< what was said there to this session alone
  bool is_whole{true};                     ///< nothing of what was said there has been dropped
  std::uint64_t position{};                ///< of the last that was said there
};

namespace cluster {

struct TakeSessionResponse {
  RequestId request;
  TakenSession taken;
};

}  // namespace cluster

using ClusterBody =
    std::variant<cluster::Broadcast, cluster::SocketsJoin, cluster::SocketsLeave,
                 cluster::DisconnectSockets, cluster::FetchSockets, cluster::FetchSocketsResponse,
                 cluster::ServerSideEmit, cluster::ServerSideEmitResponse,
                 cluster::BroadcastClientCount, cluster::BroadcastAck, cluster::AdapterClose,
                 cluster::TakeSession, cluster::TakeSessionResponse, cluster::InitialHeartbeat,
                 cluster::Heartbeat>;

/// One message. Immutable once it is on its way, and owning all it says, so it may be shared by
/// threads.
struct ClusterMessage {
  std::string uid;  ///< the sender's, see Bus::uid()
  std::string nsp;
  ClusterBody body;
};
using ClusterMessagePtr = std::shared_ptr<const ClusterMessage>;

[[nodiscard]] ClusterMessageType type_of(const ClusterMessage& message);

}  // namespace veche::socketio
