#pragma once

/// @file
/// An adapter around another one, for tests.

#include <memory>
#include <utility>

#include "veche/socketio/memory_adapter.hpp"

namespace veche::socketio {

/// As an adapter that spans nodes would be: a local one, and the word passed on.
class Outer : public Adapter {
 public:
  explicit Outer(Namespace& nsp) : local_{nsp} {}

  void add_all(Socket& socket, std::span<const std::string_view> rooms) override {
    local_.add_all(socket, rooms);
  }
  void del(Socket& socket, std::string_view room) override { local_.del(socket, room); }
  void del_all(Socket& socket) override { local_.del_all(socket); }
  void broadcast(const Emission& emission, const BroadcastOptions& options) override {
    local_.broadcast(emission, options);
  }
  void broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                          Milliseconds timeout, std::unique_ptr<AckEvents> events) override {
    local_.broadcast_with_ack(emission, options, timeout, std::move(events));
  }
  void add_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override {
    local_.add_sockets(options, rooms);
  }
  void del_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override {
    local_.del_sockets(options, rooms);
  }
  void disconnect_sockets(const BroadcastOptions& options, Scope scope) override {
    local_.disconnect_sockets(options, scope);
  }
  void fetch_sockets(const BroadcastOptions& options, FetchCallback callback) override {
    local_.fetch_sockets(options, std::move(callback));
  }
  void server_side_emit(const Emission& emission) override { local_.server_side_emit(emission); }
  void server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) override {
    local_.server_side_emit_with_ack(emission, std::move(callback));
  }
  void server_count(CountCallback callback) override { local_.server_count(std::move(callback)); }
  void close() override { local_.close(); }

 private:
  MemoryAdapter local_;
};

}  // namespace veche::socketio
