// Goal: a handler's parameters say what it takes, and only that reaches it.

#include "veche/socketio/typed.hpp"

#include <map>
#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>

#include "veche/socketio/values_test.hpp"
#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

void free_function(Socket& socket, int number) { socket.emit("free", number + 1); }

/// "say" with one of everything.
struct Typed : World {
  Typed() {
    node.of("/").on(
        "say", [this](Socket& socket, std::string text, int n, std::optional<bool> flag, Ack ack) {
          told = std::string{socket.id().substr(0, 1)} + " " + text + " " + std::to_string(n) +
                 (flag ? (*flag ? " yes" : " no") : "");
          ack(n + 1, "ok");
        });
    client = &join();
  }
  std::string say(std::string_view packet) {
    told.clear();
    return text(*client, packet);
  }

  std::string told;
  FakeEngine* client{};
};

TEST_SUITE("socketio/typed: handlers") {
  TEST_CASE("arguments come as the parameters say; the ack takes values") {
    Typed world;
    CHECK(world.say(R"(27["say","hi",3,true])") == R"(437[4,"ok"])");
    CHECK(world.told == "A hi 3 yes");
    CHECK(world.say(R"(2["say","hi",3])") == "");
    CHECK(world.told == "A hi 3");
    CHECK(world.say(R"(2["say","hi",3.0,null,"more",{}])") == "");
    CHECK(world.told == "A hi 3");
  }

  TEST_CASE("what does not suit does not reach it, and the ack says why") {
    Typed world;
    CHECK(world.say(R"(21["say"])") == R"(431[{"error":"argument 1: a string is needed"}])");
    CHECK(world.say(R"(22["say","hi"])") == R"(432[{"error":"argument 2: a number is needed"}])");
    CHECK(world.say(R"(23["say","hi",1,"true"])") ==
          R"(433[{"error":"argument 3: true or false is needed"}])");
    CHECK(world.told == "");
    CHECK(world.log.lines == "");
  }

  TEST_CASE("without an ack the log is told, and who asked for it") {
    Typed world;
    std::string invalid;
    world.node.of("/").on_invalid([&](Socket&, Event& event, std::string_view problem) {
      invalid.append(event.name).append(" ").append(problem);
    });
    CHECK(world.say(R"(2["say",1])") == "");
    CHECK(invalid == "say argument 1: a string is needed");
    CHECK(world.log.lines == "event 'say': argument 1: a string is needed");
    CHECK(world.say(R"(2["say","hi",1])") == "");
    CHECK(world.told == "A hi 1");
  }

  TEST_CASE("parameters may be references and views; socket and ack may be left out") {
    World world;
    std::string told;
    Namespace& nsp = world.node.of("/");
    nsp.on("views", [&](std::string_view text, const std::vector<int>& list, json::Value any) {
      told = std::string{text} + std::to_string(list.size()) + (any.is_object() ? "{}" : "");
    });
    nsp.on("nothing", [&] { told = "nothing"; });
    nsp.on("ack", [](const Ack& ack) { CHECK(ack); });
    nsp.on("free", free_function);
    nsp.on("raw", [&](auto& socket, auto& event) { socket.emit(event.name, event.raw()); });
    FakeEngine& client = world.join();
    world.text(client, R"(2["views","t",[1,2],{}])");
    CHECK(told == "t2{}");
    world.text(client, R"(2["nothing",1])");
    CHECK(told == "nothing");
    CHECK(world.text(client, R"(2["free",1])") == R"(42["free",2])");
    CHECK(world.text(client, R"(2["raw",1,[2]])") == R"(42["raw",1,[2]])");
  }

  TEST_CASE("structs and binary, in and out") {
    World world;
    world.node.of("/").on("draw", [](Socket& socket, const Shape& shape, const Binary& more) {
      socket.emit("drawn", shape, more, BinaryView{"v"});
    });
    FakeEngine& client = world.join();
    world.text(client,
               R"(52-["draw",{"name":"n","points":[],"image":{"_placeholder":true,"num":1}},)"
               R"({"_placeholder":true,"num":0}])");
    world.binary(client, "one");
    CHECK(world.binary(client, "two") ==
          R"(453-["drawn",{"name":"n","points":[],"image":{"_placeholder":true,"num":0}},)"
          R"({"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]+bdHdv+bb25l+bdg==)");
    CHECK(world.text(client, R"(27["draw",{"name":"n","points":[{"x":1}]},"b"])") ==
          R"(437[{"error":"argument 1.points[0].y: a number is needed"}])");
  }

  TEST_CASE("a socket's own may be typed too") {
    World world;
    FakeEngine& client = world.join();
    Socket& socket = world.socket('A');
    socket.on("add", [](int a, int b, Ack ack) { ack(a + b); });
    socket.once("hi", [](Socket& self) { self.emit("hi"); });
    CHECK(world.text(client, R"(21["add",1,2])") == "431[3]");
    CHECK(world.text(client, R"(2["hi"])") == R"(42["hi"])");
    CHECK(world.text(client, R"(2["hi"])") == "");
  }

  TEST_CASE("one that throws is treated as any other") {
    World world;
    world.node.of("/").on("throw", [](int) { throw std::runtime_error{"why"}; });
    CHECK(world.text(world.join(), R"(2["throw",1])") == "close flush");
    CHECK(world.log.lines == "handler of 'throw' threw: why");
  }
}

/// Asks the one client, and writes down what its answer came to.
struct Question : World {
  Question() { client = &join(); }

  template <typename T>
  std::string ask(std::string_view answer) {
    std::string told = "not called";
    socket('A').emit_with_ack("q", 1, "two", [&told](Result<T> result) {
      told = "ok";
      if (!result) told = result.error().text;
    });
    CHECK(client->take() == "42" + std::to_string(id) + R"(["q",1,"two"])");
    text(*client, "3" + std::to_string(id++) + std::string{answer});
    return told;
  }

  FakeEngine* client{};
  int id{};
};

TEST_SUITE("socketio/typed: answers") {
  TEST_CASE("a callback says what answer it wants") {
    Question question;
    CHECK(question.ask<std::string>(R"(["x",1])") == "ok");
    CHECK(question.ask<std::string>("[1]") == "argument 1: a string is needed");
    CHECK(question.ask<void>("[1,2,3]") == "ok");
    CHECK(question.ask<std::tuple<int, Point>>(R"([1,{"x":1,"y":2}])") == "ok");
    CHECK(question.ask<std::tuple<int, Point>>("[1]") == "argument 2: an object is needed");
    CHECK(question.ask<AckAnswer>("[]") == "ok");
    CHECK(question.ask<std::optional<int>>("[]") == "ok");
  }

  TEST_CASE("the values arrive, and the reasons why there are none") {
    World world;
    FakeEngine& client = world.join();
    std::string told;
    Socket& socket = world.socket('A');
    socket.emit_with_ack("q", [&](const Result<std::tuple<int, std::string>>& answer) {
      told += std::to_string(std::get<0>(*answer)) + std::get<1>(*answer);
    });
    CHECK(world.text(client, R"(30[7,"seven"])") == R"(420["q"])");
    CHECK(told == "7seven");
    socket.timeout(Milliseconds{100}).emit_with_ack("q", Raw{"1,2"}, [&](Result<int> answer) {
      CHECK(answer.error().code == Errc::unavailable);
      told += ", late";
    });
    CHECK(client.take() == R"(421["q",1,2])");
    world.advance(Milliseconds{110});
    socket.emit_with_ack("q", [&](auto answer) { told += ", " + answer.error().text; });
    socket.disconnect();
    CHECK(told == "7seven, late, socket has been disconnected");
  }
}

}  // namespace
}  // namespace veche::socketio
