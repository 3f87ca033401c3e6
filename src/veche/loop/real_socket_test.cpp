// Goal: loops, threads and sockets together. Method: real connections on the loopback interface;
// loops run on threads of their own; every wait is bounded by the client's 5 seconds.

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "veche/loop/epoll_net.hpp"
#include "veche/loop/loop.hpp"
#include "veche/loop/system.hpp"

#include "support/tcp_client.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;
using testing::TcpClient;

/// Answers with what it gets; "bye" closes.
class Echo final : public Acceptor, public ConnectionEvents {
 public:
  explicit Echo(Loop& loop) : loop_{loop} {}

  void accepted(Accepted accepted) override {
    loop_.adopt(accepted.socket, std::move(accepted.address), *this);
  }
  void received(Connection& connection, std::span<char> bytes, Instant /*now*/) override {
    const std::string_view text{bytes.data(), bytes.size()};
    connection.send(Frame::copy(text), Priority::hi);
    if (text == "bye") connection.close_after_flush();
  }
  void ended(Connection& /*connection*/, EndReason reason, Instant /*now*/) override {
    last_end.store(reason);
    ++ends;
  }

  std::atomic<EndReason> last_end{};
  std::atomic<int> ends{};

 private:
  Loop& loop_;
};

/// A loop on a thread of its own.
struct RunningLoop {
  explicit RunningLoop(LoopOptions options = {}) : loop{net, clock, options} {}
  ~RunningLoop() { stop(); }
  RunningLoop(const RunningLoop&) = delete;
  RunningLoop& operator=(const RunningLoop&) = delete;

  void start() {
    thread = std::thread{[this] { loop.run(); }};
  }
  void stop() {
    loop.stop();
    if (thread.joinable()) thread.join();
  }
  /// Runs `work` on the loop and waits for it.
  template <typename F>
  void run(F work) {
    std::promise<void> done;
    loop.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  SystemClock clock;
  EpollNet net;
  Loop loop;
  Echo echo{loop};
  std::thread thread;
};

TEST_SUITE("loop: real sockets") {
  TEST_CASE("a hundred clients are answered, and their ends are told") {
    RunningLoop server;
    const std::uint16_t port = server.loop.listen({"127.0.0.1", 0}, server.echo).value();
    server.start();
    std::vector<TcpClient> clients(100);
    for (TcpClient& client : clients) REQUIRE(client.connect(port));
    for (TcpClient& client : clients) client.send("hello");
    for (TcpClient& client : clients) CHECK(client.receive(5) == "hello");
    CHECK(server.loop.connection_count() == 100);
    for (TcpClient& client : clients) {
      client.send("bye");
      CHECK(client.receive(10) == "bye");
      client.close();
    }
    for (int i = 0; i < 1'000 && server.echo.ends < 100; ++i) server.run([] {});
    CHECK(server.echo.ends == 100);
    CHECK(server.echo.last_end.load() == EndReason::closed);
  }

  TEST_CASE("a megabyte goes through a small window and back") {
    RunningLoop server{{.queue_bytes_max = 16UL << 20}};
    const std::uint16_t port = server.loop.listen({"127.0.0.1", 0}, server.echo).value();
    server.start();
    TcpClient client;
    client.shrink_receive_buffer();
    REQUIRE(client.connect(port));
    std::string sent(1UL << 20, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 % 251);
    std::thread sender{[&] { client.send(sent); }};
    const std::string received = client.receive(sent.size());
    sender.join();
    CHECK(received == sent);
  }

  TEST_CASE("a peer that does not read is ended at the cap, and others do not notice") {
    RunningLoop server{{.queue_bytes_max = 1UL << 20}};
    const std::uint16_t port = server.loop.listen({"127.0.0.1", 0}, server.echo).value();
    server.start();
    TcpClient slow;
    slow.shrink_receive_buffer();
    REQUIRE(slow.connect(port));
    TcpClient other;
    REQUIRE(other.connect(port));
    slow.send(std::string(64UL << 20, 'x'));
    other.send("canary");
    CHECK(other.receive(6) == "canary");
    CHECK(server.echo.ends == 1);
    CHECK(server.echo.last_end.load() == EndReason::overloaded);
  }

  TEST_CASE("one loop accepts, another serves") {
    RunningLoop acceptor;
    RunningLoop server;
    class HandOver final : public Acceptor {
     public:
      explicit HandOver(RunningLoop& to) : to_{to} {}
      void accepted(Accepted accepted) override {
        to_.loop.post([this, accepted] { to_.echo.accepted(accepted); });
      }

     private:
      RunningLoop& to_;
    } hand_over{server};
    const std::uint16_t port = acceptor.loop.listen({"127.0.0.1", 0}, hand_over).value();
    acceptor.start();
    server.start();
    std::vector<TcpClient> clients(10);
    for (TcpClient& client : clients) {
      REQUIRE(client.connect(port));
      client.send("hello");
      CHECK(client.receive(5) == "hello");
    }
    CHECK(acceptor.loop.connection_count() == 0);
    CHECK(server.loop.connection_count() == 10);
  }

  TEST_CASE("posts from many threads run on the loop's thread, each thread's in order") {
    RunningLoop server;
    server.start();
    std::thread::id runner;
    server.run([&] { runner = std::this_thread::get_id(); });
    std::vector<int> last(4, -1);
    int out_of_order = 0;
    std::vector<std::thread> posters;
    for (std::size_t t = 0; t < last.size(); ++t) {
      posters.emplace_back([&, t] {
        for (int i = 0; i < 5'000; ++i) {
          server.loop.post([&, t, i] {
            if (last[t] + 1 != i || std::this_thread::get_id() != runner) ++out_of_order;
            last[t] = i;
          });
        }
      });
    }
    for (std::thread& poster : posters) poster.join();
    server.run([] {});
    CHECK(last == std::vector<int>(4, 4'999));
    CHECK(out_of_order == 0);
  }

  TEST_CASE("a timer runs on the loop, not before its time") {
    RunningLoop server;
    std::promise<Instant> ran;
    const Instant start = server.clock.now();
    server.loop.at(start + 20ms, [&] { ran.set_value(server.loop.now()); });
    server.start();
    CHECK(ran.get_future().get() >= start + 20ms);
  }
}

}  // namespace
}  // namespace veche::loop
