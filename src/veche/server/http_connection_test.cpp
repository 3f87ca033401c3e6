// Goal: requests are answered in their turn, and every kind of peer that waits, floods, stalls or
// vanishes finds its limit. Method: a network in memory and a clock that the test moves.

#include "veche/server/http_connection.hpp"

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

namespace veche::server {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Answers "1", "2", ... in the order of the requests, later when told so.
struct Answerer {
  explicit Answerer(ServerWorld& world) {
    world.worker().on_request([this](http::Request request, http::Responder responder) {
      bodies.push_back(request.body);
      waiting.push_back(std::move(responder));
      if (is_prompt) answer();
    });
  }
  void answer() {
    for (auto& responder : std::exchange(waiting, {})) {
      http::Response response;
      response.body = padding + std::to_string(++answered);
      responder.respond(std::move(response));
    }
  }
  bool is_prompt{true};
  std::string padding;
  int answered{};
  std::vector<std::string> bodies;
  std::vector<http::Responder> waiting;
};

TEST_SUITE("server/http_connection: answers") {
  TEST_CASE("pipelined requests are answered in order, on one connection") {
    ServerWorld world;
    Answerer answerer{world};
    const auto answers = world.ask(std::string{get} + std::string{get} + std::string{get});
    CHECK(count(answers, "HTTP/1.1 200") == 3);
    CHECK(answers.find("\r\n\r\n1") < answers.find("\r\n\r\n2"));
    CHECK(answers.find("\r\n\r\n2") < answers.find("\r\n\r\n3"));
  }

  TEST_CASE("the second is not begun before the first is answered") {
    ServerWorld world;
    Answerer answerer{world};
    answerer.is_prompt = false;
    auto client = world.network.connect(80);
    client.send(std::string{get} + std::string{get});
    world.settle();
    CHECK(answerer.waiting.size() == 1);
    answerer.answer();
    world.settle();
    CHECK(answerer.waiting.size() == 1);
    answerer.answer();
    world.settle();
    CHECK(count(client.receive(), "HTTP/1.1 200") == 2);
  }

  TEST_CASE("a request in pieces, a body, and 100-continue") {
    ServerWorld world;
    Answerer answerer{world};
    auto client = world.network.connect(80);
    for (const char byte : std::string_view{"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                                            "Expect: 100-continue\r\n\r\n"}) {
      client.send({&byte, 1});
      world.settle();
    }
    CHECK(client.receive() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    world.settle();
    CHECK(answerer.bodies == std::vector<std::string>{"hello"});
    CHECK(client.receive().starts_with("HTTP/1.1 200"));
  }

  TEST_CASE("a refused request is answered, and the connection closed behind it") {
    ServerWorld world;
    Answerer answerer{world};
    auto client = world.network.connect(80);
    client.send("GET / HTTP/1.1\r\n\r\n" + std::string{get});
    world.settle();
    const auto answers = client.receive();
    CHECK(answers.starts_with("HTTP/1.1 400"));
    CHECK(count(answers, "HTTP/1.1") == 1);
    CHECK(client.is_at_end());
    CHECK(answerer.answered == 0);
  }

  TEST_CASE("a responder that is dropped answers 500; one whose peer has gone answers nobody") {
    ServerWorld world;
    Answerer answerer{world};
    answerer.is_prompt = false;
    auto client = world.network.connect(80);
    client.send(get);
    world.settle();
    answerer.waiting.clear();
    world.settle();
    CHECK(client.receive().starts_with("HTTP/1.1 500"));

    client.send(get);
    world.settle();
    client.vanish();
    world.settle();
    REQUIRE(answerer.waiting.size() == 1);
    CHECK_FALSE(answerer.waiting.front().is_pending());
    answerer.answer();
    world.settle();
  }
}

TEST_SUITE("server/http_connection: CORS (CONTRACT R2)") {
  TEST_CASE("every answer names the origin; a foreign one is refused before anybody is asked") {
    ServerWorld world;
    Answerer answerer{world};
    const auto answer =
        world.ask("GET /x HTTP/1.1\r\nHost: x\r\nOrigin: https://good.example\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 200"));
    CHECK(count(answer, "Access-Control-Allow-Origin: https://good.example") == 1);
    CHECK(count(answer, "Access-Control-Allow-Credentials: true") == 1);
    const auto refused =
        world.ask("GET /x HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n");
    CHECK(refused.starts_with("HTTP/1.1 403"));
    CHECK(refused.ends_with(R"({"code":4,"message":"Forbidden"})"));
    CHECK(answerer.answered == 1);
  }

  TEST_CASE("a preflight is answered 204") {
    ServerWorld world;
    const auto answer = world.ask(
        "OPTIONS /auth/login HTTP/1.1\r\nHost: x\r\nOrigin: https://good.example\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 204"));
    CHECK(count(answer, "GET,HEAD,PUT,PATCH,POST,DELETE") == 1);
  }
}

TEST_SUITE("server/http_connection: peers that wait (RELIABILITY 1, 12)") {
  TEST_CASE("a head has 10 s from its first byte, however it drips") {
    ServerWorld world;
    auto client = world.network.connect(80);
    client.send("G");
    world.settle();
    world.pass(6s);
    client.send("E");
    world.pass(3s);
    CHECK_FALSE(client.is_at_end());
    world.pass(2s);
    CHECK(client.is_at_end());
  }

  TEST_CASE("a body has 30 s, then 408") {
    ServerWorld world;
    auto client = world.network.connect(80);
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 29; ++i) {
      world.pass(1s);
      client.send("x");
    }
    CHECK(client.receive().empty());
    world.pass(2s);
    CHECK(client.receive().starts_with("HTTP/1.1 408"));
    CHECK(client.is_at_end());
  }

  TEST_CASE("an idle connection is closed in silence, one with an answer under way is not") {
    ServerWorld world;
    Answerer answerer{world};
    answerer.is_prompt = false;
    auto idle = world.network.connect(80);
    auto polling = world.network.connect(80);
    polling.send(get);
    world.pass(76s);
    CHECK(idle.is_at_end());
    CHECK(idle.receive().empty());
    CHECK_FALSE(polling.is_at_end());
  }
}

TEST_SUITE("server/http_connection: peers that flood (RELIABILITY 10)") {
  TEST_CASE("10,000 pipelined requests of one that never reads stop at the output's limit") {
    ServerWorld world;
    Answerer answerer{world};
    answerer.padding = std::string(1'000, 'x');
    auto client = world.network.connect(80);
    client.set_window(0);
    std::string flood;
    for (int i = 0; i < 10'000; ++i) flood += get;
    client.send(flood);
    world.settle();
    CHECK(answerer.answered < 200);
    world.pass(20s);  // no progress for 15 s ends it
    CHECK(client.is_closed());
  }

  TEST_CASE("bytes that come while an answer is awaited are kept up to a limit") {
    Options options;
    options.pipelined_bytes_max = 1'000;
    ServerWorld world{1, options};
    Answerer answerer{world};
    answerer.is_prompt = false;
    auto client = world.network.connect(80);
    client.set_read_size(500);
    client.send(get);
    world.settle();
    std::string flood;
    for (int i = 0; i < 1'000; ++i) flood += get;
    client.send(flood);
    world.settle();
    answerer.is_prompt = true;
    answerer.answer();
    for (int i = 0; i < 5; ++i) world.settle();
    CHECK(count(client.receive(), "HTTP/1.1 200") == 1'001);
  }
}

}  // namespace
}  // namespace veche::server
