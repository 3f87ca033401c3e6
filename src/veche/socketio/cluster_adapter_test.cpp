// Goal: several nodes are one to whoever uses them, however slow the bus is.

#include "veche/socketio/cluster_adapter.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"
#include "veche/socketio/cluster_world_test.hpp"

namespace veche::socketio {
namespace {

/// Two or three nodes: A, B of the first, K of the second, U of the third.
struct Nodes : ClusterWorld {
  explicit Nodes(std::size_t count, ClusterAdapterOptions options = {})
      : ClusterWorld{count, {}, options} {
    worlds[0]->join();
    for (const auto& world : worlds) world->join();
    receivers();
  }

  std::string fetch(BroadcastOperator chosen) {
    std::string line{"not yet"};
    chosen.fetch_sockets([&](const Result<std::vector<RemoteSocket>>& sockets) {
      line.clear();
      if (!sockets) {
        line = sockets.error().code == Errc::unavailable ? "unavailable" : "overloaded";
        return;
      }
      for (const RemoteSocket& socket : *sockets) {
        line += socket.id[0];
        for (std::size_t i = 1; i < socket.rooms.size(); ++i) line += " " + socket.rooms[i];
        line += socket.data == "{}" ? "," : socket.data + ",";
      }
    });
    hub.settle();
    return line;
  }
};

BroadcastOperator everyone(Namespace& nsp) { return BroadcastOperator{nsp}; }

TEST_SUITE("socketio/cluster_adapter: one node of a cluster") {
  TEST_CASE("it keeps the contract of adapters, alone and with silent neighbours") {
    for (const std::size_t nodes : {1U, 2U, 3U}) {
      std::vector<std::unique_ptr<MemoryHub>> hubs;
      std::vector<std::unique_ptr<MemoryBus>> buses;
      check_adapter_contract([&] {
        hubs.push_back(std::make_unique<MemoryHub>());
        for (std::size_t i = 0; i < nodes; ++i)
          buses.push_back(std::make_unique<MemoryBus>(*hubs.back(),
                                                      std::string(1, static_cast<char>('a' + i))));
        Options options;
        options.adapter = [bus = buses.back().get()](Namespace& nsp) {
          return std::make_unique<ClusterAdapter>(nsp, *bus);
        };
        return options;
      });
    }
  }
}

TEST_SUITE("socketio/cluster_adapter: several nodes") {
  TEST_CASE("broadcasts reach every node, each socket once") {
    for (const std::size_t count : {2U, 3U}) {
      Nodes nodes{count};
      nodes.nsp(0).emit("e");
      CHECK(nodes.receivers() == (count == 2 ? "ABK" : "ABKU"));
      nodes.nsp(1).emit("e");
      CHECK(nodes.receivers() == (count == 2 ? "ABK" : "ABKU"));
      nodes[1].socket('K').join("x");
      nodes[0].socket('B').join("x");
      nodes[0].socket('B').join("y");
      nodes.nsp(0).to("x").to("y").emit("e");
      CHECK(nodes.receivers() == "BK");
      nodes.nsp(0).to("x").except("y").emit("e");
      CHECK(nodes.receivers() == "K");
      nodes.nsp(0).to(sid('K')).emit("e");
      CHECK(nodes.receivers() == "K");
      nodes[0].socket('B').to("x").emit("e");
      CHECK(nodes.receivers() == "K");
      nodes.nsp(1).local().emit("e");
      CHECK(nodes.receivers() == "K");
    }
  }

  TEST_CASE("binary and volatile pass the bus") {
    Nodes nodes{2};
    const Attachments bytes{"one"};
    nodes.nsp(0).to(sid('K')).emit("b", Raw{R"({"_placeholder":true,"num":0})", &bytes});
    nodes.hub.settle();
    CHECK(nodes[1].engines[0]->take() == R"(451-["b",{"_placeholder":true,"num":0}]+bb25l)");
    nodes.receivers();
    nodes[1].engines[0]->queued = 1 << 20;
    nodes.nsp(0).volatile_().emit("e");
    CHECK(nodes.receivers() == "AB");
  }

  TEST_CASE("a namespace that only some nodes have is theirs") {
    Nodes nodes{3};
    nodes[0].node.of("/a");
    nodes[2].node.of("/a");
    nodes[2].text(*nodes[2].engines[0], "0/a");
    nodes[0].node.of("/a").emit("e");
    nodes.hub.settle();
    CHECK(nodes[2].engines[0]->take() == R"(42/a,["e"])");
    std::size_t servers = 0;
    nodes[0].node.of("/a").adapter().server_count([&](std::size_t count) { servers = count; });
    CHECK(servers == 2);
    CHECK(nodes.fetch(everyone(nodes[0].node.of("/a"))) == "V,");
  }

  TEST_CASE("joins, leaves and disconnections reach every node") {
    Nodes nodes{3};
    const std::vector<std::string> both{"x", "y"};
    nodes.nsp(0).except(sid('A')).sockets_join(both);
    nodes.hub.settle();
    CHECK(nodes.fetch(nodes.nsp(2).to("x")) == "U x y,B x y,K x y,");
    nodes.nsp(1).to(sid('B')).sockets_leave(both);
    nodes.hub.settle();
    CHECK(nodes.fetch(nodes.nsp(2).to("y")) == "U x y,K x y,");
    nodes.nsp(0).to("x").disconnect_sockets(Scope::nsp);
    nodes.hub.settle();
    CHECK(nodes[1].engines[0]->take().find("41") != std::string::npos);
    CHECK(nodes.fetch(everyone(nodes.nsp(0))) == "A,B,");
  }

  TEST_CASE("fetched sockets carry their data") {
    struct Data final : SocketData {
      [[nodiscard]] std::string to_json() const override { return R"({"user":7})"; }
    };
    Nodes nodes{2};
    nodes[1].socket('K').set_data(std::make_unique<Data>());
    CHECK(nodes.fetch(nodes.nsp(0).to(sid('K'))) == R"(K{"user":7},)");
    CHECK(nodes.fetch(nodes.nsp(0).local()) == "A,B,");
  }

  TEST_CASE("a node that does not answer makes fetching fail, late answers change nothing") {
    Nodes nodes{3, {.request_timeout = Milliseconds{100}}};
    nodes.hub.hold("n2", "n0");
    std::string line;
    int calls = 0;
    everyone(nodes.nsp(0)).fetch_sockets([&](const Result<std::vector<RemoteSocket>>& sockets) {
      ++calls;
      line = sockets ? "found" : "failed";
    });
    nodes.hub.settle();
    CHECK(line == "");
    nodes.advance(Milliseconds{110});
    CHECK(line == "failed");
    nodes.hub.let_go();
    nodes.hub.settle();
    CHECK(calls == 1);
  }

  TEST_CASE("a node that leaves is not waited for, and hears nothing more") {
    Nodes nodes{3};
    nodes.hub.hold("n0", "n2");
    std::string line;
    everyone(nodes.nsp(0)).fetch_sockets([&](const Result<std::vector<RemoteSocket>>& sockets) {
      line = sockets ? std::to_string(sockets->size()) : "failed";
    });
    nodes.hub.settle();
    CHECK(line == "");
    nodes.nsp(2).adapter().close();
    nodes.nsp(2).adapter().close();
    nodes.hub.settle();
    CHECK(line == "3");
    nodes.hub.let_go();
    nodes.nsp(0).emit("e");
    nodes.nsp(2).local().emit("own");
    CHECK(nodes.receivers() == "ABKU");
    nodes.nsp(2).emit("own");
    CHECK(nodes.receivers() == "U");
  }
}

TEST_SUITE("socketio/cluster_adapter: broadcasts with acks") {
  std::string id(std::uint64_t index) { return std::to_string(BroadcastAcks::first_id + index); }

  TEST_CASE("every client of every node is awaited") {
    Nodes nodes{3};
    std::string line;
    nodes.nsp(0)
        .except(sid('B'))
        .timeout(Milliseconds{100})
        .emit_with_ack({"ask", "1"}, note_answers(line));
    nodes.hub.settle();
    CHECK(nodes[0].engines[0]->take() == "42" + id(0) + R"(["ask",1])");
    CHECK(nodes[1].engines[0]->take() == "42" + id(0) + R"(["ask",1])");
    nodes[0].text(*nodes[0].engines[0], "3" + id(0) + "[\"a\"]");
    nodes[1].text(*nodes[1].engines[0], "3" + id(0) + "[\"k\"]");
    nodes.hub.settle();
    nodes[1].text(*nodes[1].engines[0], "3" + id(0) + "[\"twice\"]");
    nodes.hub.settle();
    CHECK(line == "");
    nodes[2].text(*nodes[2].engines[0], "3" + id(0) + "[\"u\"]");
    nodes.hub.settle();
    CHECK(line == R"(complete "a" "k" "u")");
  }

  TEST_CASE("a slow node's count is awaited even when all others have answered") {
    Nodes nodes{2};
    nodes.hub.hold("n0", "n1");
    std::string line;
    nodes.nsp(0)
        .to(sid('A'))
        .to(sid('K'))
        .timeout(Milliseconds{100})
        .emit_with_ack({"ask"}, note_answers(line));
    nodes[0].text(*nodes[0].engines[0], "3" + id(0) + "[\"a\"]");
    nodes.hub.settle();
    CHECK(line == "");
    nodes.hub.let_go();
    nodes.hub.settle();
    nodes[1].text(*nodes[1].engines[0], "3" + id(0) + "[\"k\"]");
    nodes.hub.settle();
    CHECK(line == R"(complete "a" "k")");
  }

  TEST_CASE("the time that is over, nobody there, a local one, too many") {
    Nodes nodes{2, {.requests_max = 1}};
    std::string line;
    std::string other;
    nodes.nsp(0).timeout(Milliseconds{100}).emit_with_ack({"ask"}, note_answers(line));
    nodes.nsp(0).timeout(Milliseconds{100}).emit_with_ack({"ask"}, note_answers(other));
    CHECK(other == "overloaded");
    nodes[0].text(*nodes[0].engines[1], "3" + id(0) + "[\"b\"]");
    nodes.hub.settle();
    nodes.advance(Milliseconds{110});
    CHECK(line == R"(timed_out "b")");
    nodes[0].text(*nodes[0].engines[0], "3" + id(0) + "[\"late\"]");
    nodes[1].text(*nodes[1].engines[0], "3" + id(0) + "[\"late\"]");
    nodes.hub.settle();
    nodes.nsp(0).to("nowhere").emit_with_ack({"ask"}, note_answers(line));
    nodes.hub.settle();
    CHECK(line == "complete");
    nodes.nsp(1).local().emit_with_ack({"ask"}, note_answers(line));
    nodes[1].text(*nodes[1].engines[0], "3" + id(2) + "[\"k\"]");
    CHECK(line == R"(complete "k")");
  }
}

TEST_SUITE("socketio/cluster_adapter: serverSideEmit") {
  TEST_CASE("the others hear it, and answer when they are asked") {
    Nodes nodes{3};
    std::string heard;
    for (std::size_t i = 0; i < 3; ++i) {
      nodes.nsp(i).on_server_side_emit([&heard, i](const Emission& said, ServerSideAck& ack) {
        heard += std::to_string(i) + std::string{said.event} + std::string{said.args} + ",";
        if (ack) ack({std::to_string(i), {}});
        ack({"\"twice\"", {}});
      });
    }
    nodes.nsp(1).server_side_emit("hello", Raw{"1"});
    nodes.hub.settle();
    CHECK(heard == "0hello1,2hello1,");
    std::string line;
    nodes.nsp(1).server_side_emit_with_ack({"ask"}, note_answers(line));
    CHECK(line == "");
    nodes.hub.settle();
    CHECK(line == "complete 2 0");
  }

  TEST_CASE("a node without a handler does not answer") {
    Nodes nodes{3, {.request_timeout = Milliseconds{100}}};
    nodes.nsp(2).on_server_side_emit([](const Emission&, ServerSideAck& ack) { ack(); });
    std::string line;
    nodes.nsp(0).server_side_emit_with_ack({"ask"}, note_answers(line));
    nodes.hub.settle();
    nodes.advance(Milliseconds{110});
    CHECK(line == "timed_out null");
  }

  TEST_CASE("an answer may come when the namespace that was asked has gone") {
    Nodes nodes{2};
    World& asked = nodes[1];
    asked.node.of_pattern("^/c");
    FakeEngine& client = asked.open();
    asked.text(client, "0/c");
    ServerSideAck kept;
    asked.node.find("/c")->on_server_side_emit(
        [&](const Emission&, ServerSideAck& ack) { kept = std::move(ack); });
    std::string line;
    nodes[0].node.of("/c").server_side_emit_with_ack({"ask"}, note_answers(line));
    nodes.hub.settle();
    asked.text(client, "1/c,");
    asked.text(client, "0");  // the namespace is freed by the next event
    CHECK(asked.node.find("/c") == nullptr);
    kept({"1", {}});
    nodes.hub.settle();
    CHECK(line == "complete 1");
  }

  TEST_CASE("an answer may come later") {
    Nodes nodes{2};
    ServerSideAck kept;
    nodes.nsp(1).on_server_side_emit(
        [&](const Emission&, ServerSideAck& ack) { kept = std::move(ack); });
    std::string line;
    nodes.nsp(0).server_side_emit_with_ack({"ask"}, note_answers(line));
    nodes.hub.settle();
    CHECK(line == "");
    kept({"5", {}});
    nodes.hub.settle();
    CHECK(line == "complete 5");
  }
}

}  // namespace
}  // namespace veche::socketio
