// Goal: a client that comes back to another node misses nothing and gets nothing twice.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/socketio/cluster_world_test.hpp"

namespace veche::socketio {
namespace {

Options recovering(RecoveryOptions recovery = {}) {
  Options options;
  options.recovery = std::move(recovery);
  return options;
}

/// A client that loses its connection and takes up with any node; it hears on its own way, as
/// the stock client does.
class Roamer {
 public:
  explicit Roamer(ClusterWorld& world) : world_{world} {
    world_.hub.settle();
    connect(0);
  }

  /// Reads what has come, but for the last `lost` messages, which are lost with the connection.
  void cut_off(std::size_t lost = 0) {
    read(lost);
    engine_->end(engineio::CloseReason::transport_close);
    world_.hub.settle();
  }

  void connect(std::size_t node) {
    engine_ = &world_[node].open();
    std::string packet{"0{"};
    if (!pid.empty()) packet += "\"pid\":\"" + pid + "\"";
    if (!offset.empty()) packet += ",\"offset\":\"" + offset + "\"";
    log_ = world_[node].text(*engine_, packet + "}");
  }

  /// Takes in all that was sent: events' first arguments into `heard`.
  void read(std::size_t lost = 0) {
    log_ += (log_.empty() ? "" : " | ") + engine_->take();
    std::vector<std::string> messages;
    for (std::size_t at = 0; at < log_.size();) {
      const std::size_t end = std::min(log_.find(" | ", at), log_.size());
      if (end > at) messages.push_back(log_.substr(at, end - at));
      at = end + 3;
    }
    log_.clear();
    messages.resize(messages.size() - std::min(lost, messages.size()));
    for (const std::string& message : messages) hear(message);
  }

  std::string pid;
  std::string offset;
  std::string heard;
  int sessions{};  ///< how often it got a new one

 private:
  /// What stands between `from` and the next quote.
  static std::string quoted(const std::string& text, std::size_t from) {
    return text.substr(from, text.find('"', from) - from);
  }

  void hear(const std::string& message) {
    const auto pid_at = message.find("\"pid\":\"");
    if (pid_at != std::string::npos) {
      // take() shows 20 equal letters as one.
      std::string said = quoted(message, pid_at + 7);
      said.insert(0, Socket::id_size - 1, said[0]);
      if (said != pid) ++sessions;
      pid = said;
      return;
    }
    // 42["e",<number>,"<offset>"]
    const auto comma = message.find(',');
    const auto last = message.rfind(",\"");
    REQUIRE(comma < last);
    heard += message.substr(comma + 1, last - comma - 1) + " ";
    offset = quoted(message, last + 2);
  }

  ClusterWorld& world_;
  FakeEngine* engine_{};
  std::string log_;
};

TEST_SUITE("socketio/cluster_adapter: recovery") {
  TEST_CASE("a client comes back to another node with what all nodes said") {
    ClusterWorld world{3, [] { return recovering(); }};
    Roamer client{world};
    client.read();
    world.nsp(0).find(sid('A'))->join("x");
    world.nsp(1).emit("e", Raw{"1"});
    world.hub.settle();
    client.cut_off();
    for (std::size_t i = 0; i < 3; ++i) world.nsp(i).to("x").emit("e", 2 + i);
    world.nsp(2).to("y").emit("e", Raw{"99"});
    world.hub.settle();
    client.connect(2);
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 4 2 3 ");
    CHECK(client.sessions == 1);
    CHECK(world.nsp(2).find(sid('A'))->recovered());
    CHECK(world.nsp(2).find(sid('A'))->rooms() == std::vector<std::string>{sid('A'), "x"});
    world.nsp(0).to("x").emit("e", Raw{"5"});
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 4 2 3 5 ");
  }

  TEST_CASE("what was said to it alone follows it from node to node") {
    ClusterWorld world{3, [] { return recovering(); }};
    Roamer client{world};
    client.read();
    world.nsp(0).find(sid('A'))->emit("e", Raw{"1"});
    world.nsp(0).emit("e", Raw{"2"});
    world.nsp(0).find(sid('A'))->emit("e", Raw{"3"});
    world.hub.settle();
    client.cut_off(3);
    client.connect(1);
    world.hub.settle();
    client.cut_off(3);  // two of the three events, and the CONNECT answer
    CHECK(client.heard == "1 ");
    client.connect(2);
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 2 3 ");
    CHECK(client.sessions == 1);
  }

  TEST_CASE("a node that is behind the client waits until it is not") {
    ClusterWorld world{3, [] { return recovering(); }};
    Roamer client{world};
    client.read();
    world.hub.hold("n2", "n1");
    world.nsp(2).emit("e", Raw{"1"});
    world.hub.settle();
    client.cut_off();
    CHECK(client.heard == "1 ");
    client.connect(1);
    world.nsp(0).emit("e", Raw{"2"});
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 ");
    world.hub.let_go();
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 2 ");
    CHECK(client.sessions == 1);
  }

  TEST_CASE("a node that does not answer makes it a new session") {
    ClusterWorld world{3, [] { return recovering(); }, {.request_timeout = Milliseconds{100}}};
    Roamer client{world};
    client.cut_off();
    world.hub.hold("n2", "n1");
    client.connect(1);
    world.hub.settle();
    world.advance(Milliseconds{110});
    client.read();
    CHECK(client.sessions == 2);
  }

  TEST_CASE("two who say they are the same client: one is") {
    ClusterWorld world{3, [] { return recovering(); }};
    Roamer client{world};
    client.cut_off();
    Roamer thief{client};
    client.connect(1);
    thief.connect(2);
    world.hub.settle();
    client.read();
    thief.read();
    CHECK(client.sessions + thief.sessions == 3);
  }

  TEST_CASE("a node that came later does not pretend to know what was said before") {
    ClusterWorld world{2, [] { return recovering(); }};
    world[0].node.of("/late");
    FakeEngine& client = world[0].open();
    world[0].text(client, "0/late");
    world[0].node.of("/late").emit("one");
    CHECK(client.take() == R"(42/late,["one","n0-1"])");
    world[0].node.of("/late").emit("lost");
    client.end(engineio::CloseReason::transport_close);
    world[1].node.of("/late");
    world.hub.settle();
    const std::string pid(MemoryRecovery::random_size, 'B');
    FakeEngine& again = world[1].open();
    world[1].text(again, R"(0/late,{"pid":")" + pid + R"(.","offset":"n0-1"})");
    world.hub.settle();
    CHECK(again.take() == R"(40/late,{"sid":"K","pid":"LLLLL.n0-2"})");
  }

  TEST_CASE("who is cut off again before the answer comes is kept") {
    ClusterWorld world{2, [] { return recovering(); }};
    Roamer client{world};
    client.cut_off();
    client.connect(1);
    client.cut_off();
    world.nsp(0).emit("e", Raw{"1"});
    world.hub.settle();
    client.connect(0);
    world.hub.settle();
    client.read();
    CHECK(client.heard == "1 ");
    CHECK(client.sessions == 1);
  }

  TEST_CASE("a node's own broadcasts to its own sockets are not recovered, nor numbered") {
    ClusterWorld world{2, [] { return recovering(); }};
    FakeEngine& client = world[0].join();
    world.nsp(0).local().emit("e");
    CHECK(client.take() == R"(42["e"])");
    world.nsp(0).emit("e");
    CHECK(client.take() == R"(42["e","n0-1"])");
  }

  TEST_CASE("whatever is cut when and comes back where, each event is heard once") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& steps) {
      ClusterWorld world{3, [] { return recovering(); }};
      Roamer client{world};
      client.read();
      std::size_t at = 0;
      int said = 0;
      std::map<std::string, int> times;
      for (const std::uint8_t step : steps) {
        const std::size_t node = step / 8 % 3;
        const std::string next = std::to_string(said);
        switch (step % 8) {
          case 0:
            client.cut_off(step / 32);
            at = node;
            client.connect(at);
            break;
          case 1: world.hub.settle(); break;
          case 2:
            world.hub.hold("n" + std::to_string(node), "n" + std::to_string(step / 32 % 3));
            break;
          case 3:
            world.hub.let_go();
            world.hub.settle();
            break;
          case 4:
            if (Socket* socket = world.nsp(at).find(sid('A'))) {
              socket->emit("e", Raw{next});
              ++said;
            }
            break;
          default: world.nsp(node).emit("e", Raw{next}); ++said;
        }
      }
      world.hub.let_go();
      world.hub.settle();
      client.read();
      // Cut off twice while it is looked for, it may be a new session, and then says so.
      if (client.sessions != 1) return;
      for (std::size_t from = 0; from < client.heard.size();) {
        const std::size_t end = client.heard.find(' ', from);
        ++times[client.heard.substr(from, end - from)];
        from = end + 1;
      }
      RC_ASSERT(times.size() == static_cast<std::size_t>(said));
      for (const auto& [number, count] : times) RC_ASSERT(count == 1);
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
