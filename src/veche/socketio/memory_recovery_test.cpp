// Goal: what is kept is bounded, and only the client itself gets it.

#include "veche/socketio/memory_recovery.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/recovery_world_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/memory_recovery: a new session instead") {
  constexpr std::string_view fresh = R"(40{"sid":"C","pid":"DDDDD.)";

  TEST_CASE("a foreign pid or offset") {
    for (const char* offset :
         {R"(,"offset":"0-2")", R"(,"offset":"1-1")", R"(,"offset":"x")", R"(,"offset":7)",
          R"(,"offset":null)", R"(,"offset":"1795487383057-0")", R"(,"offset":"0-1.0-1")"}) {
      Recoverable world;
      world.nsp().emit("e");
      world.cut_off();
      CHECK_MESSAGE(world.come_back(offset).starts_with(fresh), offset);
    }
    for (std::string pid :
         {std::string{}, std::string{"x"}, std::string(24, 'A') + ".", std::string(24, 'B'),
          std::string(24, 'B') + ".0-1", std::string(10'000, 'B')}) {
      Recoverable world;
      world.nsp().emit("e");
      world.cut_off();
      world.pid = pid;
      CHECK_MESSAGE(world.come_back("").starts_with(fresh), pid);
    }
    Recoverable world;
    world.cut_off();
    CHECK(world.text(world.open(), R"(0{"pid":{"a":1}})").starts_with(fresh));
  }

  TEST_CASE("an offset from before its CONNECT") {
    for (const char* offset : {"0-1", "0-2"}) {
      Recoverable world;
      world.nsp().emit("one");
      world.nsp().emit("two");
      FakeEngine& late = world.open();
      CHECK(world.text(late, "0") == R"(40{"sid":"C","pid":"DDDDD.0-2"})");
      late.end(engineio::CloseReason::transport_close);
      world.pid = std::string(MemoryRecovery::random_size, 'D') + ".0-2";
      const auto answer = world.come_back(",\"offset\":\"" + std::string{offset} + "\"");
      CHECK_MESSAGE(answer.starts_with(R"(40{"sid":"C")") == (std::string{offset} == "0-2"),
                    offset);
    }
  }

  TEST_CASE("a pid is good once, and not while its socket is there") {
    Recoverable world;
    CHECK(world.come_back("").starts_with(fresh));
    Recoverable other;
    other.cut_off();
    CHECK(other.come_back("") == resumed);
    CHECK(other.come_back("").starts_with(R"(40{"sid":"D")"));
  }

  TEST_CASE("who says goodbye, is sent away or breaks the protocol does not come back") {
    for (const int way : {0, 1, 2, 3}) {
      Recoverable world;
      if (way == 0) world.text(*world.client, "1");
      if (way == 1) world.socket('A').disconnect();
      if (way == 2) world.socket('A').disconnect(Scope::connection);
      if (way == 3) world.text(*world.client, "nonsense");
      CHECK_MESSAGE(world.come_back("").starts_with(fresh), way);
    }
  }

  TEST_CASE("every way to be cut off lets it come back") {
    using engineio::CloseReason;
    for (const CloseReason reason :
         {CloseReason::transport_close, CloseReason::transport_error, CloseReason::ping_timeout,
          CloseReason::forced_close, CloseReason::server_shutting_down, CloseReason::overloaded}) {
      Recoverable world;
      world.client->end(reason);
      CHECK(world.come_back("") == resumed);
    }
    Recoverable world;
    world.socket('A').close_connection(engineio::Closing::flush);
    CHECK(world.come_back("") == resumed);
  }

  TEST_CASE("too late") {
    Recoverable world{{.max_disconnection_duration = Milliseconds{1000}}};
    world.cut_off();
    world.advance(Milliseconds{1000});
    world.node.advance_to(world.now);
    CHECK(world.come_back("").starts_with(fresh));
  }

  TEST_CASE("when what it missed has been dropped, never a part of it") {
    Recoverable world{{.packets_max = 2}};
    world.cut_off();
    for (int i = 0; i < 3; ++i) world.nsp().emit("e");
    CHECK(world.come_back("").starts_with(fresh));
    Recoverable bytes{{.bytes_max = 1000}};
    bytes.cut_off();
    bytes.nsp().emit("e", std::string(1000, 'x'));
    CHECK(bytes.come_back("").starts_with(fresh));
  }

  TEST_CASE("when that happens while a middleware thinks, the client comes again") {
    Recoverable world{{.skip_middlewares = false, .packets_max = 2}};
    int told = 0;
    std::optional<Next> later;
    world.nsp().use([&](Socket&, Next next) { later = std::move(next); });
    world.nsp().on_disconnect([&](Socket&, DisconnectReason) { ++told; });
    world.cut_off();
    CHECK(world.come_back("") == "");
    for (int i = 0; i < 3; ++i) world.nsp().emit("e");
    (*later)();
    CHECK(world.client->take() == "close flush");
    CHECK(told == 1);
    CHECK(world.nsp().sockets().empty());
  }

  TEST_CASE("the oldest of too many sessions") {
    Recoverable world{{.sessions_max = 1}};
    FakeEngine& other = world.join();
    world.cut_off();
    other.end(engineio::CloseReason::transport_close);
    CHECK(world.come_back("").starts_with(R"(40{"sid":"E")"));
    world.pid = std::string(24, 'D') + ".";
    CHECK(world.come_back("").starts_with(R"(40{"sid":"C")"));
  }
}

}  // namespace
}  // namespace veche::socketio
