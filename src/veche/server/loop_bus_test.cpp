// Goal: the loops of a server are one to whoever broadcasts, and end in any order.
// Method: three loops over one network in memory; the contract of adapters on one of them.

#include "veche/server/loop_bus.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"
#include "veche/socketio/adapter_contract_test.hpp"
#include "veche/socketio/cluster_adapter.hpp"

namespace veche::server {
namespace {

/// A client of each loop, connected to "/".
struct Everywhere : ServerWorld {
  explicit Everywhere(std::size_t loops, Options options = {}) : ServerWorld{loops, options} {
    for (std::size_t i = 0; i < loops; ++i) {
      clients.push_back(network.connect(80));
      settle();
      clients.back().send(upgrade_request);
      clients.back().send(client_frame("40"));
      settle();
      static_cast<void>(clients.back().receive());
    }
  }

  socketio::Namespace& nsp(std::size_t loop) { return worker(loop).node().of("/"); }

  /// Which clients got `text`, once a digit for each time.
  std::string receivers(std::string_view text) {
    settle();
    std::string line;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const std::string got = clients[i].receive();
      for (auto at = got.find(text); at != std::string::npos; at = got.find(text, at + 1))
        line += std::to_string(i);
    }
    return line;
  }

  std::vector<testing::FakeClient> clients;
};

TEST_SUITE("server/loop_bus") {
  TEST_CASE("an adapter over it keeps the contract") {
    std::vector<std::unique_ptr<LoopHub>> hubs;
    socketio::check_adapter_contract([&] {
      hubs.push_back(std::make_unique<LoopHub>(3));
      socketio::Options options;
      options.adapter = [hub = hubs.back().get()](socketio::Namespace& nsp) {
        return std::make_unique<socketio::ClusterAdapter>(nsp, hub->bus(1));
      };
      return options;
    });
  }

  TEST_CASE("a broadcast on one loop reaches the clients of all, once each") {
    for (const std::size_t loops : {1U, 2U, 3U}) {
      Everywhere world{loops};
      for (std::size_t from = 0; from < loops; ++from) {
        world.nsp(from).emit("hello", socketio::Raw{"1"});
        CHECK(world.receivers(R"(42["hello",1])") == std::string{"012"}.substr(0, loops));
      }
      world.nsp(0).local().emit("here");
      CHECK(world.receivers(R"(42["here"])") == "0");
      world.nsp(0).sockets_join("room");
      world.settle();
      world.nsp(loops - 1).to("room").emit("there");
      CHECK(world.receivers(R"(42["there"])") == std::string{"012"}.substr(0, loops));
    }
  }

  TEST_CASE("what one loop says comes in order") {
    Everywhere world{2};
    for (int i = 0; i < 50; ++i) world.nsp(0).emit("n", socketio::Raw{std::to_string(i)});
    world.settle();
    const std::string got = world.clients[1].receive();
    std::size_t at = 0;
    for (int i = 0; i < 50; ++i) {
      at = got.find("[\"n\"," + std::to_string(i) + "]", at);
      REQUIRE(at != std::string::npos);
    }
  }

  TEST_CASE("sockets are fetched, and acks awaited, across loops") {
    Everywhere world{3};
    std::size_t found = 0;
    socketio::BroadcastOperator{world.nsp(1)}.fetch_sockets(
        [&](const Result<std::vector<socketio::RemoteSocket>>& sockets) {
          found = sockets ? sockets->size() : 99;
        });
    CHECK(found == 0);
    world.settle();
    CHECK(found == 3);

    std::size_t answers = 0;
    world.nsp(2)
        .timeout(Milliseconds{1000})
        .emit_with_ack({"ask"}, [&](const socketio::Answers& all) {
          CHECK(all.outcome == socketio::AckOutcome::complete);
          answers = all.answers.size();
        });
    const std::string id = std::to_string(socketio::BroadcastAcks::first_id);
    CHECK(world.receivers("42" + id + R"(["ask"])") == "012");
    for (auto& client : world.clients) client.send(client_frame("43" + id + "[1]"));
    world.settle();
    CHECK(answers == 3);
  }

  TEST_CASE("serverSideEmit reaches the other loops, and is answered") {
    Everywhere world{3};
    std::string heard;
    for (std::size_t i = 0; i < 3; ++i) {
      world.nsp(i).on_server_side_emit(
          [&heard, i](const socketio::Emission& said, socketio::ServerSideAck& ack) {
            heard += std::to_string(i) + std::string{said.event};
            ack({std::to_string(i), {}});
          });
    }
    std::string line;
    world.nsp(0).server_side_emit_with_ack({"x"}, socketio::note_answers(line));
    world.settle();
    CHECK(heard == "1x2x");
    CHECK(line == "complete 1 2");
  }

  TEST_CASE("a namespace that no loop has any more is forgotten, whoever named it") {
    struct Nobody final : socketio::BusListener {
      void receive(const socketio::ClusterMessagePtr&) override {}
    } nobody;
    LoopHub hub{2};
    for (int i = 0; i < 1'000; ++i) {
      const std::string name = "/" + std::to_string(i);
      for (const std::size_t loop : {0U, 1U}) hub.bus(loop).join(name, nobody);
      hub.bus(0).leave(name);
      CHECK(hub.namespace_count() == 1);
      hub.bus(1).leave(name);
    }
    CHECK(hub.namespace_count() == 0);
  }

  TEST_CASE("nothing is posted to loops that end, whatever handlers say meanwhile") {
    Everywhere world{3};
    for (std::size_t i = 0; i < 3; ++i) {
      socketio::Namespace& nsp = world.nsp(i);
      nsp.on_disconnect(
          [&nsp](socketio::Socket&, socketio::DisconnectReason) { nsp.emit("someone left"); });
    }
    world.worker(1).end_sessions();
    CHECK(world.receivers("someone left") == "02");
    world.server.reset();
  }

  TEST_CASE("an adapter of one's own is made on every loop") {
    int made = 0;
    Options options;
    options.socketio.adapter = [&made](socketio::Namespace& nsp) {
      ++made;
      return std::make_unique<socketio::MemoryAdapter>(nsp);
    };
    Everywhere world{2, options};
    CHECK(made == 2);
    world.nsp(0).emit("here");
    CHECK(world.receivers(R"(42["here"])") == "0");
  }

  TEST_CASE("a client that is cut off comes back on another loop with what it missed") {
    Options options;
    options.socketio.recovery = socketio::RecoveryOptions{};
    ServerWorld world{2, options};
    const auto nsp = [&](std::size_t loop) -> socketio::Namespace& {
      return world.worker(loop).node().of("/");
    };
    const auto between = [](const std::string& text, std::string_view head) {
      const auto from = text.find(head) + head.size();
      return text.substr(from, text.find('"', from) - from);
    };
    world.settle();  // the loops have greeted each other
    auto first = world.network.connect(80);
    first.send(upgrade_request);
    first.send(client_frame("40"));
    world.settle();
    const std::string answer = first.receive();
    const std::string connected = answer.substr(answer.find("40{\"sid\":\""));
    REQUIRE(nsp(0).sockets().size() == 1);
    nsp(1).emit("seen");
    world.settle();
    CHECK(first.receive().find(R"(42["seen","01-1"])") != std::string::npos);
    first.finish();
    world.settle();
    CHECK(nsp(0).sockets().empty());

    nsp(0).emit("missed");
    auto idle = world.network.connect(80);  // the first loop's, so that the next is the other's
    world.settle();
    auto second = world.network.connect(80);
    second.send(upgrade_request);
    second.send(client_frame("40{\"pid\":\"" + between(connected, "\"pid\":\"") +
                             "\",\"offset\":\"01-1\"}"));
    world.settle();
    const std::string again = second.receive();
    const auto missed = again.find(R"(42["missed","00-1.01-1"])");
    CHECK(missed != std::string::npos);
    CHECK(again.find(connected) != std::string::npos);
    CHECK(missed < again.find(connected));
    CHECK(again.find("seen") == std::string::npos);
    REQUIRE(nsp(1).sockets().size() == 1);
    CHECK(nsp(1).sockets().front()->recovered());
  }
}

}  // namespace
}  // namespace veche::server
