// Goal: EpollNet does what Net promises. Method: real sockets on the loopback interface, on ports
// that the kernel chooses; every wait is bounded.

#include "veche/loop/epoll_net.hpp"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/tcp_client.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::TcpClient;

constexpr auto patience = 5'000ms;

/// A listener and a client that has connected to it.
struct TcpPair {
  explicit TcpPair(const std::string& host = "127.0.0.1",
                   TcpClient::Family family = TcpClient::Family::v4)
      : listener{net.listen({host, 0}).value()}, client{family} {
    REQUIRE(net.watch(listener, {.read = true}, 1));
    REQUIRE(client.connect(net.port(listener)));
    REQUIRE(net.wait(patience).size() == 1);
    accepted = net.accept(listener).value();
    REQUIRE_FALSE(net.accept(listener).has_value());
    REQUIRE(net.watch(accepted.socket, {.read = true}, 7));
  }
  ~TcpPair() {
    net.close(listener);
    net.close(accepted.socket);
  }
  TcpPair(const TcpPair&) = delete;
  TcpPair& operator=(const TcpPair&) = delete;

  /// "7 readable", "7 readable writable broken", "" when nothing comes.
  std::string wait(Milliseconds at_most = patience) {
    std::string line;
    for (const Ready& ready : net.wait(at_most)) {
      if (!line.empty()) line += ", ";
      line += std::to_string(ready.token);
      if (ready.readable) line += " readable";
      if (ready.writable) line += " writable";
      if (ready.broken) line += " broken";
    }
    return line;
  }

  EpollNet net;
  SocketId listener;
  TcpClient client;
  Accepted accepted;
  std::array<char, 1'024> buffer{};
};

TEST_SUITE("loop/epoll_net: listening and accepting") {
  TEST_CASE("a port gives its connections with the peer's address, ready for use") {
    TcpPair pair;
    CHECK(pair.accepted.address == "127.0.0.1");
    const int socket = static_cast<int>(pair.accepted.socket);
    CHECK((fcntl(socket, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(socket, F_GETFD) & FD_CLOEXEC) != 0);
    int no_delay = 0;
    socklen_t size = sizeof(no_delay);
    getsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    CHECK(no_delay != 0);
  }

  TEST_CASE("a listener on :: takes IPv6, and IPv4 shown as such") {
    CHECK(TcpPair{"::", TcpClient::Family::v6}.accepted.address == "::1");
    CHECK(TcpPair{"::", TcpClient::Family::v4}.accepted.address == "127.0.0.1");
  }

  TEST_CASE("failures say what is wrong") {
    TcpPair pair;
    const std::uint16_t port = pair.net.port(pair.listener);
    const auto taken = pair.net.listen({"127.0.0.1", port});
    REQUIRE_FALSE(taken.has_value());
    CHECK(taken.error() == Error{Errc::io, "cannot listen on 127.0.0.1 port " +
                                               std::to_string(port) + ": Address already in use"});
    CHECK(pair.net.listen({"localhost", 0}).error().text ==
          "cannot listen on \"localhost\": not a numeric address");
  }

  TEST_CASE("out of descriptors, connections are refused and the listener is not left ready") {
    EpollNet net;
    const SocketId listener = net.listen({"127.0.0.1", 0}).value();
    REQUIRE(net.watch(listener, {.read = true}, 1));
    std::vector<TcpClient> clients(3);
    for (TcpClient& client : clients) REQUIRE(client.connect(net.port(listener)));
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int lowest_free = dup(0);
    ::close(lowest_free);
    // Exactly what is open now stays allowed.
    const rlimit none{.rlim_cur = static_cast<rlim_t>(lowest_free), .rlim_max = before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    REQUIRE(net.wait(patience).size() == 1);
    const auto accepted = net.accept(listener);
    const std::size_t ready_after = net.wait(0ms).size();
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_FALSE(accepted.has_value());
    CHECK(ready_after == 0);
    for (TcpClient& client : clients) CHECK(client.is_at_end());
    // With descriptors again, so are connections.
    TcpClient late;
    REQUIRE(late.connect(net.port(listener)));
    REQUIRE(net.wait(patience).size() == 1);
    const auto welcome = net.accept(listener);
    REQUIRE(welcome.has_value());
    net.close(welcome->socket);
    net.close(listener);
  }
}

TEST_SUITE("loop/epoll_net: reading and writing") {
  TEST_CASE("bytes go both ways; a socket stays ready until it is read") {
    TcpPair pair;
    CHECK(pair.net.read(pair.accepted.socket, pair.buffer).status == IoStatus::again);
    pair.client.send("hello");
    CHECK(pair.wait() == "7 readable");
    CHECK(pair.wait() == "7 readable");
    const IoResult read = pair.net.read(pair.accepted.socket, pair.buffer);
    CHECK(read.status == IoStatus::done);
    CHECK(std::string{pair.buffer.data(), read.bytes} == "hello");
    CHECK(pair.wait(0ms) == "");
    CHECK(pair.net.write(pair.accepted.socket, "hi").bytes == 2);
    CHECK(pair.client.receive(2) == "hi");
  }

  TEST_CASE("a socket is told writable only when watched for it") {
    TcpPair pair;
    CHECK(pair.wait(0ms) == "");
    REQUIRE(pair.net.watch(pair.accepted.socket, {.read = true, .write = true}, 7));
    CHECK(pair.wait() == "7 writable");
    REQUIRE(pair.net.watch(pair.accepted.socket, {}, 7));
    pair.client.send("x");
    CHECK(pair.wait(20ms) == "");
  }

  TEST_CASE("a peer that does not read makes the writer wait") {
    TcpPair pair;
    const std::string bytes(1UL << 20, 'x');
    IoResult result{};
    for (int i = 0; i < 100 && result.status == IoStatus::done; ++i) {
      result = pair.net.write(pair.accepted.socket, bytes);
    }
    CHECK(result.status == IoStatus::again);
  }

  TEST_CASE("a peer that finishes is at its end, and may still be answered") {
    TcpPair pair;
    pair.client.finish();
    CHECK(pair.wait() == "7 readable");
    CHECK(pair.net.read(pair.accepted.socket, pair.buffer).status == IoStatus::end);
    CHECK(pair.net.write(pair.accepted.socket, "bye").status == IoStatus::done);
    pair.net.shutdown(pair.accepted.socket);
    CHECK(pair.client.receive(10) == "bye");
    CHECK(pair.wait() == "7 readable writable broken");
  }

  TEST_CASE("a reset is told whatever is watched for, and no signal is raised by writing") {
    TcpPair pair;
    REQUIRE(pair.net.watch(pair.accepted.socket, {}, 7));
    CHECK(pair.net.write(pair.accepted.socket, "unread").status == IoStatus::done);
    // Closing with unread bytes resets the connection.
    CHECK(pair.client.receive(1) == "u");
    pair.client.close();
    CHECK(pair.wait() == "7 readable writable broken");
    CHECK(pair.net.read(pair.accepted.socket, pair.buffer).status == IoStatus::error);
    CHECK(pair.net.write(pair.accepted.socket, "x").status == IoStatus::error);
  }

  TEST_CASE("a socket that is no longer watched is not told of, and another net may watch it") {
    TcpPair pair;
    EpollNet other;
    pair.net.unwatch(pair.accepted.socket);
    REQUIRE(other.watch(pair.accepted.socket, {.read = true}, 9));
    pair.client.send("x");
    const auto ready = other.wait(patience);
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].token == 9);
    CHECK(pair.wait(0ms) == "");
  }
}

TEST_SUITE("loop/epoll_net: connecting") {
  TEST_CASE("a socket connects from the address it is told, and is writable when it stands") {
    EpollNet net;
    const SocketId listener = net.listen({"127.0.0.1", 0}).value();
    const SocketId socket = net.connect({"127.0.0.1", net.port(listener)}, "127.0.0.7").value();
    REQUIRE(net.watch(socket, {.read = true, .write = true}, 7));
    const auto ready = net.wait(patience);
    REQUIRE(ready.size() == 1);
    CHECK((ready[0].writable && !ready[0].broken));
    CHECK(net.accept(listener).value().address == "127.0.0.7");
    net.close(socket);
    net.close(listener);
  }

  TEST_CASE("nobody there: an error at once, or a socket that is broken") {
    EpollNet net;
    const SocketId listener = net.listen({"127.0.0.1", 0}).value();
    const std::uint16_t port = net.port(listener);
    net.close(listener);
    const Result<SocketId> socket = net.connect({"127.0.0.1", port}, "");
    if (socket.has_value()) {
      REQUIRE(net.watch(*socket, {.read = true}, 7));
      const auto ready = net.wait(patience);
      REQUIRE(ready.size() == 1);
      CHECK(ready[0].broken);
      net.close(*socket);
    } else {
      CHECK(socket.error().text.starts_with("cannot connect to 127.0.0.1 port "));
    }
    CHECK(net.connect({"localhost", port}, "").error().text ==
          "cannot connect to \"localhost\": not a numeric address");
  }
}

TEST_SUITE("loop/epoll_net: wake") {
  TEST_CASE("a wake ends the next wait, many wakes end one") {
    EpollNet net;
    for (int i = 0; i < 10; ++i) net.wake();
    const auto before = std::chrono::steady_clock::now();
    CHECK(net.wait(patience).empty());
    CHECK(std::chrono::steady_clock::now() - before < patience);
    const auto second = std::chrono::steady_clock::now();
    CHECK(net.wait(10ms).empty());
    CHECK(std::chrono::steady_clock::now() - second >= 9ms);
  }

  TEST_CASE("a wake from another thread ends the wait under way") {
    EpollNet net;
    const auto before = std::chrono::steady_clock::now();
    std::thread waker{[&] { net.wake(); }};
    CHECK(net.wait(patience).empty());
    waker.join();
    CHECK(std::chrono::steady_clock::now() - before < patience);
  }
}

}  // namespace
}  // namespace veche::loop
