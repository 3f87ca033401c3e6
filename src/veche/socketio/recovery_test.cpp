// Goal: PROTOCOL section 4, as a peer sees it, and what a recovery of one's own can decide.

#include "veche/socketio/recovery.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/socketio/outer_adapter_test.hpp"
#include "veche/socketio/recovery_world_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/recovery: PROTOCOL 4, offsets") {
  TEST_CASE("CONNECT tells a pid, and what can be recovered carries an offset") {
    World world{with({})};
    FakeEngine& client = world.open();
    CHECK(world.text(client, "0") == resumed);
    Namespace& nsp = world.node.of("/");
    nsp.emit("e", Raw{"1"});
    nsp.to(sid('A')).emit("e");
    world.socket('A').emit("own", Raw{R"({"b":"}"})"});
    const Attachments bytes{"one"};
    nsp.emit("bin", Raw{R"({"_placeholder":true,"num":0})", &bytes});
    CHECK(client.take() == R"(42["e",1,"0-1"] | 42["e","0-2"] | 42["own",{"b":"}"},"0-3"] | )"
                           R"(451-["bin",{"_placeholder":true,"num":0},"0-4"]+bb25l)");
  }

  TEST_CASE("volatile events, acked ones and answers carry none") {
    Recoverable world;
    world.nsp().volatile_().emit("v");
    world.socket('A').emit_volatile("v");
    world.socket('A').emit_with_ack({"a"}, Milliseconds{0}, [](const auto&) {});
    CHECK(world.client->take() == R"(42["v"] | 42["v"] | 420["a"])");
    world.nsp().timeout(Milliseconds{1}).emit_with_ack({"a"}, [](const auto&) {});
    CHECK(world.client->take().ends_with(R"(["a"])"));
    world.nsp().on("ask", [](Socket&, Event& event) { event.ack(1); });
    CHECK(world.text(*world.client, R"(27["ask"])") == "437[1]");
  }

  TEST_CASE("a pid is made at a position") {
    Recoverable world;
    world.nsp().emit("e");
    CHECK(world.text(world.open(), "0") == R"(40{"sid":"C","pid":"DDDDD.0-1"})");
  }
}

TEST_SUITE("socketio/recovery: PROTOCOL 4, coming back") {
  TEST_CASE("with its id and rooms, after what it missed, each once and in order") {
    Recoverable world;
    std::string connected;
    world.nsp().on_connection([&](Socket& socket) {
      connected = socket.recovered() ? "recovered" : "new";
      for (const auto& room : socket.rooms()) connected += " " + room.substr(0, 1);
    });
    world.socket('A').join("x");
    CHECK_FALSE(world.socket('A').recovered());
    world.nsp().emit("seen");
    world.cut_off();
    CHECK(world.nsp().find(sid('A')) == nullptr);
    world.nsp().to("x").emit("missed", Raw{"1"});
    world.nsp().to("y").emit("for others");
    world.nsp().volatile_().emit("volatile");
    world.nsp().except("x").emit("but not x");
    world.nsp().timeout(Milliseconds{1}).emit_with_ack({"acked"}, [](const auto&) {});
    world.nsp().to(sid('A')).to("x").emit("twice named");
    CHECK(world.come_back(R"(,"offset":"0-1")") ==
          R"(42["missed",1,"0-2"] | 42["twice named","0-5"] | )" + std::string{resumed});
    CHECK(connected == "recovered A x");
    world.nsp().to("x").emit("now");
    CHECK(world.client->take() == R"(42["now","0-6"])");
  }

  TEST_CASE("again and again") {
    Recoverable world;
    for (int i = 1; i < 4; ++i) {
      world.cut_off();
      world.nsp().emit("e");
      const std::string before =
          i == 1 ? std::string{} : ",\"offset\":\"0-" + std::to_string(i - 1) + "\"";
      CHECK(world.come_back(before) ==
            "42[\"e\",\"0-" + std::to_string(i) + "\"] | " + std::string{resumed});
    }
  }

  TEST_CASE("without an offset it goes on from CONNECT") {
    Recoverable world;
    world.nsp().emit("one");
    world.cut_off();
    world.nsp().emit("two");
    CHECK(world.come_back("") == R"(42["one","0-1"] | 42["two","0-2"] | )" + std::string{resumed});
    world.cut_off();
    CHECK(world.come_back(R"(,"offset":"0-2")") == resumed);
  }

  TEST_CASE("what was sent to it alone and got lost is sent again") {
    Recoverable world;
    world.socket('A').emit("own", Raw{"1"});
    world.socket('A').emit("own", Raw{"2"});
    world.cut_off();
    CHECK(world.come_back(R"(,"offset":"0-1")") ==
          R"(42["own",2,"0-2"] | )" + std::string{resumed});
  }

  TEST_CASE("a binary packet comes back whole") {
    Recoverable world;
    world.cut_off();
    const Attachments bytes{"one"};
    world.nsp().emit("b", Raw{R"({"_placeholder":true,"num":0})", &bytes});
    CHECK(world.come_back("") ==
          R"(451-["b",{"_placeholder":true,"num":0},"0-1"]+bb25l | )" + std::string{resumed});
  }

  TEST_CASE("its data comes back through JSON") {
    struct User final : SocketData {
      explicit User(std::string text) : json{std::move(text)} {}
      [[nodiscard]] std::string to_json() const override { return json; }
      std::string json;
    };
    Recoverable world{{.read_data = [](std::string_view json) {
      return std::make_unique<User>("again " + std::string{json});
    }}};
    world.socket('A').set_data(std::make_unique<User>("7"));
    world.cut_off();
    CHECK(world.come_back("") == resumed);
    CHECK(world.socket('A').data<User>()->json == "again 7");
  }

  TEST_CASE("middlewares are skipped, or not") {
    for (const bool skip : {true, false}) {
      int calls = 0;
      Recoverable world{{.skip_middlewares = skip}};
      world.nsp().use([&](Socket& socket, Next next) {
        ++calls;
        CHECK(socket.recovered());
        CHECK(socket.id() == sid('A'));
        next();
      });
      world.cut_off();
      CHECK(world.come_back("") == resumed);
      CHECK(calls == (skip ? 0 : 1));
    }
  }

  TEST_CASE("what is said while a middleware thinks is not lost") {
    Recoverable world{{.skip_middlewares = false}};
    std::optional<Next> later;
    world.nsp().use([&](Socket&, Next next) { later = std::move(next); });
    world.socket('A').join("x");
    world.cut_off();
    CHECK(world.come_back("") == "");
    world.nsp().to("x").emit("meanwhile");
    (*later)();
    CHECK(world.client->take() == R"(42["meanwhile","0-1"] | )" + std::string{resumed});
  }
}

/// A recovery over a log of its own: it looks a client up, answers when it likes, and numbers
/// nothing itself.
class LogRecovery final : public Recovery {
 public:
  class Found final : public RecoveredSession {
   public:
    using RecoveredSession::RecoveredSession;
    [[nodiscard]] bool replay(Send send) override {
      send({.event = "fact", .args = "1", .offset = "log-1"});
      return true;
    }
  };

  [[nodiscard]] std::string open(const Socket&) override { return "log-0"; }
  [[nodiscard]] bool keeps_sessions() const override { return keeps; }
  [[nodiscard]] std::string_view stamp(std::string_view, const Emission&) override { return {}; }
  void persist(RecoverySession session) override { kept = std::move(session); }
  void restore(RecoveryRequest request, RestoreCallback callback) override {
    asked = std::move(request);
    answer = std::move(callback);
  }

  bool keeps{true};
  RecoverySession kept;
  RecoveryRequest asked;
  RestoreCallback answer;
};

class LogAdapter final : public Outer {
 public:
  LogAdapter(Namespace& nsp, LogRecovery& recovery) : Outer{nsp}, recovery_{recovery} {}
  [[nodiscard]] Recovery* recovery() override { return &recovery_; }

 private:
  LogRecovery& recovery_;
};

struct Durable {
  static Options options(LogRecovery& log) {
    Options options;
    options.adapter = [&log](Namespace& nsp) { return std::make_unique<LogAdapter>(nsp, log); };
    return options;
  }

  LogRecovery log;
  World world{options(log)};
};

TEST_SUITE("socketio/recovery: one of one's own") {
  TEST_CASE("it may look at the payload, answer later, and say what was missed") {
    Durable durable;
    FakeEngine& first = durable.world.join();
    durable.world.socket('A').join("x");
    durable.world.socket('A').emit("e");
    CHECK(first.take() == R"(42["e"])");
    first.end(engineio::CloseReason::ping_timeout);
    CHECK(durable.log.kept.pid == "log-0");
    CHECK(durable.log.kept.sid == sid('A'));
    CHECK(durable.log.kept.rooms == std::vector<std::string>{"x"});

    FakeEngine& again = durable.world.open();
    const std::string payload = R"({"pid":"log-0","offset":"log-0","token":"t"})";
    CHECK(durable.world.text(again, "0" + payload) == "");
    CHECK(durable.log.asked.auth == payload);
    CHECK(durable.log.asked.offset == "log-0");
    durable.log.answer(std::make_unique<LogRecovery::Found>(durable.log.kept));
    CHECK(again.take() == R"(42["fact",1,"log-1"] | 40{"sid":"A","pid":"log-0"})");
    CHECK(durable.world.socket('A').recovered());
    CHECK(durable.world.socket('A').is_in("x"));
  }

  TEST_CASE("a pid is found however its name is written, and nothing else is taken for one") {
    for (const std::string name : {R"(pid)", R"(\u0070id)", R"(p\u0069\u0064)"}) {
      Durable durable;
      FakeEngine& client = durable.world.open();
      CHECK(durable.world.text(client, "0{\"" + name + R"(": "log-0"})") == "");
      CHECK(durable.log.asked.pid == "log-0");
    }
    Durable durable;
    FakeEngine& client = durable.world.open();
    CHECK(durable.world.text(client, R"(0{"cupid":"log-0","x":"pid"})").starts_with("40"));
  }

  TEST_CASE("one that keeps nothing is not asked to, and the namespace may be given it") {
    LogRecovery log;
    log.keeps = false;
    World world;
    world.node.of("/").recover_with(log);
    world.join().end(engineio::CloseReason::ping_timeout);
    CHECK(log.kept.pid == "");

    FakeEngine& again = world.open();
    world.text(again, R"(0{"pid":"log-0"})");
    log.answer(std::make_unique<LogRecovery::Found>(
        RecoverySession{.pid = "log-0", .sid = sid('A'), .rooms = {"x"}}));
    CHECK(again.take() == R"(42["fact",1,"log-1"] | 40{"sid":"A","pid":"log-0"})");
    CHECK(world.socket('A').recovered());
    CHECK(world.socket('A').is_in("x"));
  }

  TEST_CASE("it may refuse, and CONNECT goes on as a new one") {
    Durable durable;
    FakeEngine& client = durable.world.open();
    durable.world.text(client, R"(0{"pid":"log-0"})");
    durable.log.answer(nullptr);
    CHECK(client.take() == R"(40{"sid":"A","pid":"log-0"})");
    CHECK_FALSE(durable.world.socket('A').recovered());
  }

  TEST_CASE("a client that goes meanwhile leaves the session kept") {
    Durable durable;
    FakeEngine& client = durable.world.open();
    durable.world.text(client, R"(0{"pid":"log-0"})");
    client.end(engineio::CloseReason::transport_close);
    CHECK(durable.log.kept.sid == "");
    durable.log.answer(std::make_unique<LogRecovery::Found>(
        RecoverySession{.pid = "log-0", .sid = sid('Z'), .rooms = {}}));
    CHECK(durable.log.kept.sid == sid('Z'));
  }

  TEST_CASE("while it looks, the client may not say more, and connectTimeout runs") {
    Durable durable;
    FakeEngine& client = durable.world.open();
    durable.world.text(client, R"(0{"pid":"log-0"})");
    durable.world.advance(Milliseconds{45'010});
    CHECK(client.take() == "close flush");
    durable.log.answer(nullptr);
    CHECK(client.take() == "");
  }
}

}  // namespace
}  // namespace veche::socketio
