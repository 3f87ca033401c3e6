// Goal: what the application adds goes out with the answers it was asked about and with no others,
// and can break none of them. Method: hooks that say which they are; requests as values.

#include "veche/engineio/header_hooks.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "support/engineio.hpp"

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;
using http::Method;
using testing::World;

class LineLog final : public Log {
 public:
  void write(LogLevel /*level*/, std::string_view text) override { lines += text; }
  void event(std::string_view /*kind*/, std::string_view text) override { lines += text; }

  std::string lines;
};

/// What an answer has of the hooks, "first=GET every=GET".
std::string added(const http::Headers& headers) {
  std::string line;
  for (const auto& field : headers) {
    if (field.name.starts_with("X-"))
      line += (line.empty() ? "" : " ") + field.name.substr(2) + "=" + field.value;
  }
  return line;
}

/// Both hooks write down the method of the request and the size of its body.
struct Hooked : World {
  explicit Hooked(Options options = {}) : World{std::move(options)} {
    engine.on_initial_headers([](http::Headers& fields, const http::Request& request) {
      fields.add("X-First", std::string{to_string(request.method)});
    });
    engine.on_headers([](http::Headers& fields, const http::Request& request) {
      fields.add("X-Every",
                 std::string{to_string(request.method)} + std::to_string(request.body.size()));
    });
  }

  std::string headers_of(const std::string& name) { return added(responses[name].headers); }
  /// What the 101 of a WebSocket has of the hooks.
  std::string accepted(const std::string& query) {
    http::Headers headers;
    engine.add_handshake_fields(make(Method::get, query), headers);
    return added(headers);
  }
};

TEST_SUITE("engineio/header_hooks: answers") {
  TEST_CASE("the first answer of a session has both, later ones that for every answer") {
    Hooked world;
    CHECK(world.handshake().ends_with("opened"));
    CHECK(world.headers_of("open") == "First=GET Every=GET0");
    world.get();
    CHECK(world.send(Outgoing::text("a")) == "GET 200 4a");
    CHECK(world.headers_of("GET") == "Every=GET0");
    CHECK(world.post("4abc") == "received abc, POST 200 ok");
    CHECK(world.headers_of("POST") == "Every=POST0");
  }

  TEST_CASE("a 101 has them too, the one of an upgrade as a later answer") {
    Hooked world;
    world.handshake();
    CHECK(world.accepted("EIO=4&transport=websocket") == "First=GET Every=GET0");
    CHECK(world.accepted(world.query("websocket")) == "Every=GET0");
  }

  TEST_CASE("refusals and failures have neither") {
    Hooked world;
    world.handshake();
    world.request("R", World::make(Method::get, "EIO=3&transport=polling"));
    CHECK(world.headers_of("R") == "");
    world.request("R", World::make(Method::put, world.query()));
    CHECK(world.responses["R"].status == 405);
    CHECK(world.headers_of("R") == "");
    world.get();
    CHECK(world.get("second").starts_with("second 400, GET 200 1"));
    CHECK(world.headers_of("second") == "");
    CHECK(world.headers_of("GET") == "Every=GET0");
  }

  TEST_CASE("a handshake that the application allows later has them") {
    Hooked world;
    std::optional<Verdict> kept;
    world.engine.on_allow_request(
        [&kept](const http::Request&, Verdict verdict) { kept.emplace(std::move(verdict)); });
    world.handshake();
    kept->allow();
    CHECK(world.turn().ends_with("opened"));
    CHECK(world.headers_of("open") == "First=GET Every=GET0");
  }

  TEST_CASE("the cookie stands beside them") {
    Options options;
    options.cookie.emplace();
    Hooked world{options};
    world.engine.on_headers(
        [](http::Headers& fields, const http::Request&) { fields.add("Set-Cookie", "a=b"); });
    world.handshake();
    CHECK(world.responses["open"].headers.count("set-cookie") == 2);
  }
}

TEST_SUITE("engineio/header_hooks: lifetimes") {
  TEST_CASE("a client that goes while its GET waits ends the session all the same") {
    Hooked world;
    world.handshake();
    world.get();
    CHECK(world.abandon("GET") == "closed transport error");
  }

  TEST_CASE("an engine that ends answers 500 to whoever waits, without the hooks") {
    auto world = std::make_unique<Hooked>();
    int status = 0;
    std::string headers;
    const auto exchange = std::make_shared<http::Exchange>([&](const http::Response& response) {
      status = response.status;
      headers = added(response.headers);
    });
    world->handshake();
    world->engine.handle(World::make(Method::get, world->query()), http::Responder{exchange},
                         world->now);
    world.reset();
    CHECK(status == 500);
    CHECK(headers == "");
  }
}

TEST_SUITE("engineio/header_hooks: fields that would break the answer") {
  TEST_CASE("they are left out and written down, the others go") {
    LineLog log;
    HeaderHooks hooks;
    hooks.log_to(log);
    hooks.on_headers([](http::Headers& fields, const http::Request&) {
      fields.add("X-Good", "yes\tand \xc3\xa4");
      fields.add("X-Bad", "a\r\nX-Evil: 1");
      fields.add("X-Nul", std::string(1, '\0'));
      fields.add("X Bad", "name");
      fields.add("", "nameless");
      fields.add("X-Bad\r\nX-Evil", "1");
      fields.add("X-Last", "");
    });
    http::Headers answer;
    hooks.add_to(answer, {});
    CHECK(added(answer) == "Good=yes\tand \xc3\xa4 Last=");
    CHECK(answer.size() == 2);
    CHECK(log.lines.find("left out: X-Bad") != std::string::npos);
    CHECK(log.lines.find("X-Good") == std::string::npos);
  }

  TEST_CASE("so are those that frame the answer or make the WebSocket") {
    HeaderHooks hooks;
    hooks.on_initial_headers([](http::Headers& fields, const http::Request&) {
      for (const char* name :
           {"Connection", "content-length", "Content-Type", "Content-Encoding", "Date", "UPGRADE",
            "Transfer-Encoding", "Sec-WebSocket-Accept", "sec-websocket-protocol"})
        fields.add(name, "x");
      fields.add("Cache-Control", "private");
    });
    http::Headers answer;
    hooks.add_to(answer, {});
    CHECK(answer.size() == 1);
    CHECK(answer.find("cache-control") == "private");
  }

  TEST_CASE("of a long name the beginning is written down") {
    LineLog log;
    HeaderHooks hooks;
    hooks.log_to(log);
    hooks.on_headers([](http::Headers& fields, const http::Request&) {
      fields.add(std::string(10'000, ' '), "x");
    });
    http::Headers answer;
    hooks.add_to(answer, {});
    CHECK(log.lines.size() < 200);
  }
}

}  // namespace
}  // namespace veche::engineio
