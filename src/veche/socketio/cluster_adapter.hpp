#pragma once

/// @file
/// The adapter of a namespace that several nodes serve, over a Bus.

#include <cstddef>
#include <memory>
#include <string_view>

#include "veche/base/time.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/bus.hpp"
#include "veche/socketio/cluster_message.hpp"
#include "veche/socketio/cluster_request.hpp"
#include "veche/socketio/memory_adapter.hpp"

namespace veche::socketio {

struct ClusterAdapterOptions {
  Milliseconds request_timeout{5'000};  ///< for all other nodes to answer
  std::size_t requests_max{1'024};      ///< under way at the same time
};

/// Serves its own sockets from memory and passes the word to the others.
///
///     options.adapter = [&bus](Namespace& nsp) {
///       return std::make_unique<ClusterAdapter>(nsp, bus);
///     };
///
/// What concerns single sockets (joins, leaves, a socket's own emits) tells nobody.
///
/// Time      As MemoryAdapter, and one message to the bus, which owns copies of what it says.
///           Told by Node::now(). Memory  What is asked and not answered yet, limited by
///           `requests_max` and Options::answers.
/// Threads   The Node's loop. Errors  Late, second and foreign answers are ignored; a node that
///           does not answer, or leaves, keeps nobody waiting for longer than the timeout.
/// Lifetime  The bus outlives it.
class ClusterAdapter final : public Adapter, private BusListener {
 public:
  ClusterAdapter(Namespace& nsp, Bus& bus, ClusterAdapterOptions options = {});
  ~ClusterAdapter() override;

  void add_all(Socket& socket, std::span<const std::string_view> rooms) override;
  void del(Socket& socket, std::string_view room) override;
  void del_all(Socket& socket) override;
  void broadcast(const Emission& emission, const BroadcastOptions& options) override;
  void broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                          Milliseconds timeout, std::unique_ptr<AckEvents> events) override;
  void add_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override;
  void del_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override;
  void disconnect_sockets(const BroadcastOptions& options, Scope scope) override;
  void fetch_sockets(const BroadcastOptions& options, FetchCallback callback) override;
  void server_side_emit(const Emission& emission) override;
  void server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) override;
  void server_count(CountCallback callback) override;
  void close() override;
  [[nodiscard]] Recovery* recovery() override { return local_.recovery(); }

 private:
  class LocalAcks;
  class RemoteAcks;
  struct Receiver;

  void receive(const ClusterMessagePtr& message) override;
  /// Whether others are to hear of it.
  [[nodiscard]] bool is_for_all(const BroadcastOptions& options) const {
    return !options.flags.is_local && !is_closed_;
  }
  [[nodiscard]] ClusterMessagePtr message(ClusterBody body) const;
  void publish(ClusterBody body) { bus_.publish(message(std::move(body))); }
  void reply(std::string_view uid, ClusterBody body) {
    if (!is_closed_) bus_.publish_to(uid, message(std::move(body)));
  }
  [[nodiscard]] std::optional<RequestId> begin(std::unique_ptr<ClusterRequest> request,
                                               Milliseconds timeout);
  void count_nodes(const RequestId& id);
  void broadcast_recoverable(const Emission& emission, const BroadcastOptions& options);
  void ask_for_session(const std::string& pid, const Positions& seen,
                       TakeRequest::Callback callback);

  Namespace& nsp_;
  Bus& bus_;
  ClusterAdapterOptions options_;
  MemoryAdapter local_;
  ClusterRequests requests_;
  bool is_closed_{};
};

}  // namespace veche::socketio
