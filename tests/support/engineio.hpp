#pragma once

/// @file
/// A world around one Engine.IO engine in which nothing waits: requests, WebSockets and time are
/// calls, and each call says in one line what came of it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/rng.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/engine.hpp"

namespace veche::engineio::testing {

/// The same bytes in every run, from a linear congruence.
class SeededRng final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) {
      state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      byte = static_cast<std::byte>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_{1};
};

class Transcript {
 public:
  void add(const std::string& text) { line_ += (line_.empty() ? "" : ", ") + text; }
  [[nodiscard]] std::string take() { return std::exchange(line_, {}); }

 private:
  std::string line_;
};

/// Says "ws write 4hi", "ws close 1012". The payload of each frame is shown without its header.
class FakePort final : public WebSocketPort {
 public:
  FakePort(std::string name, Transcript& transcript)
      : name_{std::move(name)}, transcript_{transcript} {}

  void write(const Frame& frame, Priority /*priority*/) override {
    ++writes;
    for (std::string_view rest = frame.bytes(); !rest.empty();) {
      const std::size_t size = static_cast<unsigned char>(rest[1]);
      const std::size_t head = size < 126 ? 2 : 4;
      const std::size_t payload = size < 126
                                      ? size
                                      : std::size_t{static_cast<unsigned char>(rest[2])} * 256 +
                                            static_cast<unsigned char>(rest[3]);
      const bool is_compressed = (rest[0] & 0x40) != 0;
      transcript_.add(name_ + (rest[0] == '\x82' ? " binary " : " write ") +
                      (is_compressed ? "compressed" : std::string{rest.substr(head, payload)}));
      rest.remove_prefix(head + payload);
    }
  }
  void expect_write() const override { transcript_.add(name_ + " expects"); }
  void close(std::optional<std::uint16_t> code, std::string_view reason, Unsent unsent) override {
    transcript_.add(name_ + " close" + (code ? " " + std::to_string(*code) : "") +
                    std::string{reason} + (unsent == Unsent::flush ? " flushed" : ""));
  }
  [[nodiscard]] std::size_t queued_bytes() const override { return queued; }
  void pause_reading() override { transcript_.add(name_ + " pause"); }
  void resume_reading() override { transcript_.add(name_ + " resume"); }

  std::size_t queued{};
  std::size_t writes{};

 private:
  std::string name_;
  Transcript& transcript_;
};

class World : public SocketEvents {
 public:
  using Hook = std::function<void(Socket&, std::string_view)>;

  explicit World(Options options = {}) : engine{std::move(options), *this, wheel, rng, "-n1"} {}

  void opened(Socket& socket, Instant /*now*/) override {
    last = &socket;
    last_sid = socket.id();
    transcript.add("opened");
    if (on_opened) on_opened(socket, {});
  }
  void received(Socket& socket, std::string_view data, bool is_binary, Instant /*now*/) override {
    if (!is_binary) {
      volatile char sink = 0;
      for (std::size_t i = 0; i < 64; ++i) sink = *(data.data() + data.size() + i);
      static_cast<void>(sink);
    }
    transcript.add((is_binary ? "received binary " : "received ") + std::string{data});
    if (on_received) on_received(socket, data);
  }
  void upgraded(Socket& socket, Instant /*now*/) override {
    if (on_upgraded) on_upgraded(socket, {});
  }
  void closed(Socket& socket, CloseReason reason, Instant /*now*/) override {
    transcript.add("closed " + std::string{to_string(reason)});
    if (on_closed) on_closed(socket, {});
    if (last == &socket) last = nullptr;
  }

  /// A request under a name; its answer shows as "name 200 body", an id in it as SID. ask() does
  /// not end the turn.
  void ask(std::string name, http::Request request) {
    auto exchange = std::make_shared<http::Exchange>([this, name](http::Response response) {
      responses[name] = response;
      transcript.add(name + " " + std::to_string(response.status) +
                     (response.body.empty() ? "" : " " + shown(response.body)));
      if (const auto next = then.find(name); next != then.end())
        std::exchange(next->second, [] {})();
    });
    while (exchanges.count(name) != 0 && exchanges[name]->is_pending()) name += "'";
    exchanges[name] = exchange;
    engine.handle(std::move(request), http::Responder{exchange}, now);
  }
  std::string request(const std::string& name, http::Request asked) {
    ask(name, std::move(asked));
    return turn();
  }

  static http::Request make(http::Method method, std::string query, std::string body = {}) {
    http::Request request;
    request.method = method;
    request.path = "/socket.io/";
    request.query = std::move(query);
    request.body = std::move(body);
    return request;
  }

  /// The query of a request for the last session.
  [[nodiscard]] std::string query(std::string_view transport = "polling") const {
    return "EIO=4&transport=" + std::string{transport} + "&sid=" + last_sid;
  }

  std::string handshake() {
    return request("open", make(http::Method::get, "EIO=4&transport=polling"));
  }
  std::string get(const std::string& name = "GET") {
    return request(name, make(http::Method::get, query()));
  }
  std::string post(std::string body, const std::string& name = "POST") {
    return request(name, make(http::Method::post, query(), std::move(body)));
  }
  std::string abandon(const std::string& name) {
    exchanges.at(name)->abandon();
    return turn();
  }

  /// The first request that waits, if any, loses its connection.
  void abandon_any() {
    for (const auto& [name, exchange] : exchanges) {
      if (exchange->is_pending()) return void(abandon(name));
    }
  }

  /// A WebSocket under a name, "ws refused 400 text" or whatever it then says.
  std::string connect(const std::string& name, const std::string& query) {
    auto request = make(http::Method::get, query);
    if (auto refusal = engine.refuse_websocket(request)) {
      return name + " refused " + std::to_string(refusal->status) + " " + refusal->body;
    }
    auto& port = ports[name];
    if (port != nullptr && port->link() != nullptr)
      port->link()->gone(CloseReason::transport_close, now);
    port = std::make_unique<FakePort>(name, transcript);
    engine.open_websocket(std::move(request), *port, now);
    return turn();
  }
  std::string open_websocket() { return connect("ws", "EIO=4&transport=websocket"); }

  std::string receive(const std::string& name, std::string text, bool is_binary = false) {
    const std::size_t size = text.size();
    text.resize(size + 64);
    if (auto* link = link_of(name)) {
      link->message(std::string_view{text}.substr(0, size), is_binary, now);
    }
    return turn();
  }
  std::string lose(const std::string& name, CloseReason reason = CloseReason::transport_close) {
    if (auto* link = link_of(name)) link->gone(reason, now);
    return turn();
  }

  [[nodiscard]] WebSocketLink* link_of(const std::string& name) const {
    const auto port = ports.find(name);
    return port == ports.end() ? nullptr : port->second->link();
  }

  std::string send(const Outgoing& message) {
    last->send(message, Priority::bulk);
    return turn();
  }
  std::string close(Closing how) {
    last->close(how);
    return turn();
  }

  /// Lets time pass; timers expire at their ticks.
  std::string pass(Milliseconds duration) {
    const Instant target = now + duration;
    while (wheel.deadline() <= target) {
      now = wheel.deadline();
      wheel.advance_to(now);
      engine.end_turn(now);
    }
    now = target;
    wheel.advance_to(now);
    return turn();
  }

  std::string turn() {
    engine.end_turn(now);
    return transcript.take();
  }

  [[nodiscard]] std::string shown(std::string text) const {
    const auto at = last_sid.empty() ? std::string::npos : text.find(last_sid);
    if (at != std::string::npos) text.replace(at, last_sid.size(), "SID");
    return text;
  }

  Instant now{};
  Transcript transcript;
  Hook on_opened;
  Hook on_received;
  Hook on_upgraded;
  Hook on_closed;
  Socket* last{};        ///< the session that opened last, while it lives
  std::string last_sid;  ///< its id, kept after its end
  std::map<std::string, http::Response> responses;
  std::map<std::string, std::shared_ptr<http::Exchange>> exchanges;
  std::map<std::string, std::function<void()>> then;  ///< done once, inside the answer of a name
  std::map<std::string, std::unique_ptr<FakePort>> ports;
  SeededRng rng;
  TimerWheel wheel{Instant{}};
  Engine engine;
};

}  // namespace veche::engineio::testing
