#pragma once

/// @file
/// A loop on a network in memory, whose connections write down what they are told.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "veche/loop/loop.hpp"

#include "support/fake_net.hpp"
#include "support/virtual_clock.hpp"

namespace veche::testing {

/// Adopts what a listener accepts and keeps a transcript: "received hi, ended peer closed".
class Journal final : public loop::Acceptor, public loop::ConnectionEvents {
 public:
  explicit Journal(loop::Loop& loop) : loop_{loop} {}

  void accepted(loop::Accepted accepted) override {
    const std::string address = accepted.address;
    connections_[address] = &loop_.adopt(accepted.socket, address, *this);
  }
  void received(loop::Connection& connection, std::span<char> bytes, Instant /*now*/) override {
    write("received " + std::string(bytes.begin(), bytes.end()));
    if (on_received) on_received(connection, std::string_view{bytes.data(), bytes.size()});
  }
  void ended(loop::Connection& connection, loop::EndReason reason, Instant /*now*/) override {
    write("ended " + std::string{loop::to_string(reason)});
    if (on_ended) on_ended(connection);
    connections_.erase(connection.address());
  }
  void drained(loop::Connection& connection) override {
    write("drained");
    if (on_drained) on_drained(connection);
  }

  void write(const std::string& text) {
    if (!text_.empty()) text_ += ", ";
    text_ += text;
  }
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }
  /// The open connection of a client, by its address.
  [[nodiscard]] loop::Connection& connection(const std::string& address) const {
    return *connections_.at(address);
  }

  std::function<void(loop::Connection&, std::string_view)> on_received;
  std::function<void(loop::Connection&)> on_ended;
  std::function<void(loop::Connection&)> on_drained;

 private:
  loop::Loop& loop_;
  std::map<std::string, loop::Connection*> connections_;
  std::string text_;
};

/// Everything a test of a loop needs, on one thread.
struct LoopWorld {
  static constexpr std::uint16_t port = 80;

  explicit LoopWorld(loop::LoopOptions options = {}) : loop{net, clock, options} {
    VECHE_EXPECTS(loop.listen({"0.0.0.0", port}, journal).has_value());
    network.on_write([this](const FakeWrite& write) {
      if (!writes.empty()) writes += ", ";
      writes += std::string{write.address} + ":" + std::string{write.bytes};
    });
  }

  /// Connects a client and lets the loop accept it.
  [[nodiscard]] FakeClient connect(const std::string& address) {
    FakeClient client = network.connect(port, address);
    turn();
    return client;
  }
  loop::Connection& connection(const std::string& address) { return journal.connection(address); }

  void send(const std::string& address, std::string_view bytes, Priority priority = Priority::hi) {
    connection(address).send(Frame::copy(bytes), priority);
  }
  void turn() { loop.turn(Milliseconds{0}); }
  /// Lets time pass as a loop sees it: turn by turn, none longer than the step.
  void pass(Milliseconds duration, Milliseconds step = Milliseconds{100}) {
    for (; duration > Milliseconds{0}; duration -= step) {
      clock.advance(std::min(duration, step));
      turn();
    }
  }
  /// What was written since, call by call: "a:hello, b:hi, a:" (the last took nothing).
  [[nodiscard]] std::string take_writes() { return std::exchange(writes, {}); }

  VirtualClock clock;
  FakeNetwork network;
  FakeNet net{network};
  std::string writes;
  loop::Loop loop;
  Journal journal{loop};
};

}  // namespace veche::testing
