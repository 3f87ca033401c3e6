// Goal: clients make namespaces by asking for them, within limits, and leave nothing behind.

#include "veche/socketio/dynamic_namespaces.hpp"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

const std::string invalid = R"({"message":"Invalid namespace"})";
const std::string too_many = R"({"message":"Too many namespaces"})";

TEST_SUITE("socketio/dynamic_namespaces: matching") {
  TEST_CASE("a client makes a namespace that a pattern allows, and only that") {
    World world;
    world.node.of_pattern("^/chat-\\d+$");
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0/chat-7") == R"(40/chat-7,{"sid":"A"})");
    CHECK(world.text(client, "0/chat-") == "44/chat-," + invalid);
    CHECK(world.text(client, "0/x/chat-7") == "44/x/chat-7," + invalid);
    CHECK(world.node.find("/chat-7")->sockets().size() == 1);
    CHECK(world.node.find("/chat-8") == nullptr);
  }

  TEST_CASE("matchers are asked in order, with name, auth and request") {
    World world;
    std::string asked;
    world.node.of_predicate([&](const NamespaceRequest& request) {
      asked.append("1").append(request.name).append(request.auth).append(request.request.query);
      return request.auth == R"({"vip":true})";
    });
    ParentNamespace& second =
        world.node.of_matcher([&](const NamespaceRequest& request, NamespaceDecision decision) {
          asked.append(" 2").append(request.name);
          decision(request.name == "/b");
        });
    FakeEngine& client = world.open();
    client.request_.query = "q";
    CHECK(world.text(client, R"(0/a,{"vip":true})") == R"(40/a,{"sid":"A"})");
    CHECK(asked == R"(1/a{"vip":true}q)");
    asked.clear();
    CHECK(world.text(client, "0/b") == R"(40/b,{"sid":"B"})");
    CHECK(asked == "1/b{}q 2/b");
    CHECK(second.children().size() == 1);
    CHECK(world.text(client, "0/c") == "44/c," + invalid);
    CHECK(world.node.find("/b")->find(sid('B'))->auth() == "{}");
    CHECK(world.node.find("/a")->find(sid('A'))->auth() == R"({"vip":true})");
  }

  TEST_CASE("a matcher that throws is logged, and the client left waiting") {
    World world;
    world.node.of_predicate([](const NamespaceRequest&) -> bool { throw 1; });
    CHECK(world.text(world.open(), "0/a") == "");
    CHECK(world.log.lines == "handler of 'namespace matcher' threw: no std::exception");
  }

  TEST_CASE("of() makes a child of the parent whose pattern matches, and tells of what is new") {
    World world;
    std::string told;
    world.node.on_new_namespace([&](Namespace& nsp) { told.append(nsp.name()).append(" "); });
    ParentNamespace& chats = world.node.of_pattern("^/chat-");
    world.node.of_predicate([](const NamespaceRequest&) { return true; });
    Namespace& child = world.node.of("/chat-1");
    CHECK(chats.children().size() == 1);
    CHECK(chats.children()[0] == &child);
    CHECK(&world.node.of("chat-1") == &child);
    world.node.of("/plain");
    world.text(world.open(), "0/chat-2");
    CHECK(told == "/chat-1 /plain /chat-2 ");
  }
}

/// A matcher that answers when it is told to.
struct Slow : World {
  explicit Slow(Options options = {}) : World{std::move(options)} {
    node.of_matcher([this](const NamespaceRequest&, NamespaceDecision decision) {
      decisions.push_back(std::move(decision));
    });
  }
  std::vector<NamespaceDecision> decisions;
};

TEST_SUITE("socketio/dynamic_namespaces: answers that take time") {
  TEST_CASE("the client is connected when the answer comes, once") {
    Slow world;
    FakeEngine& client = world.open();
    CHECK(world.text(client, R"(0/a,{"x":1})") == "");
    world.decisions[0](true);
    CHECK(client.take() == R"(40/a,{"sid":"A"})");
    CHECK(world.node.find("/a")->find(sid('A'))->auth() == R"({"x":1})");
    world.decisions[0](false);
    CHECK(client.take() == "");
  }

  TEST_CASE("two clients ask for one name, and meet in one namespace") {
    Slow world;
    FakeEngine& one = world.open();
    FakeEngine& two = world.open();
    world.text(one, "0/a");
    world.text(two, "0/a");
    world.decisions[1](true);
    CHECK(two.take() == R"(40/a,{"sid":"A"})");
    world.decisions[0](true);
    CHECK(one.take() == R"(40/a,{"sid":"B"})");
    CHECK(world.node.find("/a")->sockets().size() == 2);
  }

  TEST_CASE("45: a second CONNECT while the first is thought about closes, also when it exists") {
    Slow world;
    FakeEngine& client = world.open();
    world.text(client, "0/a");
    world.node.of("/a");
    CHECK(world.text(client, "0/a") == "close flush");
    world.decisions[0](true);
    CHECK(client.take() == "");
    CHECK(world.node.of("/a").sockets().empty());
  }

  TEST_CASE("an event for a namespace that is thought about closes") {
    Slow world;
    FakeEngine& client = world.open();
    world.text(client, "0/a");
    CHECK(world.text(client, R"(2/a,["e"])") == "close flush");
  }

  TEST_CASE("when the client has gone, the answer makes nothing") {
    Slow world;
    FakeEngine& client = world.open();
    FakeEngine& closing = world.open(Closed::later);
    world.text(client, "0/a");
    world.text(closing, "0/b");
    client.end(engineio::CloseReason::transport_close);
    world.text(closing, "9");
    for (auto& decision : world.decisions) decision(true);
    CHECK(world.node.find("/a") == nullptr);
    CHECK(world.node.find("/b") == nullptr);
  }

  TEST_CASE("of one client only a few are thought about at the same time") {
    Slow world;
    FakeEngine& client = world.open();
    for (std::size_t i = 0; i < DynamicNamespaces::questions_max; ++i)
      CHECK(world.text(client, "0/n" + std::to_string(i)) == "");
    CHECK(world.text(client, "0/more") == "44/more," + too_many);
    world.decisions[0](false);
    CHECK(client.take() == "44/n0," + invalid);
    CHECK(world.text(client, "0/more") == "");
    CHECK(world.text(world.open(), "0/other") == "");
  }
}

TEST_SUITE("socketio/dynamic_namespaces: limits and ends") {
  TEST_CASE("as many children as the options say") {
    Options options;
    options.dynamic_namespaces_max = 2;
    World world{std::move(options)};
    world.node.of_pattern("^/c");
    FakeEngine& client = world.open();
    world.text(client, "0/c1");
    world.text(client, "0/c2");
    CHECK(world.text(client, "0/c3") == "44/c3," + too_many);
    world.text(client, "1/c1,");
    CHECK(world.text(client, "0/c3") == R"(40/c3,{"sid":"C"})");
  }

  TEST_CASE("as many namespaces of one client as the options say, where it chooses them") {
    Options options;
    options.connection_namespaces_max = 2;
    World world{std::move(options)};
    world.node.of_pattern("^/c");
    world.node.of("/plain");
    world.text(world.open(), "0/c9");
    FakeEngine& client = world.open();
    world.text(client, "0/c1");
    world.text(client, "0/c2");
    CHECK(world.text(client, "0/c3") == "44/c3," + too_many);
    CHECK(world.text(client, "0/c9") == "44/c9," + too_many);
    CHECK(world.text(client, "0/plain") == R"(40/plain,{"sid":"D"})");
  }

  TEST_CASE("an empty child is removed; who comes back makes a new one") {
    std::string ends;
    World world;
    ParentNamespace& parent = world.node.of_pattern("^/c");
    parent.on_disconnect([&](Socket& socket, DisconnectReason) {
      ends.append(socket.nsp().name());
      socket.nsp().emit("nobody hears");
    });
    FakeEngine& client = world.open();
    FakeEngine& other = world.open();
    world.text(client, "0/c");
    world.text(other, "0/c");
    world.text(client, "1/c,");
    CHECK(world.node.find("/c") != nullptr);
    other.end(engineio::CloseReason::transport_close);
    CHECK(world.node.find("/c") == nullptr);
    CHECK(parent.children().empty());
    CHECK(ends == "/c/c");
    CHECK(world.text(client, "0/c") == R"(40/c,{"sid":"C"})");
  }

  TEST_CASE("who is refused by a middleware leaves no child either") {
    World world;
    std::optional<Next> later;
    world.node.of_pattern("^/c").use([&](Socket&, Next next) { later = std::move(next); });
    FakeEngine& client = world.open();
    world.text(client, "0/c");
    CHECK(world.node.find("/c") != nullptr);
    later->refuse("no");
    CHECK(client.take() == R"(44/c,{"message":"no"})");
    CHECK(world.node.find("/c") == nullptr);
  }

  TEST_CASE("with the option off, or while an Audience looks at it, an empty child stays") {
    Options options;
    options.cleanup_empty_child_namespaces = false;
    World kept{std::move(options)};
    kept.node.of_pattern("^/c");
    FakeEngine& client = kept.open();
    kept.text(client, "0/c");
    kept.text(client, "1/c,");
    CHECK(kept.node.find("/c") != nullptr);

    World world;
    world.node.of_pattern("^/c");
    FakeEngine& other = world.open();
    world.text(other, "0/c");
    {
      Audience audience{world.node.of("/c").rooms()};
      audience.add("x");
      world.text(other, "1/c,");
      world.node.of("/c").emit(audience, {"e"});
    }
    CHECK(world.text(other, "0/c") == R"(40/c,{"sid":"B"})");
    world.text(other, "1/c,");
    CHECK(world.node.find("/c") == nullptr);
  }

  TEST_CASE("a child may end inside its own handlers, and be used until they return") {
    World world;
    std::optional<Ack> ack;
    ParentNamespace& parent = world.node.of_pattern("^/c");
    parent.on("end", [&](Socket& socket, Ack wanted) {
      Namespace& nsp = socket.nsp();
      BroadcastOperator chosen = nsp.to("x");
      nsp.disconnect_sockets();
      CHECK(world.node.find("/c") == nullptr);
      chosen.emit("e");
      nsp.emit("e");
      CHECK(nsp.name() == "/c");
      wanted(1);
      ack = std::move(wanted);
      Namespace& again = world.node.of("/c");
      CHECK(&again != &nsp);
    });
    FakeEngine& client = world.open();
    world.text(client, "0/c");
    CHECK(world.text(client, R"(2/c,1["end"])") == "41/c,");
    (*ack)(2);
    CHECK(client.take() == "");
    CHECK(world.text(client, "0/c") == R"(40/c,{"sid":"B"})");
  }

  TEST_CASE("a reference outside of handlers is good until the next event") {
    World world;
    world.node.of_pattern("^/c");
    FakeEngine& client = world.open();
    world.text(client, "0/c");
    Namespace& child = world.node.of("/c");
    child.disconnect_sockets();
    child.emit("e");
    CHECK(child.sockets().empty());
    world.open();
    CHECK(world.node.find("/c") == nullptr);
  }
}

}  // namespace
}  // namespace veche::socketio
