// Goal: a loop over TLS behaves as one without. Method: loops on a network in memory, clients that
// speak TLS by OpenSSL, and transcripts of what the owners of connections are told.

#include "veche/loop/tls_net.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/loop/loop.hpp"
#include "veche/loop/tls_world_test.hpp"

#include "support/loop_world.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::FakeClient;
using testing::FakeNet;
using testing::FakeNetwork;
using testing::Journal;
using testing::VirtualClock;

class Events final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
  void event(std::string_view kind, std::string_view line) override {
    text += std::string{kind} + ": " + std::string{line} + "; ";
  }
  std::string text;
};

/// A loop over TLS.
struct Side {
  Side(FakeNetwork& network, TlsContext& context, Log& log, const Clock& clock)
      : below{network}, net{below, context, log}, loop{net, clock, {}} {}

  FakeNet below;
  TlsNet net;
  Loop loop;
  Journal journal{loop};
};

/// A client with its wire.
struct Peer {
  explicit Peer(FakeNetwork& network, const std::string& address = "10.0.0.1")
      : wire{network.connect(443, address)} {}
  FakeClient wire;
  TlsClient tls;
};

struct World {
  World() { VECHE_EXPECTS(side.loop.listen({"0.0.0.0", 443}, side.journal).has_value()); }

  /// Lets everybody say what they have, until nothing moves.
  void talk(Peer& peer, int rounds = 8) {
    for (int i = 0; i < rounds; ++i) {
      const std::string bytes = peer.tls.take_wire();
      if (!bytes.empty()) peer.wire.send(bytes);
      turn();
      peer.tls.feed(peer.wire.receive());
    }
  }
  void turn() {
    side.loop.turn(0ms);
    other.loop.turn(0ms);
  }
  void pass(Milliseconds duration) {
    for (; duration > 0ms; duration -= 100ms) {
      clock.advance(100ms);
      turn();
    }
  }

  support::TempFolder folder;
  std::unique_ptr<TlsContext> context =
      TlsContext::load(make_certificate(folder.path(), "a")).value();
  VirtualClock clock;
  Events log;
  FakeNetwork network;
  Side side{network, *context, log, clock};
  Side other{network, *context, log, clock};
};

TEST_SUITE("loop/tls_net: a conversation") {
  TEST_CASE("the owner sees plain bytes, and the end when the client says it") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    CHECK(world.side.journal.take() == "");
    CHECK(world.side.journal.connection("10.0.0.1").is_secure());
    peer.tls.say("hello");
    world.talk(peer);
    CHECK(world.side.journal.take() == "received hello");
    world.side.journal.connection("10.0.0.1").send(Frame::copy("good day"), Priority::hi);
    world.talk(peer);
    CHECK(peer.tls.take_said() == "good day");
    peer.tls.say_close_notify();
    world.talk(peer);
    CHECK(world.side.journal.take() == "ended peer closed");
    CHECK(peer.wire.is_closed());
    CHECK(world.network.open_count() == 0);
  }

  TEST_CASE("close_after_flush() sends the rest and close_notify") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    Connection& connection = world.side.journal.connection("10.0.0.1");
    connection.send(Frame::copy("bye"), Priority::hi);
    connection.close_after_flush();
    world.talk(peer, 2);
    CHECK(peer.tls.take_said() == "bye");
    CHECK(peer.tls.has_close_notify());
    peer.wire.finish();
    world.turn();
    CHECK(world.side.journal.take() == "ended closed");
  }

  TEST_CASE("a client that is cut is broken") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    peer.wire.finish();
    world.turn();
    CHECK(world.side.journal.take() == "ended broken");
  }

  TEST_CASE("megabytes go both ways through a narrow wire") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    std::string heard;
    world.side.journal.on_received = [&](Connection&, std::string_view bytes) { heard += bytes; };
    const std::string up(3'000'000, 'u');
    const std::string down(3'000'000, 'd');
    peer.tls.say(up);
    world.side.journal.connection("10.0.0.1").send(Frame::copy(down), Priority::hi);
    peer.wire.set_window(50'000);
    peer.wire.set_read_size(10'000);
    std::string said;
    for (int i = 0; i < 1'000 && (heard.size() < up.size() || said.size() < down.size()); ++i) {
      world.talk(peer, 1);
      said += peer.tls.take_said();
    }
    CHECK(heard == up);
    CHECK(said == down);
  }

  TEST_CASE("a client that has said its goodbye above TLS may say it in TLS too") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    world.side.journal.connection("10.0.0.1").end_after_flush();
    world.talk(peer);
    CHECK_FALSE(peer.wire.is_closed());
    peer.tls.say_close_notify();
    world.talk(peer);
    CHECK(peer.wire.is_closed());
    CHECK_FALSE(peer.wire.is_reset());
  }

  TEST_CASE("a client that stops reading is found stalled") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    peer.wire.set_window(0);
    world.side.journal.connection("10.0.0.1").send(Frame::copy("hello"), Priority::hi);
    world.pass(15'500ms);
    CHECK(world.side.journal.take() == "ended stalled");
  }

  TEST_CASE("a reloaded certificate is for new connections; old ones live on") {
    World world;
    Peer before{world.network};
    world.talk(before);
    make_certificate(world.folder.path(), "b");
    for (const char* kind : {".pem", ".key"}) {
      std::filesystem::rename(world.folder.path() / (std::string{"b"} + kind),
                              world.folder.path() / (std::string{"a"} + kind));
    }
    REQUIRE(world.context->reload().has_value());
    Peer after{world.network, "10.0.0.2"};
    world.talk(after);
    CHECK(before.tls.server_name() == "a");
    CHECK(after.tls.server_name() == "b");
    before.tls.say("still here");
    world.talk(before);
    CHECK(world.side.journal.take() == "received still here");
  }
}

TEST_SUITE("loop/tls_net: level-triggered") {
  TEST_CASE("bytes that TLS holds are told until they are read, without a wait") {
    World world;
    TlsNet& net = world.other.net;
    const SocketId listener = net.listen({"0.0.0.0", 444}).value();
    FakeClient wire = world.network.connect(444);
    TlsClient tls;
    const SocketId socket = net.accept(listener).value().socket;
    REQUIRE(net.watch(socket, {.read = true}, 9));
    std::array<char, 10> buffer{};
    for (int i = 0; i < 8; ++i) {
      wire.send(tls.take_wire());
      CHECK(net.read(socket, buffer).status == IoStatus::again);
      tls.feed(wire.receive());
    }
    tls.say(std::string(25, 'x'));
    wire.send(tls.take_wire());
    std::string told;
    for (int i = 0; i < 6; ++i) {
      const auto ready = net.wait(100ms);
      told += std::to_string(world.other.below.asked_to_wait().count()) + ":";
      for (const Ready& one : ready) told += std::to_string(one.token);
      if (ready.empty()) break;
      told += "=" + std::to_string(net.read(socket, buffer).bytes) + " ";
    }
    CHECK(told == "100:9=10 0:9=10 0:9=5 100:");
    net.close(socket);
    net.close(listener);
  }

  TEST_CASE("a paused connection is not told, and goes on when resumed") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    Connection& connection = world.side.journal.connection("10.0.0.1");
    connection.pause_reading();
    peer.tls.say(std::string(70'000, 'x'));
    world.talk(peer);
    CHECK(world.side.journal.take() == "");
    connection.resume_reading();
    std::size_t heard = 0;
    world.side.journal.on_received = [&](Connection&, std::string_view bytes) {
      heard += bytes.size();
    };
    world.talk(peer);
    CHECK(heard == 70'000);
  }

  TEST_CASE("the handshakes of a crowd are spread over turns") {
    World world;
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < TlsNet::handshakes_a_turn + 8; ++i) {
      peers.push_back(std::make_unique<Peer>(world.network, "10.0.1." + std::to_string(i)));
      peers.back()->wire.send(peers.back()->tls.take_wire());
    }
    std::string answered;
    for (int turn = 0; turn < 4; ++turn) {
      world.turn();
      int count = 0;
      for (const auto& peer : peers) {
        const std::string bytes = peer->wire.receive();
        count += bytes.empty() ? 0 : 1;
      }
      answered += std::to_string(count) + " ";
    }
    CHECK(answered == "0 32 8 0 ");
  }

  TEST_CASE("a system that has no room to watch is told of") {
    World world;
    Peer peer{world.network};
    const SocketId listener = world.other.net.listen({"0.0.0.0", 444}).value();
    FakeClient wire = world.network.connect(444);
    const SocketId socket = world.other.net.accept(listener).value().socket;
    world.other.below.refuse_to_watch(true);
    CHECK_FALSE(world.other.net.watch(socket, {.read = true}, 1));
    world.other.net.close(socket);
    world.other.net.close(listener);
    CHECK(world.context->parked_count() == 0);
  }
}

TEST_SUITE("loop/tls_net: hand-over") {
  TEST_CASE("a connection goes on, on another loop, with what TLS holds") {
    World world;
    Peer peer{world.network};
    world.talk(peer);
    const SocketId socket = world.side.journal.connection("10.0.0.1").release();
    CHECK(world.context->parked_count() == 1);
    Connection& moved = world.other.loop.adopt(socket, "10.0.0.1", world.other.journal);
    CHECK(world.context->parked_count() == 0);
    CHECK(moved.is_secure());
    peer.tls.say("hello");
    world.talk(peer);
    CHECK(world.other.journal.take() == "received hello");
    moved.send(Frame::copy("from the other"), Priority::hi);
    world.talk(peer);
    CHECK(peer.tls.take_said() == "from the other");
    CHECK(world.side.journal.take() == "");
  }

  TEST_CASE("a fresh connection may be adopted by another loop than the listener's") {
    World world;
    struct Mover final : Acceptor {
      explicit Mover(Side& side) : to{side} {}
      void accepted(Accepted accepted) override { to.journal.accepted(std::move(accepted)); }
      Side& to;
    } mover{world.other};
    REQUIRE(world.side.loop.listen({"0.0.0.0", 444}, mover).has_value());
    Peer peer{world.network};
    peer.wire = world.network.connect(444, "10.0.0.2");
    world.talk(peer);
    peer.tls.say("hello");
    world.talk(peer);
    CHECK(world.other.journal.take() == "received hello");
  }
}

TEST_SUITE("loop/tls_net: RELIABILITY.md section 4, what is no TLS") {
  TEST_CASE("plain HTTP and noise are closed, and told to the log as an event") {
    World world;
    Peer http{world.network};
    http.wire.send("GET / HTTP/1.1\r\n\r\n");
    Peer noise{world.network, "10.0.0.2"};
    noise.wire.send(std::string(5'000, '\x80'));
    world.turn();
    world.turn();
    CHECK(world.side.journal.take() == "ended broken, ended broken");
    CHECK(http.wire.is_closed());
    CHECK(noise.wire.is_closed());
    CHECK(world.log.text ==
          "tls: no handshake with 10.0.0.1: http request; "
          "tls: no handshake with 10.0.0.2: wrong version number; ");
  }

  TEST_CASE("one that says nothing and goes is not worth a line") {
    World world;
    Peer peer{world.network};
    world.turn();
    peer.wire.finish();
    world.turn();
    CHECK(world.side.journal.take() == "ended peer closed");
    CHECK(world.log.text == "");
  }

  TEST_CASE("what was not accepted by a listener has no TLS") {
    World world;
    const SocketId socket = world.side.net.connect({"10.0.0.9", 1}, "").value();
    Connection& connection = world.side.loop.adopt(socket, "10.0.0.9", world.side.journal);
    CHECK_FALSE(connection.is_secure());
    FakeClient server = world.network.take_connect().value();
    server.send("plain");
    world.turn();
    CHECK(world.side.journal.take() == "received plain");
    connection.close_after_flush();
    world.turn();
    CHECK(server.is_at_end());
  }
}

}  // namespace
}  // namespace veche::loop
