// Goal: one thing at a time is asked, and each is answered or not, once.

#include "veche/client/http_connection.hpp"

#include <doctest/doctest.h>

#include "veche/client/fake_peer_test.hpp"

namespace veche::client {
namespace {

using testing::ClientWorld;
using testing::FakeClient;

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct HttpOwner final : HttpEvents {
  void answered(HttpConnection& /*connection*/, int status, std::string_view body,
                Instant /*now*/) override {
    line += std::to_string(status) + " " + std::string{body} + "; ";
  }
  void unanswered(HttpConnection& /*connection*/, std::string_view why) override {
    line += std::string{why} + "; ";
  }
  std::string line;
};

struct HttpConversation {
  void ask(std::string_view request = "GET / HTTP/1.1\r\n\r\n") {
    REQUIRE(connection.ask(world.server, "", request).has_value());
    world.turn();
    if (auto taken = world.network.take_connect()) peer.emplace(*taken);
  }
  std::string say(std::string_view bytes) {
    peer->send(bytes);
    world.turn();
    return std::exchange(owner.line, {});
  }

  ClientWorld world;
  HttpOwner owner;
  HttpConnection connection{world.context, owner};
  std::optional<FakeClient> peer;
};

TEST_SUITE("client/http_connection") {
  TEST_CASE("the connection is kept from one request to the next") {
    HttpConversation talk;
    talk.ask();
    CHECK(talk.connection.is_waiting());
    CHECK(talk.peer->receive() == "GET / HTTP/1.1\r\n\r\n");
    CHECK(talk.say(ok_answer.substr(0, 10)) == "");
    CHECK(talk.say(ok_answer.substr(10)) == "200 ok; ");
    CHECK_FALSE(talk.connection.is_waiting());
    talk.ask("POST / HTTP/1.1\r\n\r\n");
    CHECK(talk.peer->receive() == "POST / HTTP/1.1\r\n\r\n");
    CHECK(talk.say(ok_answer) == "200 ok; ");
    CHECK(talk.world.network.open_count() == 1);
  }

  TEST_CASE("a server's end is told only to who waits for an answer") {
    HttpConversation talk;
    talk.ask();
    CHECK(talk.say(ok_answer) == "200 ok; ");
    talk.peer->finish();
    talk.world.turn();
    CHECK(talk.owner.line == "");
    talk.ask();
    talk.peer->finish();
    talk.world.turn();
    CHECK(talk.owner.line == "peer closed; ");
  }

  TEST_CASE("the last request is followed by the end, with or without an answer") {
    HttpConversation talk;
    REQUIRE(talk.connection.ask_last(talk.world.server, "", "POST / HTTP/1.1\r\n\r\n").has_value());
    talk.world.turn();
    talk.peer.emplace(talk.world.network.take_connect().value());
    CHECK(talk.peer->receive() == "POST / HTTP/1.1\r\n\r\n");
    CHECK(talk.peer->is_at_end());
    CHECK(talk.say(ok_answer) == "");
    talk.peer->finish();
    talk.world.turn();
    CHECK(talk.owner.line == "closed; ");
  }

  TEST_CASE("paused it hears nothing, and abandoned nothing more") {
    HttpConversation talk;
    talk.ask();
    talk.connection.pause_reading();
    CHECK(talk.say(ok_answer) == "");
    talk.connection.resume_reading();
    talk.world.turn();
    CHECK(talk.owner.line == "200 ok; ");
    talk.ask();
    talk.connection.abandon();
    CHECK(talk.say(ok_answer) == "200 ok; ");
    CHECK(talk.peer->is_closed());
    talk.connection.pause_reading();
    talk.connection.resume_reading();
  }
}

}  // namespace
}  // namespace veche::client
