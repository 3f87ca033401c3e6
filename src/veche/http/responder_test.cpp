// Goal: one answer a request, whatever happens first. Method: a connection that writes down
// what it was given, and every order of answering, dropping and leaving.

#include "veche/http/responder.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace veche::http {
namespace {

struct Connection {
  std::string line;
  std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>(
      [this](Response response) { line += std::to_string(response.status) + response.body; });
};

TEST_SUITE("http/responder: answering") {
  TEST_CASE("the first answer is delivered, the second goes nowhere") {
    Connection connection;
    Responder responder{connection.exchange};
    CHECK(responder.is_pending());
    responder.respond({.status = 200, .headers = {}, .body = " ok"});
    responder.respond({.status = 404});
    CHECK_FALSE(responder.is_pending());
    CHECK_FALSE(connection.exchange->is_pending());
    CHECK(connection.line == "200 ok");
  }

  TEST_CASE("a responder dropped without an answer answers 500, and only the last owner does") {
    Connection connection;
    {
      Responder first{connection.exchange};
      const Responder second{std::move(first)};
      CHECK(connection.line == "");
    }
    CHECK(connection.line == "500");
  }

  TEST_CASE("a responder that is assigned over answers 500 for what it held") {
    Connection one;
    Connection other;
    Responder responder{one.exchange};
    responder = Responder{other.exchange};
    CHECK(one.line == "500");
    CHECK(other.line == "");
    responder.respond({.status = 204});
    CHECK(other.line == "204");
  }

  TEST_CASE("an answer may let go of the exchange while it is delivered") {
    std::shared_ptr<Exchange> exchange;
    std::string line;
    exchange = std::make_shared<Exchange>([&](Response) {
      exchange.reset();
      line += "answered";
    });
    Responder{exchange}.respond({});
    CHECK(line == "answered");
  }
}

TEST_SUITE("http/responder: a peer that goes") {
  TEST_CASE("the answerer is told once, and answers nobody") {
    Connection connection;
    {
      Responder responder{connection.exchange};
      responder.on_abandoned([&] { connection.line += "gone "; });
      connection.exchange->abandon();
      connection.exchange->abandon();
      CHECK_FALSE(responder.is_pending());
      responder.respond({.status = 200});
    }
    CHECK(connection.line == "gone ");
  }

  TEST_CASE("one that asks after the peer has gone is told at once") {
    Connection connection;
    Responder responder{connection.exchange};
    connection.exchange->abandon();
    responder.on_abandoned([&] { connection.line += "gone"; });
    CHECK(connection.line == "gone");
  }

  TEST_CASE("what was to be told is let go with the answer") {
    Connection connection;
    auto held = std::make_shared<int>();
    Responder responder{connection.exchange};
    responder.on_abandoned([held] {});
    responder.respond({.status = 200});
    CHECK(held.use_count() == 1);
  }

  TEST_CASE("nobody is told after the answer") {
    Connection connection;
    Responder responder{connection.exchange};
    responder.on_abandoned([&] { connection.line += " gone"; });
    responder.respond({.status = 200});
    responder.on_abandoned([&] { connection.line += " gone"; });
    connection.exchange->abandon();
    CHECK(connection.line == "200");
  }
}

}  // namespace
}  // namespace veche::http
