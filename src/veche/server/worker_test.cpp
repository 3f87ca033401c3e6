// Goal: one loop's parts work as one: engine, REST, upgrades, polling, draining.

#include "veche/server/worker.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"
#include "veche/websocket/frame.hpp"

namespace veche::server {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("server/worker: session ids name their loop") {
  TEST_CASE("two hex digits, and nothing else") {
    for (const std::size_t index : {0U, 1U, 9U, 10U, 255U}) {
      CHECK(loop_of_suffix(loop_suffix(index)) == index);
    }
    for (const auto* bad : {"", "1", "001", "g0", "-1", "+1", " 1"}) {
      CHECK_FALSE(loop_of_suffix(bad).has_value());
    }
  }
}

TEST_SUITE("server/worker: requests") {
  TEST_CASE("the engine's path is the engine's, the rest is 404 without a handler") {
    ServerWorld world;
    const auto handshake =
        world.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(handshake.starts_with("HTTP/1.1 200"));
    CHECK(handshake.find("0{\"sid\":\"") != handshake.npos);
    CHECK(world.ask("GET /else HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 404"));
  }

  TEST_CASE("an upgrade elsewhere, or a wrong one, is refused and the connection stays HTTP") {
    ServerWorld world;
    std::string elsewhere{upgrade_request};
    elsewhere.replace(elsewhere.find("/socket.io/"), 11, "/elsewhere/");
    CHECK(world.ask(elsewhere).starts_with("HTTP/1.1 404"));
    std::string wrong{upgrade_request};
    wrong.replace(wrong.find("Version: 13"), 11, "Version: 12");
    CHECK(world.ask(wrong).starts_with("HTTP/1.1 426"));
    std::string old{upgrade_request};
    old.replace(old.find("EIO=4"), 5, "EIO=3");
    CHECK(world.ask(old).starts_with("HTTP/1.1 400"));
    std::string foreign{upgrade_request};
    foreign.insert(foreign.size() - 2, "Origin: null\r\n");
    CHECK(world.ask(foreign).starts_with("HTTP/1.1 403"));
    CHECK(world.worker().engine().session_count() == 0);
  }

  TEST_CASE("a POST that comes while another is read is 400 and ends the session") {
    ServerWorld world;
    const auto handshake =
        world.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto at = handshake.find("sid\":\"") + 6;
    const auto target = "/socket.io/?EIO=4&transport=polling&sid=" +
                        handshake.substr(at, handshake.find('"', at) - at);
    const auto post = "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
    {
      auto lost = world.network.connect(80);
      lost.send(post + "4");
      world.settle();
      lost.vanish();
      world.settle();
    }
    CHECK(world.ask(post + "40").starts_with("HTTP/1.1 200"));
    auto slow = world.network.connect(80);
    slow.send(post + "4");
    world.settle();
    CHECK(world.ask(post + "40").starts_with("HTTP/1.1 400"));
    CHECK(world.worker().engine().session_count() == 0);
    slow.send("1");
    world.settle();
    CHECK(slow.receive().starts_with("HTTP/1.1 400"));
  }

  TEST_CASE("refused requests are told, those that never reach the engine too") {
    ServerWorld world;
    std::string told;
    world.worker().on_connection_error([&](const engineio::ConnectionError& error) {
      told += std::string{error.message} + " (" + std::string{error.context} + ") ";
    });
    const std::string start = "GET /socket.io/?EIO=4&transport=";
    const std::string origin = " HTTP/1.1\r\nHost: x\r\nOrigin: https://bad.example\r\n\r\n";
    CHECK(world.ask(start + "polling" + origin).starts_with("HTTP/1.1 403"));
    CHECK(world.ask("GET /elsewhere" + origin).starts_with("HTTP/1.1 403"));
    CHECK(told == "Forbidden (ORIGIN_NOT_ALLOWED) ");
    told.clear();
    std::string upgrade{upgrade_request};
    upgrade.replace(upgrade.find("Version: 13"), 11, "Version: 12");
    CHECK(world.ask(upgrade).starts_with("HTTP/1.1 426"));
    CHECK(told == "Bad request (TRANSPORT_HANDSHAKE_ERROR) ");
    told.clear();
    CHECK(world.ask(start + "x HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 400"));
    CHECK(told == "Transport unknown (x) ");
  }

  TEST_CASE("headers of the application's stand on a 101 and on the answer to a poll") {
    ServerWorld world;
    world.worker().on_initial_headers(
        [](http::Headers& fields, const http::Request&) { fields.add("X-First", "1"); });
    world.worker().on_headers([](http::Headers& fields, const http::Request& request) {
      fields.add("X-Address", request.address);
      fields.add("X-Bad", "a\r\nb");
      fields.add("Connection", "close");
    });
    const auto has = [](const std::string& answer, const char* what) {
      return answer.find(what) != std::string::npos;
    };
    const auto check = [&](std::string_view request, const char* status) {
      const auto answer = world.ask(request);
      CHECK(answer.starts_with(status));
      CHECK(has(answer, "\r\nX-First: 1\r\n"));
      CHECK(has(answer, "\r\nX-Address: "));
      CHECK_FALSE(has(answer, "X-Bad"));
      CHECK_FALSE(has(answer, "close"));
    };
    check(upgrade_request, "HTTP/1.1 101");
    check("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200");
    CHECK_FALSE(has(world.ask("GET /socket.io/ HTTP/1.1\r\nHost: x\r\n\r\n"), "X-"));
  }

  TEST_CASE("a mounted engine has its own path, sessions and events, and drains with the rest") {
    struct Echo final : engineio::SocketEvents {
      void opened(engineio::Socket&, Instant) override {}
      void received(engineio::Socket& socket, std::string_view data, bool, Instant) override {
        socket.send(engineio::Outgoing::text(data), Priority::hi);
      }
      void closed(engineio::Socket&, engineio::CloseReason, Instant) override { ++ended; }
      int ended{};
    } echo;
    ServerWorld world;
    engineio::Options options;
    options.path = "/engine.io/";
    auto& engine = world.worker().mount(options, echo);
    std::string upgrade{upgrade_request};
    upgrade.replace(upgrade.find("/socket.io/"), 11, "/engine.io/");
    auto client = world.network.connect(80);
    client.send(upgrade + client_frame("4hello"));
    world.settle();
    CHECK(client.receive().find("4hello") != std::string::npos);
    CHECK(engine.session_count() == 1);
    CHECK(world.worker().engine().session_count() == 0);
    world.worker().drain();
    world.settle();
    CHECK(client.receive().find("\x03\xF4") != std::string::npos);
    CHECK(echo.ended == 1);
  }

  TEST_CASE("a WebSocket on another path is its handler's, who echoes in a few lines") {
    struct Echo final : engineio::WebSocketLink {
      explicit Echo(engineio::WebSocketPort& at) : port{at} { port.bind(this); }
      void message(std::string_view data, bool is_binary, Instant) override {
        const auto opcode = is_binary ? websocket::Opcode::binary : websocket::Opcode::text;
        port.write(websocket::make_frame(opcode, data), Priority::hi);
      }
      void gone(engineio::CloseReason, Instant) override { port.bind(nullptr); }
      engineio::WebSocketPort& port;
    };
    ServerWorld world;
    std::unique_ptr<Echo> echo;
    world.worker().on_websocket([&](const http::Request& request, engineio::WebSocketPort& port) {
      CHECK(request.path == "/echo");
      echo = std::make_unique<Echo>(port);
    });
    std::string upgrade{upgrade_request};
    upgrade.replace(upgrade.find("/socket.io/"), 11, "/echo");
    auto client = world.network.connect(80);
    client.send(upgrade + client_frame("hello"));
    world.settle();
    CHECK(client.receive().ends_with("\x81\x05hello"));
    CHECK(echo->port.link() == echo.get());
  }

  TEST_CASE("draining closes sessions with 1012 and refuses new ones") {
    ServerWorld world;
    auto client = world.network.connect(80);
    client.send(std::string{upgrade_request} + client_frame("40"));
    world.settle();
    static_cast<void>(client.receive());
    world.worker().drain();
    world.settle();
    CHECK(client.receive().find("\x03\xF4") != std::string::npos);
    CHECK(client.is_at_end());
    CHECK_FALSE(world.ask(upgrade_request).starts_with("HTTP/1.1 101"));
  }
}

}  // namespace
}  // namespace veche::server
