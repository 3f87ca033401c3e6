#pragma once

/// @file
/// What this layer's tests stand on: workers over a network in memory.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veche/server/server.hpp"

#include "support/fake_net.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_clock.hpp"

namespace veche::server {

class SilentLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
  void event(std::string_view, std::string_view) override {}
};

/// A server of some loops that listens on port 80, and the time.
struct ServerWorld {
  explicit ServerWorld(std::size_t loops = 1, Options options = {}) {
    options.cors = http::Cors::parse("https://good.example").value();
    for (std::size_t i = 0; i < loops; ++i) {
      nets.push_back(std::make_unique<testing::FakeNet>(network));
      seams.push_back({*nets.back(), clock, rng, log});
    }
    server = std::make_unique<Server>(options, seams);
    server->workers().front()->node().of("/").on(
        "echo", [](socketio::Socket&, socketio::Event& event) { event.ack(event.raw()); });
    is_listening = server->listen({"0.0.0.0", 80}).has_value();
  }

  Worker& worker(std::size_t index = 0) { return *server->workers()[index]; }

  void settle() {
    for (int i = 0; i < 50; ++i) {
      for (const auto& one : server->workers()) one->loop().turn(Milliseconds{0});
    }
  }

  void pass(Milliseconds time) {
    for (Milliseconds passed{0}; passed < time; passed += Milliseconds{4}) {
      clock.advance(Milliseconds{4});
      for (const auto& one : server->workers()) one->loop().turn(Milliseconds{0});
    }
    settle();
  }

  /// What a fresh client gets for these bytes.
  std::string ask(std::string_view bytes) {
    auto client = network.connect(80);
    client.send(bytes);
    settle();
    return client.receive();
  }

  testing::VirtualClock clock;
  testing::SeededRng rng{1};
  SilentLog log;
  testing::FakeNetwork network;
  std::vector<std::unique_ptr<testing::FakeNet>> nets;
  std::vector<WorkerSeams> seams;
  std::unique_ptr<Server> server;
  bool is_listening{};
};

inline constexpr std::string_view upgrade_request =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/// A client's frame; a key of zeros leaves the payload as it is.
inline std::string client_frame(std::string_view payload, char first = '\x81') {
  std::string frame{first};
  frame.push_back(static_cast<char>(0x80U | payload.size()));
  return frame + std::string(4, '\0') + std::string{payload};
}

}  // namespace veche::server
