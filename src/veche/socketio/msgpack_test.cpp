// Goal: one server speaks with text and msgpack clients at the same time. Method: a Node whose
// sessions write down what they are sent; packets are read back into their text.

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "veche/base/encoding.hpp"
#include "veche/socketio/burst.hpp"
#include "veche/socketio/msgpack_decoder.hpp"
#include "veche/socketio/msgpack_encoder.hpp"
#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// A text packet as a msgpack client sends it.
std::string packed(std::string_view text) {
  MsgpackEncoder msgpack;
  return std::string{msgpack.encode(engineio::Outgoing::text(text))->messages().front()};
}

struct Mixed : World {
  /// What the client was sent, each packet as text: "m:0{...}" for msgpack.
  static std::string shown(const std::string& line) {
    if (line.substr(0, 1) != "b") return line;
    const auto bytes = base64_decode(line.substr(1), Base64::standard);
    const auto packet = read_msgpack(*bytes, {});
    return packet ? "m:" + packet->text : "unreadable";
  }
  std::string say(FakeEngine& engine, std::string_view text) {
    return shown(binary(engine, packed(text)));
  }
  FakeEngine& join_by_msgpack() {
    FakeEngine& engine = open();
    say(engine, "0");
    return engine;
  }
};

TEST_SUITE("socketio: both parsers at once") {
  TEST_CASE("the first message tells; handlers see the same event") {
    Mixed world;
    std::string seen;
    world.node.of("/").on("e", [&](Socket& socket, Event& event) {
      seen += std::string{event.args()} + ";";
      event.ack(Raw{"2"});
      socket.emit("back", event.raw());
    });
    FakeEngine& text = world.join();
    CHECK(world.text(text, R"(21["e",1])") == R"(431[2] | 42["back",1])");
    FakeEngine& msgpack = world.open();
    CHECK(Mixed::shown(world.binary(msgpack, packed(R"(0{"token":"x"})")))
              .starts_with("m:0{\"sid\""));
    world.binary(msgpack, packed(R"(21["e",1])"));
    CHECK(seen == "1;1;");
    CHECK(msgpack.sent == 3);
  }

  TEST_CASE("acks, refusals and disconnections come in the client's own form") {
    Mixed world;
    FakeEngine& client = world.join_by_msgpack();
    CHECK(world.say(client, "0/none,") == R"(m:4/none,{"message":"Invalid namespace"})");
    world.node.of("/").on("e", [](Socket&, Event& event) { event.ack(Raw{"\"ok\""}); });
    CHECK(world.say(client, R"(27["e"])") == R"(m:37["ok"])");
    world.node.of("/secret").use([](Socket&, Next next) { next.refuse("no", ""); });
    CHECK(world.say(client, "0/secret,") == R"(m:4/secret,{"message":"no"})");
    world.socket('A').disconnect();
    CHECK(Mixed::shown(client.take()) == "m:1");
  }

  TEST_CASE("a broadcast goes to each in its form") {
    Mixed world;
    FakeEngine& text = world.join();
    FakeEngine& msgpack = world.join_by_msgpack();
    FakeEngine& other = world.join_by_msgpack();
    world.node.of("/").emit("news", Raw{R"({"n":1})"});
    CHECK(text.take() == R"(42["news",{"n":1}])");
    CHECK(Mixed::shown(msgpack.take()) == R"(m:2["news",{"n":1}])");
    CHECK(Mixed::shown(other.take()) == R"(m:2["news",{"n":1}])");
  }

  TEST_CASE("a burst in slices goes to each in its form, those of msgpack last") {
    Mixed world;
    FakeEngine& msgpack = world.join_by_msgpack();
    FakeEngine& other = world.join_by_msgpack();
    FakeEngine& text = world.join();
    Namespace& nsp = world.node.of("/");
    nsp.sockets_join("x");
    Audience audience{nsp.rooms()};
    audience.add("x");
    Burst burst{nsp};
    REQUIRE(burst.add({.event = "news", .args = "1", .offset = "o"}));
    burst.begin(audience);
    CHECK_FALSE(burst.go_on(2));
    CHECK(text.take() == "");
    CHECK_FALSE(burst.go_on(2));
    CHECK(text.take() == R"(42["news",1,"o"])");
    CHECK(Mixed::shown(msgpack.take()) == R"(m:2["news",1,"o"])");
    CHECK(other.take() == "");
    CHECK(burst.go_on(2));
    CHECK(Mixed::shown(other.take()) == R"(m:2["news",1,"o"])");
    CHECK(text.take() + msgpack.take() == "");
  }

  TEST_CASE("an awaited ack comes from a msgpack client") {
    Mixed world;
    FakeEngine& client = world.join_by_msgpack();
    std::string answer;
    world.socket('A').emit_with_ack({"ask", ""}, Milliseconds{0},
                                    [&](Result<AckAnswer> given) { answer = given->args; });
    CHECK(Mixed::shown(client.take()) == R"(m:20["ask"])");
    world.say(client, R"(30[42])");
    CHECK(answer == "42");
  }

  TEST_CASE("a client keeps to its parser") {
    Mixed world;
    CHECK(world.text(world.join_by_msgpack(), R"(2["e"])") == "close flush");
    CHECK(world.binary(world.join(), packed(R"(2["e"])")) == "close flush");
    CHECK(world.binary(world.open(), "noise") == "close flush");
  }

  TEST_CASE("one that says something but joins nothing is closed in time") {
    Mixed world;
    FakeEngine& client = world.open();
    world.say(client, "0/none,");
    world.advance(Options{}.connect_timeout + Milliseconds{10});
    CHECK(client.is_closed());
  }
}

}  // namespace
}  // namespace veche::socketio
