#pragma once

/// @file
/// The adapter of a ParentNamespace.

#include <vector>

#include "veche/socketio/adapter.hpp"

namespace veche::socketio {

class ParentNamespace;

/// Passes every operation on to the adapters of the parent's children, and gathers what they
/// answer. No socket is in a parent itself.
///
/// Threads   The Node's loop. Lifetime  Owned by its ParentNamespace.
class ParentAdapter final : public Adapter {
 public:
  explicit ParentAdapter(const ParentNamespace& parent) : parent_{parent} {}

  void add_all(Socket&, std::span<const std::string_view>) override {}
  void del(Socket&, std::string_view) override {}
  void del_all(Socket&) override {}
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
  /// One: which nodes have children is each child's own matter.
  void server_count(CountCallback callback) override { callback(1); }
  void close() override {}

 private:
  /// A copy: handlers may make children, and end them, meanwhile.
  [[nodiscard]] std::vector<Namespace*> children() const;

  const ParentNamespace& parent_;
};

}  // namespace veche::socketio
