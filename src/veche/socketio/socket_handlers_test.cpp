// Goal: a socket's handlers, middlewares and hooks come, run in Socket.IO's order, and go.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// One client whose handlers write down what they are.
struct Scene : World {
  Scene() { client = &join(); }

  Socket& own() { return socket('A'); }
  EventHandler note(std::string what) {
    return [this, what = std::move(what)](Socket&, Event&) { line += what + " "; };
  }
  std::string event(std::string_view name) {
    line.clear();
    text(*client, R"(2[")" + std::string{name} + R"("])");
    return line;
  }

  FakeEngine* client{};
  std::string line;
};

TEST_SUITE("socketio/socket: handlers") {
  TEST_CASE("off by id, by name, and all") {
    Scene scene;
    const HandlerId first = scene.own().on("e", scene.note("first"));
    scene.own().on("e", scene.note("second"));
    scene.own().once("e", scene.note("once"));
    scene.own().on("f", scene.note("f"));
    CHECK(scene.event("e") == "first second once ");
    scene.own().off(first);
    CHECK(scene.event("e") == "second ");
    scene.own().off("e");
    CHECK(scene.event("e") == "");
    CHECK(scene.event("f") == "f ");
    scene.own().off_all();
    CHECK(scene.event("f") == "");
  }

  TEST_CASE("who listens can be asked") {
    Scene scene;
    Socket& own = scene.own();
    CHECK(own.event_names().empty());
    CHECK(own.listener_count("e") + own.listener_count_any() + own.listener_count_any_outgoing() ==
          0);
    own.on("e", scene.note("1"));
    own.once("e", scene.note("2"));
    own.on("f", scene.note("3"));
    own.on_any(scene.note("any"));
    own.on_any_outgoing([](Socket&, const Emission&) {});
    own.prepend_any_outgoing([](Socket&, const Emission&) {});
    scene.node.of("/").on("g", scene.note("namespace"));
    auto names = own.event_names();
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"e", "f"});
    CHECK(own.listener_count("e") == 2);
    CHECK(own.listener_count("g") == 0);
    CHECK(own.listener_count_any() == 1);
    CHECK(own.listener_count_any_outgoing() == 2);
    scene.event("e");
    CHECK(own.listener_count("e") == 1);
    own.off("f");
    CHECK(own.event_names() == std::vector<std::string>{"e"});
  }

  TEST_CASE("a name is not listed whose handlers are off while they run") {
    Scene scene;
    std::size_t names = 9;
    scene.own().once("e", [&](Socket& self, Event&) { names = self.event_names().size(); });
    scene.event("e");
    CHECK(names == 0);
  }

  TEST_CASE("those for any event come first, the prepended before the others") {
    Scene scene;
    Namespace& nsp = scene.node.of("/");
    nsp.on_any(scene.note("nsp")).prepend_any(scene.note("nsp-front"));
    scene.own().on("e", scene.note("e"));
    scene.own().on_any(scene.note("any"));
    const HandlerId front = scene.own().prepend_any(scene.note("front"));
    CHECK(scene.event("e") == "nsp-front nsp front any e ");
    scene.own().off(front);
    CHECK(scene.event("e") == "nsp-front nsp any e ");
    scene.own().off_any();
    nsp.off_any();
    CHECK(scene.event("e") == "e ");
  }

  TEST_CASE("a namespace's go by name") {
    Scene scene;
    scene.node.of("/").on("e", scene.note("e")).on("f", scene.note("f")).off("e");
    CHECK(scene.event("e") == "");
    CHECK(scene.event("f") == "f ");
  }

  TEST_CASE("what is off does not hear of the end") {
    Scene scene;
    const auto note = [&](Socket&, DisconnectReason) { scene.line += "end "; };
    scene.own().off(scene.own().on_disconnect(note));
    scene.own().off(scene.own().on_disconnecting(note));
    scene.own().on_disconnect(note);
    scene.line.clear();
    scene.own().disconnect();
    CHECK(scene.line == "end ");
  }

  TEST_CASE("before there is anything to take off, nothing happens") {
    Scene scene;
    scene.own().off(HandlerId{1});
    scene.own().off("e");
    scene.own().off_any();
    scene.own().off_any_outgoing();
    scene.own().off_all();
    CHECK(scene.event("e") == "");
  }
}

TEST_SUITE("socketio/socket: middlewares") {
  TEST_CASE("they run after those for any event and before the handlers, in order") {
    Scene scene;
    scene.node.of("/").on("e", scene.note("nsp"));
    scene.own().on("e", scene.note("own"));
    scene.own().on_any(scene.note("any"));
    for (const char* name : {"one", "two"}) {
      scene.own().use([&scene, name](Socket&, Event&) {
        scene.line += std::string{name} + " ";
        return MiddlewareVerdict{};
      });
    }
    CHECK(scene.event("e") == "any one two nsp own ");
  }

  TEST_CASE("one that refuses drops the event, and the error handlers are told") {
    Scene scene;
    scene.own().on("e", scene.note("own"));
    scene.own().use([](Socket&, Event& event) -> MiddlewareVerdict {
      if (event.name == "e") return refuse("not you", R"({"code":7})");
      return {};
    });
    const HandlerId never = scene.own().use([&](Socket&, Event&) {
      scene.line += "never ";
      return MiddlewareVerdict{};
    });
    CHECK(scene.event("e") == "");
    CHECK(scene.log.lines == "event 'e': not you");
    scene.own().on_error(
        [&](Socket&, const MiddlewareError& error) { scene.line += error.message + error.data; });
    CHECK(scene.event("e") == R"(not you{"code":7})");
    CHECK(scene.event("f") == "never ");
    scene.own().off(never);
    CHECK(scene.event("f") == "");
    CHECK(scene.log.lines == "event 'e': not you");
  }

  TEST_CASE("one that throws or disconnects ends it there") {
    Scene scene;
    scene.own().on("e", scene.note("own"));
    scene.own().on_error([&](Socket&, const MiddlewareError&) { scene.line += "error "; });
    scene.own().use([](Socket& socket, Event&) {
      socket.disconnect();
      return MiddlewareVerdict{};
    });
    CHECK(scene.event("e") == "");
    Scene other;
    other.own().on("e", other.note("own"));
    other.own().on_error([&](Socket&, const MiddlewareError&) { other.line += "error "; });
    other.own().use([](Socket&, Event&) -> MiddlewareVerdict { throw std::runtime_error{"why"}; });
    CHECK(other.event("e") == "");
    CHECK(other.log.lines == "handler of 'e' threw: why");
  }
}

TEST_SUITE("socketio/socket: outgoing") {
  OutgoingHandler note_outgoing(std::string & line) {
    return [&line](Socket&, const Emission& emission) {
      line.append(emission.event).append("(").append(emission.args).append(") ");
    };
  }

  TEST_CASE("whatever is sent to the socket is heard, and nothing else") {
    Scene scene;
    scene.join();
    const HandlerId id = scene.own().on_any_outgoing(note_outgoing(scene.line));
    scene.own().emit("one", 1);
    scene.own().emit_with_ack("ask", [](Result<void>) {});
    scene.node.of("/").emit("all");
    scene.node.of("/").to(sid('B')).emit("other");
    scene.own().broadcast().emit("others");
    CHECK(scene.line == "one(1) ask() all() ");
    scene.line.clear();
    scene.own().off(id);
    scene.own().emit("one");
    scene.node.of("/").emit("all");
    CHECK(scene.line == "");
  }

  TEST_CASE("the prepended comes first, off takes all") {
    Scene scene;
    scene.own().on_any_outgoing([&](Socket&, const Emission&) { scene.line += "b"; });
    scene.own().prepend_any_outgoing([&](Socket&, const Emission&) { scene.line += "a"; });
    scene.own().emit("e");
    CHECK(scene.line == "ab");
    scene.own().off_any_outgoing();
    scene.own().emit("e");
    CHECK(scene.line == "ab");
  }

  TEST_CASE("a handler may end any socket, its own too, in a broadcast or alone") {
    Scene scene;
    scene.join();
    scene.join();
    for (const char letter : {'A', 'B', 'C'}) {
      scene.socket(letter).on_any_outgoing([&](Socket& self, const Emission&) {
        scene.line.push_back(self.id().front());
        scene.node.of("/").disconnect_sockets();
      });
    }
    scene.node.of("/").emit("e");
    CHECK(scene.line == "A");
    CHECK(scene.node.of("/").sockets().empty());
    scene.join();
    scene.socket('D').on_any_outgoing([](Socket& self, const Emission&) { self.disconnect(); });
    scene.engines.back()->take();
    scene.socket('D').emit("never sent");
    CHECK(scene.engines.back()->take() == "41");
  }
}

}  // namespace
}  // namespace veche::socketio
