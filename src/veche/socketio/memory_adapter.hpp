#pragma once

/// @file
/// The adapter of a namespace that lives on one node.

#include <memory>
#include <string>

#include "veche/socketio/adapter.hpp"
#include "veche/socketio/memory_recovery.hpp"

namespace veche::socketio {

/// Serves the rooms of one namespace from memory, in Socket.IO's semantics. Adapters that span
/// nodes hold one of these for their own sockets.
///
/// With Options::recovery it logs what it broadcasts, see MemoryRecovery.
///
/// Time      A broadcast is one pass over its rooms: a hash for each name (two for one of 20
///           characters, which may be a socket's id), a look at each member. Memory  None of its
///           own: the rooms are the namespace's.
/// Threads   The Node's loop. Errors  None. Lifetime  Ends before its namespace.
class MemoryAdapter final : public Adapter {
 public:
  explicit MemoryAdapter(Namespace& nsp);
  /// The part of one that spans nodes, whose name there is `uid`.
  MemoryAdapter(Namespace& nsp, std::string uid);

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
  /// Calls back before it returns.
  void fetch_sockets(const BroadcastOptions& options, FetchCallback callback) override;
  /// There is nobody else to tell.
  void server_side_emit(const Emission& emission) override;
  /// Calls back before it returns, with no answers.
  void server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) override;
  void server_count(CountCallback callback) override { callback(1); }
  void close() override {}
  [[nodiscard]] Recovery* recovery() override { return recovery_.get(); }

  /// For adapters that span nodes. Broadcasts without logging; null when there is no recovery.
  void deliver(const Emission& emission, const BroadcastOptions& options);
  [[nodiscard]] MemoryRecovery* memory_recovery() { return recovery_.get(); }

 private:
  template <typename Visit>
  void for_each(const BroadcastOptions& options, const Visit& visit);
  [[nodiscard]] std::vector<Socket*> chosen(const BroadcastOptions& options);

  Namespace& nsp_;
  std::unique_ptr<MemoryRecovery> recovery_;
};

}  // namespace veche::socketio
