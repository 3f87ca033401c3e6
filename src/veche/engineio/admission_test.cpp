// Goal: every handshake is asked about once and answered once, whoever comes first: the verdict,
// the timeout, or the end of the client. Method: an engine without sockets; verdicts are kept by
// the test and given when it likes.

#include "veche/engineio/admission.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using testing::World;

struct Asking : World {
  explicit Asking(Options options = {.admission_timeout = 45s}) : World{std::move(options)} {
    engine.on_allow_request([this](const http::Request& request, Verdict verdict) {
      asked.push_back(request.query);
      verdicts.push_back(std::move(verdict));
    });
  }

  std::string allow() {
    auto verdict = std::move(verdicts.back());
    verdicts.pop_back();
    verdict.allow();
    return turn();
  }
  std::string refuse(const std::string& message = {}) {
    auto verdict = std::move(verdicts.back());
    verdicts.pop_back();
    verdict.refuse(message);
    return turn();
  }
  /// What a WebSocket's handshake is answered.
  std::string knock(const std::string& query = "EIO=4&transport=websocket") {
    auto exchange = std::make_shared<http::Exchange>([this](const http::Response& response) {
      transcript.add("knock " + std::to_string(response.status) + " " + response.body);
    });
    exchanges["knock"] = exchange;
    auto request = make(http::Method::get, query);
    if (!engine.asks_about(request)) return "not asked";
    engine.ask_about(request, http::Responder{exchange}, now);
    return turn();
  }

  std::vector<std::string> asked;
  std::vector<Verdict> verdicts;
};

const std::string open_answer =
    R"(open 200 0{"sid":"SID","upgrades":["websocket"],"pingInterval":25000,)"
    R"("pingTimeout":20000,"maxPayload":1000000}, opened)";

TEST_SUITE("engineio/admission: polling") {
  TEST_CASE("a handshake waits for its verdict, then begins") {
    Asking world;
    CHECK(world.handshake() == "");
    CHECK(world.asked == std::vector<std::string>{"EIO=4&transport=polling"});
    CHECK(world.engine.session_count() == 0);
    world.pass(10ms);
    const std::string said = world.allow();
    CHECK(world.shown(said) == open_answer);
    CHECK(world.engine.session_count() == 1);
  }

  TEST_CASE("requests with an id are not asked about, nor are those that are refused anyway") {
    Asking world;
    world.handshake();
    world.allow();
    world.get();
    world.post("4a");
    world.request("R", World::make(http::Method::get, "EIO=3&transport=polling"));
    world.request("R", World::make(http::Method::post, "EIO=4&transport=polling"));
    world.request("R", World::make(http::Method::get, "EIO=4&transport=polling&sid=x"));
    CHECK(world.asked.size() == 1);
  }

  TEST_CASE("a refusal is 403 with code 4 and its message") {
    Asking world;
    world.handshake();
    CHECK(world.refuse("no \"key\"") == R"(open 403 {"code":4,"message":"no \"key\""})");
    world.handshake();
    CHECK(world.refuse() == R"(open 403 {"code":4,"message":"Forbidden"})");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("a verdict that is dropped refuses; one that never comes, at the timeout") {
    Asking world;
    world.handshake();
    world.verdicts.clear();
    CHECK(world.turn() == R"(open 403 {"code":4,"message":"Forbidden"})");
    world.handshake();
    CHECK(world.pass(44s) == "");
    CHECK(world.pass(2s) == R"(open 403 {"code":4,"message":"Forbidden"})");
    CHECK(world.allow() == "");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("a refusal is told with its request and the verdict's text") {
    Asking world;
    world.engine.on_connection_error([&world](const ConnectionError& error) {
      CHECK(error.code == Refusal::forbidden);
      world.transcript.add(error.request.query + " " + std::string{error.message} + " (" +
                           std::string{error.context} + ")");
    });
    world.handshake();
    CHECK(world.refuse("no key").starts_with("EIO=4&transport=polling Forbidden (no key), open"));
    world.handshake();
    CHECK(world.pass(46s).starts_with("EIO=4&transport=polling Forbidden (), open 403"));
    world.verdicts.clear();
    world.handshake();
    world.abandon("open");
    CHECK(world.refuse("no key") == "");
    auto request = World::make(http::Method::get, "EIO=4&transport=websocket");
    auto exchange = std::make_shared<http::Exchange>([](const http::Response&) {});
    world.engine.ask_about(request, http::Responder{exchange}, world.now);
    CHECK(world.refuse("no key") == "EIO=4&transport=websocket Forbidden (no key)");
  }

  TEST_CASE("a client that goes meanwhile is forgotten") {
    Asking world;
    world.handshake();
    CHECK(world.abandon("open") == "");
    CHECK(world.allow() == "");
    CHECK(world.pass(60s) == "");
    CHECK(world.engine.session_count() == 0);
  }

  TEST_CASE("whoever waits counts as a session") {
    Asking world{{.admission_timeout = 45s, .sessions_max = 1}};
    world.handshake();
    CHECK(world.handshake().starts_with("open 503"));
    CHECK(world.asked.size() == 1);
    CHECK(world.allow().starts_with("open 200"));
  }

  TEST_CASE("a verdict at once leaves the request as it is until the hook has returned") {
    World world;
    std::string seen;
    world.engine.on_allow_request([&seen](const http::Request& request, Verdict verdict) {
      verdict.allow();
      seen = request.query;
    });
    CHECK(world.handshake().ends_with("opened"));
    CHECK(seen == "EIO=4&transport=polling");
    CHECK(world.last->request().query == "EIO=4&transport=polling");
  }

  TEST_CASE("a verdict may outlive the engine, whose clients are answered 500") {
    std::vector<Verdict> verdicts;
    std::shared_ptr<http::Exchange> exchange;
    int status = 0;
    {
      World world;
      world.engine.on_allow_request([&verdicts](const http::Request&, Verdict verdict) {
        verdicts.push_back(std::move(verdict));
      });
      exchange = std::make_shared<http::Exchange>(
          [&status](const http::Response& response) { status = response.status; });
      world.engine.handle(World::make(http::Method::get, "EIO=4&transport=polling"),
                          http::Responder{exchange}, world.now);
    }
    CHECK(status == 500);
    verdicts.front().allow();
  }
}

TEST_SUITE("engineio/admission: WebSocket") {
  TEST_CASE("a handshake is answered 101 when it may begin, else refused with a text") {
    Asking world;
    CHECK(world.knock() == "");
    CHECK(world.allow() == "knock 101 ");
    CHECK(world.knock() == "");
    CHECK(world.refuse("no key") == "knock 403 no key");
  }

  TEST_CASE("an upgrade is not asked about") {
    Asking world;
    world.handshake();
    world.allow();
    CHECK(world.knock(world.query("websocket")) == "not asked");
  }

  TEST_CASE("what is refused anyway is not asked about") {
    Asking world{{.admission_timeout = 45s, .sessions_max = 0}};
    CHECK(world.knock() == "not asked");
    Asking roomy;
    CHECK(roomy.knock("EIO=3&transport=websocket") == "not asked");
  }

  TEST_CASE("without a hook nobody is asked about") {
    const World world;
    CHECK_FALSE(
        world.engine.asks_about(World::make(http::Method::get, "EIO=4&transport=websocket")));
  }
}

}  // namespace
}  // namespace veche::engineio
