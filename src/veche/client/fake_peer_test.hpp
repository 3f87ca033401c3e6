#pragma once

/// @file
/// For tests: the server's end of a WebSocket in memory, and everything a client needs around it.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/client/context.hpp"
#include "veche/client/url.hpp"
#include "veche/http/message.hpp"
#include "veche/websocket/frame.hpp"
#include "veche/websocket/receiver.hpp"
#include "veche/websocket/upgrade.hpp"

#include "support/fake_net.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_clock.hpp"

namespace veche::testing {

/// A loop in memory on which clients run.
struct ClientWorld {
  VirtualClock clock;
  FakeNetwork network;
  FakeNet net{network};
  loop::Loop loop{net, clock, {}};
  SeededRng rng{1};
  json::Parser parser{1'000'000};
  client::Context context{loop, net, clock, rng, parser};
  client::ServerAddress server{.endpoint = {.host = "127.0.0.1", .port = 80},
                               .host = "127.0.0.1:80"};

  void turn() { loop.turn(Milliseconds{0}); }
};

/// Accepts one upgrade, then speaks and hears frames.
///
///     FakePeer peer{*world.network.take_connect()};
///     peer.read();               // the request; upgrade() answers it
///     peer.upgrade();
///     peer.say("0{...}");
///     peer.take() == "40{}"      // what the client has said since, "; " between
class FakePeer final : public websocket::ReceiverEvents {
 public:
  explicit FakePeer(FakeClient end) : end_{std::move(end)} {}

  /// Hears what has come.
  void read() {
    const std::string bytes = end_.receive();
    if (!is_upgraded_) {
      request_ += bytes;
      return;
    }
    std::string padded = bytes + std::string(websocket::Receiver::readable_after, '\0');
    receiver_.receive(std::span{padded.data(), bytes.size()}, *this);
    if (end_.is_at_end() && !has_finished_) finish();
  }
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] bool has_request() const { return request_.ends_with("\r\n\r\n"); }
  [[nodiscard]] bool is_upgraded() const { return is_upgraded_; }

  /// Answers the request with 101. Needs has_request().
  void upgrade() {
    VECHE_EXPECTS(has_request());
    http::Request seen;
    seen.headers.add("Sec-WebSocket-Key",
                     request_.substr(request_.find("Sec-WebSocket-Key: ") + 19, 24));
    const auto answer = websocket::accept_upgrade(seen);
    end_.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        std::string{*answer.headers.find("Sec-WebSocket-Accept")} + "\r\n\r\n");
    is_upgraded_ = true;
  }

  void say(std::string_view text) { send(websocket::make_frame(websocket::Opcode::text, text)); }
  void send(const Frame& frame) { send_raw(frame.bytes()); }
  /// Does nothing after finish().
  void send_raw(std::string_view bytes) {
    if (!has_finished_) end_.send(bytes);
  }
  void finish() {
    end_.finish();
    has_finished_ = true;
  }
  [[nodiscard]] FakeClient& end() { return end_; }
  [[nodiscard]] bool has_finished() const { return has_finished_; }

  [[nodiscard]] std::string take() {
    read();
    return std::exchange(heard_, {});
  }

 private:
  void hear(const std::string& what) { heard_ += (heard_.empty() ? "" : "; ") + what; }
  void message(const websocket::Message& message) override { hear(std::string{message.data}); }
  void ping(std::string_view payload) override { hear("ping " + std::string{payload}); }
  void pong(std::string_view payload) override { hear("pong " + std::string{payload}); }
  void closed(std::optional<std::uint16_t> code, std::string_view /*reason*/) override {
    hear("close " + std::to_string(code.value_or(0)));
  }
  void violation(std::uint16_t /*code*/, std::string_view text) override {
    hear("violation: " + std::string{text});
  }

  static constexpr websocket::ReceiverOptions options_{.peer = websocket::Peer::client};

  FakeClient end_;
  std::string request_;
  websocket::Receiver receiver_{options_};
  std::string heard_;
  bool is_upgraded_{};
  bool has_finished_{};
};

}  // namespace veche::testing
