// Goal: connections are shared out, and a session is found from whichever loop a request comes to.
// Method: three loops over one network in memory.

#include "veche/server/server.hpp"

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

namespace veche::server {
namespace {

std::string sid_in(const std::string& text) {
  const auto begin = text.find("\"sid\":\"") + 7;
  return text.substr(begin, text.find('"', begin) - begin);
}

std::string poll(const std::string& sid) {
  return "GET /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST_SUITE("server/server: loops") {
  TEST_CASE("each connection goes to the least loaded loop") {
    ServerWorld world{3};
    REQUIRE(world.is_listening);
    std::vector<testing::FakeClient> clients;
    for (int i = 0; i < 9; ++i) {
      clients.push_back(world.network.connect(80));
      world.settle();
    }
    for (std::size_t i = 0; i < 3; ++i) CHECK(world.worker(i).loop().connection_count() == 3);
    CHECK(world.server->connection_count() == 9);
  }

  TEST_CASE("a polling request moves its connection to the loop of its session") {
    ServerWorld world{3};
    for (int i = 0; i < 4; ++i) {
      auto first = world.network.connect(80);
      first.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
      world.settle();
      const std::string sid = sid_in(first.receive());
      auto post = world.network.connect(80);
      post.send("POST /socket.io/?EIO=4&transport=polling&sid=" + sid +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40");
      world.settle();
      CHECK(post.receive().starts_with("HTTP/1.1 200"));
      auto get = world.network.connect(80);
      get.send(poll(sid));
      world.settle();
      CHECK(get.receive().find("40{\"sid\":\"") != std::string::npos);
    }
  }

  TEST_CASE("what was pipelined behind such a request moves with it") {
    ServerWorld world{2};
    auto first = world.network.connect(80);
    first.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
    world.settle();
    const std::string sid = sid_in(first.receive());
    auto other = world.network.connect(80);  // the other loop's, for it has fewer
    world.settle();
    other.send("POST /socket.io/?EIO=4&transport=polling&sid=" + sid +
               " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40" + poll(sid));
    world.settle();
    const std::string answers = other.receive();
    CHECK(answers.find("\r\n\r\nok") != answers.npos);
    CHECK(answers.find("40{\"sid\":\"") != answers.npos);
  }

  TEST_CASE("a session that no loop has is unknown") {
    ServerWorld world{2};
    for (const auto* sid : {"AAAAAAAAAAAAAAAAAAAAAA00", "AAAAAAAAAAAAAAAAAAAAAA01",
                            "AAAAAAAAAAAAAAAAAAAAAAff", "__proto__"}) {
      CHECK(world.ask(poll(sid)).find(R"({"code":1,"message":"Session ID unknown"})") !=
            std::string::npos);
    }
  }
}

TEST_SUITE("server/server: drain") {
  TEST_CASE("clients are sent away on every loop, and it is done when they have gone") {
    ServerWorld world{2};
    std::vector<testing::FakeClient> clients;
    for (int i = 0; i < 4; ++i) {
      clients.push_back(world.network.connect(80));
      clients.back().send(std::string{upgrade_request} + client_frame("40"));
      world.settle();
    }
    bool is_done = false;
    world.server->drain(Milliseconds{1'000}, [&] { is_done = true; });
    world.settle();
    for (auto& client : clients) CHECK(client.receive().find("\x03\xF4") != std::string::npos);
    CHECK_FALSE(is_done);
    for (auto& client : clients) client.finish();
    world.pass(Milliseconds{100});
    CHECK(world.server->connection_count() == 0);
    CHECK(is_done);
  }

  TEST_CASE("a client that does not go is not waited for beyond the timeout") {
    ServerWorld world{1};
    auto client = world.network.connect(80);
    client.send("GET /half");
    world.settle();
    bool is_done = false;
    world.server->drain(Milliseconds{400}, [&] { is_done = true; });
    world.pass(Milliseconds{300});
    CHECK_FALSE(is_done);
    world.pass(Milliseconds{200});
    CHECK(is_done);
  }
}

}  // namespace
}  // namespace veche::server
