#pragma once

/// @file
/// The whole chat backend over its seams: production gives it epoll, threads and SQLite, tests
/// and the simulation a fake network, a clock of their own and one thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "veche/app/credentials.hpp"
#include "veche/app/shared_limiter.hpp"
#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/commands/readers.hpp"
#include "veche/commands/writer.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/domain/store.hpp"
#include "veche/gateway/broadcaster.hpp"
#include "veche/loop/net.hpp"
#include "veche/server/server.hpp"

namespace veche::app {

/// Wires the layers together, in a straight line: store, writer and readers below; on each loop a
/// face of tokens, commands, broadcaster, events and REST; the server around them.
///
///     Backend backend{{.jwt_secret = secret}, seams};
///     auto port = backend.listen({"127.0.0.1", 3001});
///     backend.server().run();
///
/// Threads   Built and listened on one thread before anything runs. drain() on the first loop.
/// Errors    listen()'s. Lifetime  The seams outlive it; loops, writer, readers and offload have
/// stopped when it ends.
class Backend {
 public:
  struct Options {
    server::Options server{};
    std::string jwt_secret;
    std::chrono::seconds token_ttl{std::chrono::days{7}};
    std::string version;
    bool limits{true};                  ///< rates of users and addresses
    std::size_t devices_max{20};        ///< live sessions of a user
    Milliseconds drain_timeout{5'000};  ///< how long connections have to go once told so
    gateway::Broadcaster::Options broadcaster{};
  };

  struct Seams {
    const Clock& clock;
    Log& log;
    Rng& rng;  ///< used on the writer
    std::span<const server::WorkerSeams> workers;
    domain::Store& store;
    Executor& writer;
    std::vector<commands::Readers::Seat> readers;
    const domain::Passwords& passwords;
    Offload& offload;
  };

  Backend(const Options& options, const Seams& seams);
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  ~Backend();

  [[nodiscard]] server::Server& server() { return server_; }
  [[nodiscard]] Result<std::uint16_t> listen(const loop::Endpoint& endpoint);

  /// Stops listening, answers what is under way, sends every client away so that it comes back
  /// elsewhere, and calls `done` on the first loop when all have gone or drain_timeout is over.
  /// Once.
  void drain(Task done);

 private:
  struct Face;

  /// Asks every loop what it has counted, and hands the text over on `home`, one of them.
  void collect_metrics(Executor& home, UniqueFunction<void(std::string)> done);

  /// Closes the socket of that id on every loop but one.
  void end_elsewhere(const std::string& sid, const server::Worker& here);

  Options options_;
  Seams seams_;
  domain::Ledger ledger_;
  commands::Writer writer_;
  commands::Readers readers_;
  std::string epoch_;
  OnceLine endless_token_;
  SharedLimiter sends_;
  SharedLimiter joins_;
  SharedLimiter sign_ins_;
  SharedLimiter refreshes_;
  server::Server server_;
  std::vector<std::unique_ptr<Face>> faces_;
  std::atomic<bool> is_draining_{};
  Task drained_;
};

}  // namespace veche::app
