#pragma once

/// @file
/// A Node with everything around it played: sessions that write down what they are sent, a wheel
/// turned by hand, ids that count.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/json/parser.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

/// The n-th id it makes is the n-th letter of base64url, again and again.
class CountingRng final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = std::byte{count_};
    ++count_;
  }

 private:
  unsigned char count_{};
};

/// The id that CountingRng makes at that letter: sid('A') is the first.
inline std::string sid(char letter) { return std::string(socketio::Socket::id_size, letter); }

class SpyLog final : public Log {
 public:
  void write(LogLevel /*level*/, std::string_view text) override { note(text); }
  void event(std::string_view /*kind*/, std::string_view text) override { note(text); }

  std::string lines;

 private:
  void note(std::string_view text) { lines.append(lines.empty() ? "" : " | ").append(text); }
};

/// When a session that is told to close says that it has.
enum class Closed : bool { inside_the_call, later };

/// A session that writes down what is done to it, one line: "40{"sid":"A"} | close flush".
class FakeEngine final : public engineio::Socket {
 public:
  FakeEngine(Node& node, Closed closed) : node_{node}, closed_{closed} {}

  void send(const engineio::Outgoing& message, Priority priority) override {
    if (is_closing_) return;
    ++sent;
    last = priority;
    is_compressed = message.compress();
    if (!is_recording) return;
    std::string line{message.payload().bytes()};
    for (char& c : line)
      if (c == '\x1e') c = '+';
    note(line);
  }
  [[nodiscard]] engineio::TextRun* own_run(std::size_t /*size*/) override { return run; }
  void expect_send() const override { ++expected; }
  void close(engineio::Closing how) override {
    if (is_closing_) return;
    is_closing_ = true;
    note(how == engineio::Closing::flush    ? "close flush"
         : how == engineio::Closing::policy ? "close policy"
                                            : "close otherwise");
    if (closed_ == Closed::inside_the_call) end(engineio::CloseReason::forced_close);
  }
  [[nodiscard]] std::string_view id() const override { return "engine"; }
  [[nodiscard]] engineio::Transport transport() const override {
    return engineio::Transport::websocket;
  }
  [[nodiscard]] const http::Request& request() const override { return request_; }
  void forget_request() override { request_ = {}; }
  [[nodiscard]] std::size_t queued_bytes() const override { return queued; }
  void pause_reading() override {}
  void resume_reading() override {}

  /// The session ends, and what is attached to it is freed, as the engine does.
  void end(engineio::CloseReason reason) {
    is_closing_ = true;
    if (attachment() == nullptr) return;
    node_.closed(*this, reason, node_.now());
    attach(nullptr);
  }

  [[nodiscard]] bool is_closed() const { return is_closing_; }

  /// What happened since the last call; an id of 20 equal letters shows as one.
  std::string take() {
    std::string line = std::exchange(line_, {});
    for (std::size_t at = 0; at + socketio::Socket::id_size <= line.size(); ++at) {
      if (line.compare(at, socketio::Socket::id_size, sid(line[at])) == 0)
        line.erase(at + 1, socketio::Socket::id_size - 1);
    }
    return line;
  }

  engineio::TextRun* run{};  // null: texts can only be sent
  std::size_t queued{};
  std::size_t sent{};
  mutable std::size_t expected{};  // hints of a send
  Priority last{};
  bool is_compressed{};
  bool is_recording{true};
  http::Request request_{};

 private:
  void note(std::string_view text) { line_.append(line_.empty() ? "" : " | ").append(text); }

  Node& node_;
  Closed closed_;
  bool is_closing_{};
  std::string line_;
};

struct World {
  explicit World(Options options = {}) : node{std::move(options), wheel, rng, log} {}
  ~World() {
    for (auto& engine : engines) engine->end(engineio::CloseReason::transport_close);
  }

  /// A new session, with nothing said yet.
  FakeEngine& open(Closed closed = Closed::inside_the_call) {
    engines.push_back(std::make_unique<FakeEngine>(node, closed));
    node.opened(*engines.back(), now);
    return *engines.back();
  }

  /// A session that has joined "/"; its CONNECT answer is taken.
  FakeEngine& join(Closed closed = Closed::inside_the_call) {
    FakeEngine& engine = open(closed);
    text(engine, "0");
    engine.take();
    return engine;
  }

  /// The peer sends a text message; the answer is everything it is sent meanwhile.
  std::string text(FakeEngine& engine, std::string_view message) {
    const std::size_t size = message.size();
    std::string padded{message};
    padded.append(json::Parser::padding, 'x');
    node.received(engine, std::string_view{padded}.substr(0, size), false, now);
    return engine.take();
  }
  std::string binary(FakeEngine& engine, std::string_view message) {
    node.received(engine, message, true, now);
    return engine.take();
  }

  void advance(Milliseconds time) {
    now += time;
    wheel.advance_to(now);
  }

  Socket& socket(char letter) { return *node.of("/").find(sid(letter)); }

  Instant now{};
  TimerWheel wheel{Instant{}};
  CountingRng rng;
  SpyLog log;
  Node node;
  std::vector<std::unique_ptr<FakeEngine>> engines;
};

}  // namespace veche::socketio
