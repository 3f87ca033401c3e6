#pragma once

/// @file
/// A cluster in one thread: a bus in memory, and nodes on it.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "veche/socketio/bus.hpp"
#include "veche/socketio/cluster_adapter.hpp"
#include "veche/socketio/world_test.hpp"

namespace veche::socketio {

class MemoryBus;

/// What connects buses. Messages of one sender to one receiver keep their order; each pair's can
/// be held back.
class MemoryHub {
 public:
  /// Delivers everything that is not held back, and what comes of it.
  void settle() {
    for (bool has_moved = true; has_moved;) {
      has_moved = false;
      for (auto& [pair, waiting] : lines_) {
        if (waiting.empty() || held_.contains(pair)) continue;
        const ClusterMessagePtr message = std::move(waiting.front());
        waiting.pop_front();
        ++delivered;
        deliver(pair.second, message);
        has_moved = true;
      }
    }
  }

  void hold(const std::string& from, const std::string& to) { held_.insert({{from, to}, true}); }
  void let_go() { held_.clear(); }

  std::size_t delivered{};

 private:
  friend class MemoryBus;
  using Pair = std::pair<std::string, std::string>;

  inline void deliver(const std::string& to, const ClusterMessagePtr& message);

  std::map<Pair, std::deque<ClusterMessagePtr>> lines_;
  std::map<Pair, bool> held_;
  std::map<std::string, MemoryBus*> buses_;
};

class MemoryBus final : public Bus {
 public:
  MemoryBus(MemoryHub& hub, std::string uid) : hub_{hub}, uid_{std::move(uid)} {
    hub_.buses_[uid_] = this;
  }
  ~MemoryBus() override { hub_.buses_.erase(uid_); }

  [[nodiscard]] std::string_view uid() const override { return uid_; }
  void join(std::string_view nsp, BusListener& listener) override {
    listeners_[std::string{nsp}] = &listener;
  }
  void leave(std::string_view nsp) override { listeners_.erase(std::string{nsp}); }
  void publish(ClusterMessagePtr message) override {
    for (const auto& [uid, bus] : hub_.buses_) {
      if (bus != this && bus->listeners_.contains(message->nsp))
        hub_.lines_[{uid_, uid}].push_back(message);
    }
  }
  void publish_to(std::string_view uid, ClusterMessagePtr message) override {
    hub_.lines_[{uid_, std::string{uid}}].push_back(std::move(message));
  }
  void count_others(std::string_view nsp, UniqueFunction<void(std::size_t)> callback) override {
    std::size_t count = 0;
    for (const auto& [uid, bus] : hub_.buses_)
      if (bus != this && bus->listeners_.contains(std::string{nsp})) ++count;
    callback(count);
  }

 private:
  friend class MemoryHub;
  MemoryHub& hub_;
  std::string uid_;
  std::map<std::string, BusListener*> listeners_;
};

inline void MemoryHub::deliver(const std::string& to, const ClusterMessagePtr& message) {
  const auto bus = buses_.find(to);
  if (bus == buses_.end()) return;
  const auto listener = bus->second->listeners_.find(message->nsp);
  if (listener != bus->second->listeners_.end()) listener->second->receive(message);
}

/// Nodes "n0", "n1", ... each with a bus; the ids of node i begin where those of i - 1 would
/// have come to after `ids_a_node` of them.
struct ClusterWorld {
  static constexpr int ids_a_node = 10;

  explicit ClusterWorld(std::size_t nodes, const std::function<Options()>& make = {},
                        ClusterAdapterOptions adapter_options = {}) {
    for (std::size_t i = 0; i < nodes; ++i) {
      buses.push_back(std::make_unique<MemoryBus>(hub, "n" + std::to_string(i)));
      Options options = make ? make() : Options{};
      options.adapter = [bus = buses.back().get(), adapter_options](Namespace& nsp) {
        return std::make_unique<ClusterAdapter>(nsp, *bus, adapter_options);
      };
      worlds.push_back(std::make_unique<World>(std::move(options)));
      for (std::size_t skipped = 0; skipped < i * ids_a_node; ++skipped)
        static_cast<void>(random_id(worlds[i]->rng, 1));
    }
  }

  World& operator[](std::size_t node) { return *worlds[node]; }
  Namespace& nsp(std::size_t node) { return worlds[node]->node.of("/"); }

  void advance(Milliseconds time) {
    for (const auto& world : worlds) world->advance(time);
  }

  /// Who was sent something since the last call, once a letter for each message, node by node.
  std::string receivers() {
    hub.settle();
    std::string letters;
    for (std::size_t i = 0; i < worlds.size(); ++i) {
      for (std::size_t client = 0; client < worlds[i]->engines.size(); ++client) {
        FakeEngine& engine = *worlds[i]->engines[client];
        letters.append(engine.sent, static_cast<char>('A' + i * ids_a_node + client));
        engine.sent = 0;
        engine.take();
      }
    }
    return letters;
  }

  MemoryHub hub;
  std::vector<std::unique_ptr<MemoryBus>> buses;
  std::vector<std::unique_ptr<World>> worlds;
};

}  // namespace veche::socketio
