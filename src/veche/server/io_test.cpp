// Goal: a program's server works from the outside, and from threads that are no loop's.
// Method: real sockets on loopback; every wait is for something that is told.

#include "veche/server/io.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

#include "support/tcp_client.hpp"

namespace veche::server {
namespace {

using socketio::Event;
using socketio::Socket;

/// An Io that runs on its own thread.
struct Running {
  explicit Running(std::size_t loops) : io{{}, loops} {}
  ~Running() {
    io.close(Milliseconds{200});
    thread.join();
  }
  void start() {
    port = io.listen(0, "127.0.0.1").value();
    thread = std::thread{[this] { io.run(); }};
  }

  Io io;
  std::uint16_t port{};
  std::thread thread;
};

/// A client over a WebSocket, joined to the main namespace.
struct Client {
  explicit Client(std::uint16_t port) {
    REQUIRE(tcp.connect(port));
    tcp.send(std::string{upgrade_request} + client_frame("40"));
    read_until("40{\"sid\":\"");
    id = tcp.receive(Socket::id_size);
    read_until("}");
  }
  /// What came up to and with `mark`; all that came when it never does.
  std::string read_until(std::string_view mark) {
    std::string text;
    while (!text.ends_with(mark)) {
      const std::string byte = tcp.receive(1);
      if (byte.empty()) break;
      text += byte;
    }
    return text;
  }
  testing::TcpClient tcp;
  std::string id;
};

TEST_SUITE("server/io: a program's server") {
  TEST_CASE("handlers run, and an event is answered") {
    Running server{1};
    server.io.on_connection([](Socket& socket) {
      socket.on("message", [](Socket& from, Event& event) { from.emit("back", event.raw()); });
    });
    server.start();
    Client client{server.port};
    client.tcp.send(client_frame(R"(42["message",1,"x"])"));
    CHECK(client.read_until("]").ends_with(R"(42["back",1,"x"])"));
  }

  TEST_CASE("every namespace is on every loop; other threads reach a room on all of them") {
    Running server{3};
    std::promise<void> all_in;
    std::atomic<int> in{};
    server.io.of("/").on_connection([&](Socket& socket) {
      socket.join("lobby");
      if (++in == 6) all_in.set_value();
    });
    server.start();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 6; ++i) clients.push_back(std::make_unique<Client>(server.port));
    all_in.get_future().wait();
    server.io.to("lobby").except(clients.front()->id).emit("hello", socketio::Raw{"1"});
    server.io.emit("end");
    CHECK(clients.front()->read_until("]").ends_with(R"(42["end"])"));
    for (std::size_t i = 1; i < clients.size(); ++i) {
      CHECK(clients[i]->read_until("]").ends_with(R"(42["hello",1])"));
      CHECK(clients[i]->read_until("]").ends_with(R"(42["end"])"));
    }
    std::promise<std::size_t> found;
    server.io.to("lobby").fetch_sockets(
        [&](const Result<std::vector<socketio::RemoteSocket>>& sockets) {
          found.set_value(sockets->size());
        });
    CHECK(found.get_future().get() == 6);
    server.io.to("lobby").disconnect_sockets();
    for (auto& client : clients) CHECK(client->read_until("41").ends_with("41"));
  }

  TEST_CASE("requests elsewhere are the program's; a port in use is an error") {
    Running server{1};
    server.io.on_request([](const http::Request& request, http::Responder responder) {
      responder.respond({.status = 200, .body = "you asked for " + request.path});
    });
    server.start();
    testing::TcpClient tcp;
    REQUIRE(tcp.connect(server.port));
    tcp.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(tcp.receive(10'000).ends_with("you asked for /hello"));
    Io second;
    CHECK_FALSE(second.listen(server.port, "127.0.0.1").has_value());
  }
}

}  // namespace
}  // namespace veche::server
