// Goal: over TLS the timeouts of HTTP still hold, requests say that they are secure, and sockets
// move between loops. Method: a server over TLS over a network in memory, driven by a clock.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/loop/tls_net.hpp"
#include "veche/loop/tls_world_test.hpp"
#include "veche/server/server_world_test.hpp"

namespace veche::server {
namespace {

using namespace std::chrono_literals;

/// Two loops over TLS.
struct SecureWorld {
  SecureWorld() {
    for (int i = 0; i < 2; ++i) {
      below.push_back(std::make_unique<testing::FakeNet>(network));
      nets.push_back(std::make_unique<loop::TlsNet>(*below.back(), *context, log));
      seams.push_back({*nets.back(), clock, rng, log});
    }
    server = std::make_unique<Server>(Options{}, seams);
    VECHE_EXPECTS(server->listen({"0.0.0.0", 443}).has_value());
    for (const auto& worker : server->workers()) {
      worker->on_request([](http::Request request, http::Responder responder) {
        responder.respond({.body = request.is_secure ? "secure" : "plain"});
      });
    }
  }

  void settle() {
    for (int i = 0; i < 20; ++i) {
      for (const auto& one : server->workers()) one->loop().turn(0ms);
    }
  }
  void pass(Milliseconds time) {
    for (; time > 0ms; time -= 100ms) {
      clock.advance(100ms);
      for (const auto& one : server->workers()) one->loop().turn(0ms);
    }
  }
  void talk(loop::TlsClient& client, testing::FakeClient& wire) {
    for (int i = 0; i < 6; ++i) {
      wire.send(client.take_wire());
      settle();
      client.feed(wire.receive());
    }
  }

  support::TempFolder folder;
  std::unique_ptr<loop::TlsContext> context =
      loop::TlsContext::load(loop::make_certificate(folder.path(), "a")).value();
  testing::VirtualClock clock;
  testing::SeededRng rng{1};
  SilentLog log;
  testing::FakeNetwork network;
  std::vector<std::unique_ptr<testing::FakeNet>> below;
  std::vector<std::unique_ptr<loop::TlsNet>> nets;
  std::vector<WorkerSeams> seams;
  std::unique_ptr<Server> server;
};

TEST_SUITE("server: over TLS") {
  TEST_CASE("a request says that it came over TLS") {
    SecureWorld world;
    testing::FakeClient wire = world.network.connect(443);
    loop::TlsClient client;
    world.talk(client, wire);
    client.say("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    world.talk(client, wire);
    CHECK(client.take_said().ends_with("secure"));
  }

  TEST_CASE("a handshake that does not begin, or does not end, ends with idle_timeout") {
    for (const std::size_t part : {0U, 50U}) {
      SecureWorld world;
      testing::FakeClient wire = world.network.connect(443);
      loop::TlsClient client;
      wire.send(client.take_wire().substr(0, part));
      world.settle();
      world.pass(Options{}.idle_timeout - 1s);
      CHECK_FALSE(wire.is_at_end());
      world.pass(2s);
      CHECK(wire.is_at_end());
      world.pass(Options{}.loop.linger + 1s);
      CHECK(wire.is_closed());
      CHECK(world.network.open_count() == 0);
    }
  }

  TEST_CASE("a head that does not end, sent over TLS, ends with head_timeout") {
    SecureWorld world;
    testing::FakeClient wire = world.network.connect(443);
    loop::TlsClient client;
    world.talk(client, wire);
    client.say("GET /x HTTP/1.1\r\nHo");
    world.talk(client, wire);
    world.pass(Options{}.head_timeout + 1s);
    client.feed(wire.receive());
    CHECK(client.has_close_notify());
  }

  TEST_CASE("a poll that comes to another loop takes its TLS along") {
    SecureWorld world;
    // The acceptor gives connections to the loops in turn.
    testing::FakeClient first = world.network.connect(443);
    loop::TlsClient opener;
    world.talk(opener, first);
    testing::FakeClient second = world.network.connect(443);
    loop::TlsClient poller;
    world.talk(poller, second);
    opener.say("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
    world.talk(opener, first);
    const std::string opened = opener.take_said();
    const auto at = opened.find("\"sid\":\"") + 7;
    const std::string sid = opened.substr(at, opened.find('"', at) - at);
    const std::string post = "POST /socket.io/?EIO=4&transport=polling&sid=" + sid +
                             " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                             "Content-Length: 2\r\n\r\n40";
    poller.say(post);
    world.talk(poller, second);
    CHECK(poller.take_said().ends_with("ok"));
    poller.say("GET /socket.io/?EIO=4&transport=polling&sid=" + sid +
               " HTTP/1.1\r\nHost: x\r\n\r\n");
    world.talk(poller, second);
    CHECK(poller.take_said().find("40{\"sid\":") != std::string::npos);
    CHECK(world.context->parked_count() == 0);
  }
}

}  // namespace
}  // namespace veche::server
