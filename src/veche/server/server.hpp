#pragma once

/// @file
/// A Socket.IO server: one listener, several loops.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/loop/loop.hpp"
#include "veche/server/loop_bus.hpp"
#include "veche/server/options.hpp"
#include "veche/server/worker.hpp"

namespace veche::server {

/// Workers, and the one acceptor that gives each connection to the least loaded.
///
///     Server server{options, seams};            // a worker for each of the seams
///     for (auto& worker : server.workers()) set_up(*worker);
///     auto port = server.listen({"0.0.0.0", 3001});
///     server.run();                              // until stop()
///
/// A polling client's request may come to any loop; the socket then moves to the loop that has
/// its session, which the session id names, and stays there.
///
/// Namespaces of the same name on several loops are one: broadcasts, joins, fetches reach all of
/// them through LoopBus. Each loop's is used on that loop.
///
/// Threads   Built and set up on one thread; run() gives each loop one, the first the caller's.
///           stop() and drain() from any. Errors  listen()'s. Lifetime  The seams outlive it.
class Server final : private loop::Acceptor {
 public:
  /// Needs 1 to 256 seams.
  Server(const Options& options, std::span<const WorkerSeams> seams);
  ~Server() override;

  [[nodiscard]] std::span<const std::unique_ptr<Worker>> workers() const { return workers_; }

  /// The port that is listened on. Errc::io with the system's reason.
  [[nodiscard]] Result<std::uint16_t> listen(const loop::Endpoint& endpoint);

  /// Runs every loop until stop(); returns when all have ended.
  void run();
  void stop();

  /// Takes no new connections, ends every session so that clients come back elsewhere, and calls
  /// `done` on the first loop when the connections have gone or `timeout` is over. From any thread,
  /// while the loops run.
  void drain(Milliseconds timeout, Task done);

  /// Connections of all loops. From any thread.
  [[nodiscard]] std::size_t connection_count() const;

 private:
  void accepted(loop::Accepted accepted) override;
  void move(std::size_t index, HandOver hand_over);
  void await_departure(Instant deadline, Task done);

  LoopHub hub_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace veche::server
