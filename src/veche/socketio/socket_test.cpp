// Goal: what a handler can do with its socket, and what the client sees of it.

#include "veche/socketio/socket.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/socket: identity and handshake") {
  TEST_CASE("an id of 20 characters for each namespace") {
    World world;
    world.node.of("/a");
    FakeEngine& client = world.join();
    world.text(client, "0/a");
    CHECK(world.socket('A').id().size() == 20);
    CHECK(world.node.of("/a").find(sid('B'))->id() == sid('B'));
  }

  TEST_CASE("the handshake is the request and the payload of CONNECT, until forgotten") {
    World world;
    FakeEngine& client = world.open();
    client.request_.query = "EIO=4&x=1";
    world.text(client, R"(0{"token":"t"})");
    Socket& socket = world.socket('A');
    CHECK(socket.auth() == R"({"token":"t"})");
    CHECK(socket.request().query == "EIO=4&x=1");
    socket.forget_handshake();
    CHECK(socket.auth() == "{}");
    CHECK(socket.request().query == "");
  }

  TEST_CASE("the application's data is found by its type") {
    struct User final : SocketData {
      explicit User(std::string i) : id{std::move(i)} {}
      std::string id;
    };
    struct Other final : SocketData {};
    World world;
    world.join();
    Socket& socket = world.socket('A');
    CHECK(socket.data<User>() == nullptr);
    socket.set_data(std::make_unique<User>("7"));
    CHECK(socket.data<User>()->id == "7");
    CHECK(socket.data<Other>() == nullptr);
  }
}

TEST_SUITE("socketio/socket: rooms") {
  TEST_CASE("its id is a room of its own that costs nothing") {
    World world;
    world.join();
    Socket& socket = world.socket('A');
    CHECK(socket.is_in(sid('A')));
    CHECK(world.node.of("/").rooms().size() == 0);
    socket.join("x");
    CHECK(socket.is_in("x"));
    CHECK_FALSE(socket.is_in("y"));
    CHECK(socket.rooms() == std::vector<std::string>{sid('A'), "x"});
    socket.leave("x");
    socket.leave(sid('A'));
    CHECK(socket.rooms() == std::vector<std::string>{sid('A')});
  }
}

TEST_SUITE("socketio/socket: emit") {
  TEST_CASE("unicast is urgent, and carries attachments") {
    World world;
    FakeEngine& client = world.join();
    world.socket('A').emit("hi", Raw{R"(1,"a")"});
    CHECK(client.last == Priority::hi);
    const Attachments one{"one"};
    world.socket('A').emit("b", Raw{R"({"_placeholder":true,"num":0})", &one});
    CHECK(client.take() == R"(42["hi",1,"a"] | 451-["b",{"_placeholder":true,"num":0}]+bb25l)");
  }

  TEST_CASE("volatile events are dropped when more than 256 KiB wait") {
    World world;
    FakeEngine& client = world.join();
    client.queued = 256 * 1024;
    world.socket('A').emit_volatile("typing");
    client.queued += 1;
    world.socket('A').emit_volatile("typing");
    CHECK(client.take() == R"(42["typing"])");
  }
}

/// Asks one client for answers and writes down what comes of it.
struct Asking : World {
  Asking() { client = &join(); }

  void ask(std::string_view args, Milliseconds timeout = Milliseconds{0}) {
    socket('A').emit_with_ack({"ask", args}, timeout, [this](Result<AckAnswer> answer) {
      if (!told.empty()) told += ", ";
      told.append(answer ? answer->args : answer.error().text);
      if (answer)
        for (const auto& attachment : *answer->attachments) told += " +" + attachment;
    });
  }

  std::string told;
  FakeEngine* client{};
};

TEST_SUITE("socketio/socket: emit_with_ack") {
  TEST_CASE("ids count from 0, and answers may come in any order, once") {
    Asking world;
    world.ask("1");
    world.ask("2");
    CHECK(world.client->take() == R"(420["ask",1] | 421["ask",2])");
    world.text(*world.client, R"(31["two",2])");
    world.text(*world.client, "31[]");
    world.text(*world.client, "30[]");
    CHECK(world.told == R"("two",2, )");
  }

  TEST_CASE("an answer may be binary") {
    Asking world;
    world.ask("1");
    world.text(*world.client, R"(61-0[{"_placeholder":true,"num":0}])");
    CHECK(world.told == "");
    world.binary(*world.client, "one");
    CHECK(world.told == R"({"_placeholder":true,"num":0} +one)");
  }

  TEST_CASE("one that does not come in time is given up, and ignored when it comes") {
    Asking world;
    world.ask("1", Milliseconds{100});
    world.ask("2", Milliseconds{100});
    world.advance(Milliseconds{99});
    world.text(*world.client, "31[true]");
    CHECK(world.told == "true");
    world.advance(Milliseconds{10});
    CHECK(world.told == "true, operation has timed out");
    world.text(*world.client, "30[]");
    CHECK(world.told == "true, operation has timed out");
    CHECK(world.wheel.size() == 1);  // connectTimeout's
  }

  TEST_CASE("the time runs from what the node was told last") {
    Asking world;
    world.advance(Milliseconds{1000});
    world.node.advance_to(world.now);
    world.ask("1", Milliseconds{100});
    world.advance(Milliseconds{99});
    CHECK(world.told == "");
    world.advance(Milliseconds{10});
    CHECK(world.told == "operation has timed out");
  }

  TEST_CASE("the end of the socket ends the wait") {
    Asking world;
    world.ask("1");
    world.ask("2", Milliseconds{100});
    Socket& socket = world.socket('A');
    socket.on_disconnect([&](Socket& gone, DisconnectReason) {
      gone.emit_with_ack({"ask"}, {}, [&](Result<AckAnswer> answer) {
        CHECK(answer.error().code == Errc::closed);
      });
    });
    world.text(*world.client, "1");
    CHECK(world.told == "socket has been disconnected, socket has been disconnected");
    CHECK(world.wheel.size() == 1);  // connectTimeout's
  }

  TEST_CASE("as many are awaited as the options say") {
    Options options;
    options.pending_acks_max = 2;
    World world{std::move(options)};
    FakeEngine& client = world.join();
    std::string told;
    for (int i = 0; i < 3; ++i) {
      world.socket('A').emit_with_ack({"ask"}, {}, [&](Result<AckAnswer> answer) {
        told += answer ? "answer " : answer.error().text + ". ";
      });
    }
    CHECK(client.take() == R"(420["ask"] | 421["ask"])");
    CHECK(told == "too many acks are awaited. ");
    world.text(client, "30[]");
    world.text(client, "31[]");
    CHECK(told == "too many acks are awaited. answer answer ");
  }

  TEST_CASE("a callback may disconnect the socket, in time or out of it") {
    World world;
    for (const char letter : {'A', 'B'}) {
      FakeEngine& client = world.join();
      world.socket(letter).emit_with_ack({"ask"}, Milliseconds{100}, [&, letter](auto) {
        world.socket(letter).disconnect(Scope::connection);
      });
      client.take();
      if (letter == 'A') {
        CHECK(world.text(client, "30[]") == "41 | close flush");
      } else {
        world.advance(Milliseconds{110});
        CHECK(client.take() == "41 | close flush");
      }
    }
  }
}

}  // namespace
}  // namespace veche::socketio
