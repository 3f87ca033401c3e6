// Goal: what is set on a parent serves its children, and what is said to it reaches them all.

#include "veche/socketio/parent_namespace.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/parent_namespace") {
  TEST_CASE("its middlewares, handlers and hooks come before the child's own") {
    World world;
    std::string line;
    const auto add = [&](Namespace& nsp, std::string who) {
      nsp.use([&line, who](Socket&, Next next) {
        line += who + ":use ";
        next();
      });
      nsp.on_connection([&line, who](Socket&) { line += who + ":connection "; });
      nsp.on_any([&line, who](Socket&, Event&) { line += who + ":any "; });
      nsp.on("e", [&line, who](int n) { line += who + ":e" + std::to_string(n) + " "; });
      nsp.on_disconnecting([&line, who](Socket&, DisconnectReason) { line += who + ":ing "; });
      nsp.on_disconnect([&line, who](Socket&, DisconnectReason) { line += who + ":end "; });
      nsp.on_invalid([&line, who](Socket&, Event&, std::string_view) { line += who + ":bad "; });
    };
    ParentNamespace& parent = world.node.of_pattern("^/c");
    add(world.node.of("/c"), "child");
    add(parent, "parent");
    FakeEngine& client = world.open();
    world.text(client, "0/c");
    CHECK(line == "parent:use child:use parent:connection child:connection ");
    line.clear();
    world.text(client, R"(2/c,["e",1])");
    CHECK(line == "parent:any child:any parent:e1 child:e1 ");
    line.clear();
    world.text(client, R"(2/c,["e"])");
    CHECK(line == "parent:any child:any parent:bad child:bad parent:bad child:bad ");
    line.clear();
    world.text(client, "1/c,");
    CHECK(line == "parent:ing child:ing parent:end child:end ");
  }

  TEST_CASE("what is set later serves children that are there already") {
    World world;
    ParentNamespace& parent = world.node.of_pattern("^/c");
    FakeEngine& client = world.open();
    world.text(client, "0/c");
    parent.on("e", [](Socket& socket, Event&) { socket.emit("late"); });
    CHECK(world.text(client, R"(2/c,["e"])") == R"(42/c,["late"])");
    parent.off("e");
    CHECK(world.text(client, R"(2/c,["e"])") == "");
  }

  TEST_CASE("children are apart, and the parent reaches them all") {
    World world;
    ParentNamespace& parent = world.node.of_pattern("^/c");
    parent.on_connection([](Socket& socket) { socket.join("x"); });
    FakeEngine& one = world.open();
    FakeEngine& two = world.open();
    world.text(one, "0/c1");
    world.text(two, "0/c2");
    world.node.find("/c1")->to("x").emit("e");
    CHECK(one.take() == R"(42/c1,["e"])");
    CHECK(two.take() == "");
    parent.emit("all", 1);
    parent.to("x").except(sid('A')).emit("room");
    CHECK(one.take() == R"(42/c1,["all",1])");
    CHECK(two.take() == R"(42/c2,["all",1] | 42/c2,["room"])");
    CHECK(parent.sockets().empty());
    parent.sockets_join("y");
    CHECK(world.node.find("/c2")->find(sid('B'))->is_in("y"));
    parent.sockets_leave("y");
    CHECK_FALSE(world.node.find("/c2")->find(sid('B'))->is_in("y"));
    parent.disconnect_sockets();
    CHECK(one.take() == "41/c1,");
    CHECK(two.take() == "41/c2,");
    CHECK(parent.children().empty());
  }

  TEST_CASE("what other nodes say to a child is told to the parent's handlers too") {
    World world;
    int heard = 0;
    world.node.of_pattern("^/c").on_server_side_emit(
        [&](const Emission&, ServerSideAck&) { ++heard; });
    Namespace& child = world.node.of("/c");
    child.receive_server_side({"hello", "1"});
    CHECK(heard == 1);
  }

  TEST_CASE("a pattern is looked for anywhere in the name") {
    NameTest test = match_pattern("chat");
    CHECK(test("/my-chat-7"));
    CHECK_FALSE(test("/Chat"));
    CHECK(test(std::string(200, 'a') + "chat"));
  }
}

}  // namespace
}  // namespace veche::socketio
