#pragma once

/// @file
/// The bus between the loops of one process.

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/socketio/bus.hpp"
#include "veche/socketio/text_hash.hpp"

namespace veche::server {

class LoopHub;

/// One loop's end. Its uid is the two hex digits in which its session ids end.
///
/// Time      A message is one post to each other loop that has the namespace; its text is shared,
///           not copied. Memory  What is posted and not run yet. Threads  join() to count_others()
///           on its loop, or before that runs. Errors  What is said to a loop that has ended is
///           dropped. Lifetime  Owned by its hub.
class LoopBus final : public socketio::Bus {
 public:
  LoopBus(LoopHub& hub, std::size_t index);

  [[nodiscard]] std::string_view uid() const override { return uid_; }
  void join(std::string_view nsp, socketio::BusListener& listener) override;
  void leave(std::string_view nsp) override;
  void publish(socketio::ClusterMessagePtr message) override;
  void publish_to(std::string_view uid, socketio::ClusterMessagePtr message) override;
  /// Calls back before it returns.
  void count_others(std::string_view nsp, UniqueFunction<void(std::size_t)> callback) override;

 private:
  friend class LoopHub;

  /// On its loop.
  void receive(const socketio::ClusterMessagePtr& message);

  LoopHub& hub_;
  std::size_t index_;
  std::string uid_;
  std::unordered_map<std::string, socketio::BusListener*, socketio::TextHash, std::equal_to<>>
      listeners_;
};

/// What joins the loops: who is there, and which namespaces each has.
///
///     LoopHub hub{2};
///     options.adapter = [&hub](auto& nsp) {
///       return std::make_unique<socketio::ClusterAdapter>(nsp, hub.bus(0));
///     };
///     hub.bind(0, loop);          // from now on others reach it
///
/// A broadcast goes to every loop that has the namespace, whether or not someone there is in the
/// room: no table of rooms is kept across loops.
///
/// Threads   bind() and close() from any; the buses as they say. Errors  None.
/// Lifetime  Outlives the adapters on its buses. The executors outlive close(), which is called
///           before the first of them ends.
class LoopHub {
 public:
  /// Needs 1 to 256 loops.
  explicit LoopHub(std::size_t loops);
  LoopHub(const LoopHub&) = delete;
  LoopHub& operator=(const LoopHub&) = delete;
  ~LoopHub() = default;

  [[nodiscard]] LoopBus& bus(std::size_t index) { return *buses_[index]; }
  void bind(std::size_t index, Executor& executor);
  /// Nothing is posted any more.
  void close();
  /// How many namespaces some loop has. From any thread.
  [[nodiscard]] std::size_t namespace_count();

 private:
  friend class LoopBus;

  void join(std::size_t index, std::string_view nsp);
  void leave(std::size_t index, std::string_view nsp);
  void publish(std::size_t from, const socketio::ClusterMessagePtr& message);
  void publish_to(std::size_t to, socketio::ClusterMessagePtr message);
  [[nodiscard]] std::size_t count_others(std::size_t index, std::string_view nsp);
  void post(std::size_t to, socketio::ClusterMessagePtr message);

  std::vector<std::unique_ptr<LoopBus>> buses_;
  std::mutex mutex_;
  std::vector<Executor*> executors_;  // guarded by mutex_, as is members_
  std::map<std::string, std::vector<std::size_t>, std::less<>> members_;  // loops, by namespace
};

}  // namespace veche::server
