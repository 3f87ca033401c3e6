// Goal: what other threads ask for is done by the first loop, in order, with all that was said.

#include "veche/server/io_broadcast.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

namespace veche::server {
namespace {

using socketio::Socket;

struct RoomWorld : ServerWorld {
  RoomWorld() {
    worker().node().of("/").on_connection([this](Socket& socket) {
      ids.emplace_back(socket.id());
      socket.join(ids.size() == 1 ? "first" : "others");
    });
    for (int i = 0; i < 3; ++i) {
      clients.push_back(network.connect(80));
      clients.back().send(std::string{upgrade_request} + client_frame("40"));
      settle();
      static_cast<void>(clients.back().receive());
    }
  }
  IoBroadcast all() { return {worker(), "/"}; }
  std::string heard(std::size_t client) {
    settle();
    std::string text = clients[client].receive();
    std::erase_if(text, [](char c) { return c < 0x20 || c == 0x7F || (c & 0x80) != 0; });
    return text;
  }
  std::vector<std::string> ids;
  std::vector<testing::FakeClient> clients;
};

TEST_SUITE("server/io_broadcast") {
  TEST_CASE("nothing happens before the loop's turn; then rooms, exceptions and order hold") {
    RoomWorld world;
    world.all().to("others").to("first").except(world.ids[1]).emit("one", socketio::Raw{"1"});
    world.all().local().volatile_().emit("two");
    CHECK(world.clients[0].receive().empty());
    CHECK(world.heard(0) == R"(42["one",1]42["two"])");
    CHECK(world.heard(1) == R"(42["two"])");
    CHECK(world.heard(2) == R"(42["one",1]42["two"])");
  }

  TEST_CASE("attachments travel") {
    RoomWorld world;
    const socketio::Attachments bytes{"abc"};
    world.all().to("first").emit("b", {R"({"_placeholder":true,"num":0})", &bytes});
    CHECK(world.heard(0) == R"('451-["b",{"_placeholder":true,"num":0}]abc)");
  }

  TEST_CASE("C++ values are sent, and acks are gathered") {
    RoomWorld world;
    world.all().to("first").emit("v", 1, "two", std::vector<int>{3});
    CHECK(world.heard(0) == R"(42["v",1,"two",[3]])");
    std::size_t answers = 99;
    socketio::AckOutcome outcome{};
    world.all()
        .to("others")
        .timeout(Milliseconds{50})
        .emit_with_ack("ask", {}, [&](const socketio::Answers& all) {
          answers = all.answers.size();
          outcome = all.outcome;
        });
    world.pass(Milliseconds{60});
    CHECK(answers == 0);
    CHECK(outcome == socketio::AckOutcome::timed_out);
  }

  TEST_CASE("sockets are moved between rooms, found, and disconnected") {
    RoomWorld world;
    world.all().to("first").sockets_join("others");
    world.all().to(world.ids[1]).sockets_leave("others");
    std::size_t found = 0;
    world.all().to("others").fetch_sockets(
        [&](const Result<std::vector<socketio::RemoteSocket>>& all) { found = all->size(); });
    world.settle();
    CHECK(found == 2);
    world.all().to("first").disconnect_sockets();
    CHECK(world.heard(0) == "41");
    CHECK(world.heard(2).empty());
  }
}

}  // namespace
}  // namespace veche::server
