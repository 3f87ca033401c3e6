#pragma once

/// @file
/// The whole backend in one thread: a network in memory, a clock that the test moves, a store in
/// memory. Nothing above the seams knows the difference.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veche/app/backend.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/fake_net.hpp"
#include "support/seeded_rng.hpp"
#include "support/step_executor.hpp"
#include "support/virtual_clock.hpp"

namespace veche::simulation {

inline constexpr std::string_view secret = "a secret of the tests, 32 bytes or more";

/// Keeps the lines, the first `lines_max` of them.
class LinesLog final : public Log {
 public:
  void write(LogLevel, std::string_view text) override { keep(text); }
  void event(std::string_view, std::string_view text) override { keep(text); }
  [[nodiscard]] bool has(std::string_view text) const;
  std::vector<std::string> lines;
  std::size_t lines_max{10'000};

 private:
  void keep(std::string_view text) {
    if (lines.size() < lines_max) lines.emplace_back(text);
  }
};

/// A password's hash is the password behind a mark: the simulation has no time for Argon2.
class MarkedPasswords final : public domain::Passwords {
 public:
  std::string hash(std::string_view password) const override {
    return "marked:" + std::string{password};
  }
  bool verify(std::string_view password, std::string_view hash) const override {
    return hash == "marked:" + std::string{password};
  }
  bool needs_rehash(std::string_view) const override { return false; }
};

/// What a house is built of.
struct HouseOptions {
  std::size_t loops{2};
  app::Backend::Options backend{};  ///< but its secret and version
  /// Makes the net of a loop, perhaps with something in front of it.
  std::function<std::unique_ptr<loop::Net>(testing::FakeNetwork&)> make_net{
      [](testing::FakeNetwork& network) { return std::make_unique<testing::FakeNet>(network); }};
};

/// One node.
class House {
 public:
  explicit House(std::uint64_t seed, HouseOptions options = {});

  /// Lets everything happen that is due now.
  void settle();
  /// One turn of each loop, then all that the writer and the reader have to do. Whether there is
  /// nothing left that is known of.
  bool turn();
  /// Moves the time, in steps small enough for every timer.
  void pass(Milliseconds time);

  [[nodiscard]] testing::FakeClient connect();
  [[nodiscard]] bool is_listening() const { return network.is_listening(port); }
  /// A token that another service signed for this user.
  [[nodiscard]] std::string token(std::string_view user);
  [[nodiscard]] app::Backend& backend() { return *backend_; }

  testing::VirtualClock clock;
  testing::SeededRng rng;
  LinesLog log;
  testing::FakeNetwork network;
  storage::MemoryStore store{"simulated"};

 private:
  static constexpr std::uint16_t port = 3001;

  MarkedPasswords passwords_;
  testing::InlineOffload offload_;
  testing::StepExecutor writer_{clock};
  testing::StepExecutor reading_{clock};
  std::unique_ptr<domain::Reader> reader_;
  std::vector<std::unique_ptr<loop::Net>> nets_;
  std::vector<server::WorkerSeams> workers_;
  std::unique_ptr<app::Backend> backend_;
};

/// Opens an Engine.IO session over a WebSocket.
inline constexpr std::string_view websocket_request =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/// A client's frame of text, of less than 64 KiB.
[[nodiscard]] std::string masked_frame(std::string_view text);

/// A Socket.IO client that speaks over the network in memory, frame by frame.
class Client {
 public:
  /// Opens a WebSocket and sends CONNECT with the token.
  Client(House& house, std::string_view token);

  /// Sends one Socket.IO packet: `2["message:send",{...}]`, with an ack id in front of the array
  /// when `ack` is not negative.
  void emit(std::string_view json_array, int ack = -1);
  void send_text(std::string_view engineio_packet);
  /// The packets that came since, each without the Engine.IO type, pings left out.
  [[nodiscard]] std::vector<std::string> packets();
  [[nodiscard]] bool is_closed() const { return wire_.is_closed() || wire_.is_at_end(); }
  void vanish() { wire_.vanish(); }

 private:
  void read();

  House& house_;
  testing::FakeClient wire_;
  std::string received_;
  std::vector<std::string> packets_;
};

/// One REST call, answered at once: status and body.
struct Answer {
  int status{};
  std::string body;
};
[[nodiscard]] Answer rest(House& house, std::string_view request_line, std::string_view token = {},
                          std::string_view body = {});

}  // namespace veche::simulation
