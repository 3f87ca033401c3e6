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

TEST_SUITE("server/http_connection: content codings") {
  TEST_CASE("a long textual answer is compressed for who accepts it") {
    ServerWorld world;
    world.worker().on_request([](const http::Request&, http::Responder responder) {
      http::Response response;
      response.headers.add("Content-Type", "application/json");
      response.body = std::string(5'000, ' ');
      responder.respond(std::move(response));
    });
    const auto plain = world.ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(count(plain, "Content-Length: 5000\r\n") == 1);
    CHECK(count(plain, "Vary: Accept-Encoding\r\n") == 1);
    const auto coded = world.ask("GET /x HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    CHECK(count(coded, "Content-Encoding: gzip\r\n") == 1);
    CHECK(coded.size() < 400);
    const auto head = world.ask("HEAD /x HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    CHECK(count(head, "Content-Length: 5000\r\n") == 1);
    CHECK(head.ends_with("\r\n\r\n"));
  }

  TEST_CASE("what a poll brings is not, while it is short") {
    ServerWorld world;
    const auto poll = world.ask(
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
        "Accept-Encoding: gzip\r\n\r\n");
    CHECK(count(poll, "Content-Encoding") == 0);
  }
}

/// Keeps verdicts until the test gives them.
struct Gate {
  explicit Gate(ServerWorld& world) {
    world.worker().on_allow_request([this](const http::Request&, engineio::Verdict verdict) {
      verdicts.push_back(std::move(verdict));
    });
  }
  void allow() { take().allow(); }
  void refuse() { take().refuse("no key"); }
  engineio::Verdict take() {
    engineio::Verdict verdict = std::move(verdicts.front());
    verdicts.erase(verdicts.begin());
    return verdict;
  }
  std::vector<engineio::Verdict> verdicts;
};

TEST_SUITE("server/http_connection: handshakes that wait for a verdict") {
  TEST_CASE("a WebSocket gets its 101 when it is allowed, and what it sent before is read") {
    ServerWorld world;
    Gate gate{world};
    auto client = world.network.connect(80);
    client.send(std::string{upgrade_request} + client_frame("40"));
    world.settle();
    client.send(client_frame(R"(421["echo",1])"));
    world.settle();
    CHECK(client.receive().empty());
    REQUIRE(gate.verdicts.size() == 1);
    gate.allow();
    world.settle();
    const auto answer = client.receive();
    CHECK(answer.starts_with("HTTP/1.1 101"));
    CHECK(count(answer, "40{\"sid\":\"") == 1);
    CHECK(answer.ends_with("431[1]"));
    CHECK(world.worker().connection_count() == 1);
  }

  TEST_CASE("one that is refused gets 403 and the text; so does a poll, with the code") {
    ServerWorld world;
    Gate gate{world};
    auto client = world.network.connect(80);
    client.send(upgrade_request);
    world.settle();
    gate.refuse();
    world.settle();
    const auto refused = client.receive();
    CHECK(refused.starts_with("HTTP/1.1 403"));
    CHECK(refused.ends_with("\r\n\r\nno key"));
    CHECK(client.is_at_end());
    auto poll = world.network.connect(80);
    poll.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
    world.settle();
    gate.refuse();
    world.settle();
    CHECK(poll.receive().ends_with(R"({"code":4,"message":"no key"})"));
    CHECK(world.worker().engine().session_count() == 0);
  }

  TEST_CASE("a verdict at once works as well") {
    ServerWorld world;
    world.worker().on_allow_request(
        [](const http::Request&, engineio::Verdict verdict) { verdict.allow(); });
    const auto answer = world.ask(std::string{upgrade_request} + client_frame("40"));
    CHECK(answer.starts_with("HTTP/1.1 101"));
    CHECK(count(answer, "40{\"sid\":\"") == 1);
    CHECK(world.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
              .starts_with("HTTP/1.1 200"));
  }

  TEST_CASE("a peer that vanishes meanwhile leaves nothing behind") {
    ServerWorld world;
    Gate gate{world};
    for (const std::string& request :
         {std::string{upgrade_request},
          std::string{"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n"}}) {
      auto client = world.network.connect(80);
      client.send(request);
      world.settle();
      client.vanish();
      world.settle();
      CHECK(world.worker().connection_count() == 0);
      gate.allow();
      world.settle();
      CHECK(world.worker().engine().session_count() == 0);
    }
  }

  TEST_CASE("no verdict within the connect timeout is a refusal") {
    Options options;
    options.connect_timeout = 2s;
    ServerWorld world{1, options};
    Gate gate{world};
    auto client = world.network.connect(80);
    client.send(upgrade_request);
    world.pass(1900ms);
    CHECK(client.receive().empty());
    world.pass(200ms);
    CHECK(client.receive().starts_with("HTTP/1.1 403"));
  }

  TEST_CASE("a wrong upgrade is refused before anybody is asked") {
    ServerWorld world;
    Gate gate{world};
    std::string wrong{upgrade_request};
    wrong.replace(wrong.find("Version: 13"), 11, "Version: 12");
    CHECK(world.ask(wrong).starts_with("HTTP/1.1 426"));
    std::string old{upgrade_request};
    old.replace(old.find("EIO=4"), 5, "EIO=3");
    CHECK(world.ask(old).starts_with("HTTP/1.1 400"));
    CHECK(gate.verdicts.empty());
  }

  TEST_CASE("the 101 of a handshake brings the cookie") {
    Options options;
    options.engineio.cookie.emplace();
    ServerWorld world{1, options};
    const auto answer = world.ask(upgrade_request);
    const auto at = answer.find("Set-Cookie: io=") + 15;
    const auto sid = answer.substr(at, answer.find(';', at) - at);
    CHECK(answer.find("0{\"sid\":\"" + sid + "\"") != answer.npos);
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
