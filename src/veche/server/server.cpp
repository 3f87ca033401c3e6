#include "veche/server/server.hpp"

#include <algorithm>
#include <utility>

#include "veche/socketio/cluster_adapter.hpp"

namespace veche::server {

Server::Server(const Options& options, std::span<const WorkerSeams> seams) : hub_{seams.size()} {
  for (const WorkerSeams& one : seams) {
    const std::size_t index = workers_.size();
    Options own = options;
    if (!own.socketio.adapter && seams.size() > 1) {
      own.socketio.adapter = [&bus = hub_.bus(index)](socketio::Namespace& nsp) {
        return std::make_unique<socketio::ClusterAdapter>(nsp, bus);
      };
    }
    workers_.push_back(std::make_unique<Worker>(own, one, index));
    hub_.bind(index, workers_.back()->loop());
  }
  for (const auto& worker : workers_) {
    worker->on_move(workers_.size(), [this](std::size_t index, HandOver hand_over) {
      move(index, std::move(hand_over));
    });
  }
}

// No loop says anything to one that has gone.
Server::~Server() { hub_.close(); }

Result<std::uint16_t> Server::listen(const loop::Endpoint& endpoint) {
  return workers_.front()->loop().listen(endpoint, *this);
}

void Server::accepted(loop::Accepted accepted) {
  const auto least = std::ranges::min_element(workers_, {}, [](const auto& worker) {
    return worker->connection_count() + worker->loop().posts_waiting();
  });
  if (least == workers_.begin()) {
    (*least)->adopt({std::move(accepted), std::nullopt, {}});
  } else {
    move(static_cast<std::size_t>(least - workers_.begin()),
         {std::move(accepted), std::nullopt, {}});
  }
}

void Server::move(std::size_t index, HandOver hand_over) {
  Worker& worker = *workers_[index];
  worker.loop().post(
      [&worker, moved = std::move(hand_over)]() mutable { worker.adopt(std::move(moved)); });
}

void Server::run() {
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers_.size(); ++i) {
    threads.emplace_back([&worker = *workers_[i]] { worker.loop().run(); });
  }
  workers_.front()->loop().run();
  for (std::thread& thread : threads) thread.join();
}

void Server::stop() {
  for (const auto& worker : workers_) worker->loop().stop();
}

void Server::drain(Milliseconds timeout, Task done) {
  loop::Loop& first = workers_.front()->loop();
  first.post([this, timeout, &first, done = std::move(done)]() mutable {
    first.stop_listening();
    for (const auto& worker : workers_) {
      worker->loop().post([&worker = *worker] { worker.drain(); });
    }
    await_departure(first.now() + timeout, std::move(done));
  });
}

void Server::await_departure(Instant deadline, Task done) {
  constexpr Milliseconds look_again{20};
  loop::Loop& first = workers_.front()->loop();
  if (connection_count() == 0 || first.now() >= deadline) return done();
  first.at(first.now() + look_again, [this, deadline, done = std::move(done)]() mutable {
    await_departure(deadline, std::move(done));
  });
}

std::size_t Server::connection_count() const {
  std::size_t count = 0;
  for (const auto& worker : workers_) count += worker->connection_count();
  return count;
}

}  // namespace veche::server
