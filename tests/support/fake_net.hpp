#pragma once

/// @file
/// A network in memory: many loops, many clients, no waiting and no chance.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/loop/net.hpp"

namespace veche::testing {

class FakeClient;
class FakeNet;
struct FakeSocket;

/// What a server wrote in one call.
struct FakeWrite {
  std::string_view address;  ///< the client's
  std::string_view bytes;    ///< what was taken, which may be less than was offered
};

/// The wire between the FakeNets of servers and the FakeClients of a test.
///
///     FakeNetwork network;
///     FakeNet net{network};
///     Loop loop{net, clock, {}};            // loop.listen({"0.0.0.0", 80}, acceptor)
///     FakeClient client = network.connect(80);
///     client.send("hello");
///     loop.turn(0ms);
///     CHECK(client.receive() == "hi");
///
/// What one side does, the other can see at once. Descriptors are numbered and used again as a
/// kernel does it: the lowest free one is next.
///
/// Memory    What is in flight. Threads  One. Lifetime  Outlives its FakeNets.
class FakeNetwork {
 public:
  FakeNetwork() = default;
  FakeNetwork(const FakeNetwork&) = delete;
  FakeNetwork& operator=(const FakeNetwork&) = delete;
  ~FakeNetwork() = default;

  [[nodiscard]] bool is_listening(std::uint16_t port) const { return listeners_.contains(port); }

  /// Connects to a listener. Needs is_listening(port).
  [[nodiscard]] FakeClient connect(std::uint16_t port, std::string address = "10.0.0.1");

  /// The server's end of the oldest connection that a FakeNet has begun with connect() and nobody
  /// has taken yet; none when there is none.
  [[nodiscard]] std::optional<FakeClient> take_connect();
  /// Lets connect() fail from now on, or succeed again.
  void refuse_to_connect(bool refuse) { refuses_to_connect_ = refuse; }

  /// Is told of every write of every server, in order.
  void on_write(UniqueFunction<void(const FakeWrite&)> observer) {
    observer_ = std::move(observer);
  }

  /// Sockets that servers have open, listeners and those that wait to be accepted not counted.
  [[nodiscard]] std::size_t open_count() const { return sockets_.size(); }

 private:
  friend class FakeNet;

  struct Listener {
    FakeNet* net{};
    std::uint16_t port{};
    std::deque<std::shared_ptr<FakeSocket>> waiting;
  };

  [[nodiscard]] loop::SocketId take_id();
  void give_back(loop::SocketId id) { free_ids_.insert(id); }
  [[nodiscard]] Listener& listener(loop::SocketId socket);

  std::int32_t ids_end_{3};            // every id in use is below
  std::set<loop::SocketId> free_ids_;  // below ids_end_
  std::map<std::uint16_t, loop::SocketId> listeners_;
  std::map<loop::SocketId, Listener> listening_;
  std::map<loop::SocketId, std::shared_ptr<FakeSocket>> sockets_;
  std::deque<std::shared_ptr<FakeSocket>> connecting_;
  bool refuses_to_connect_{};
  UniqueFunction<void(const FakeWrite&)> observer_;
};

/// A client's end of a connection. Copies are the same end; dropping it does not hang up.
class FakeClient {
 public:
  explicit FakeClient(std::shared_ptr<FakeSocket> socket) : socket_{std::move(socket)} {}

  /// Ignored once the server has closed.
  void send(std::string_view bytes);
  /// Takes everything that the server has written since.
  [[nodiscard]] std::string receive();
  /// Says that nothing more will be sent.
  void finish();
  /// Is gone: the server finds the connection broken, and what was under way is lost.
  void vanish();

  /// How many bytes the server may write before this client must receive() some; 0 is a peer that
  /// has stopped reading. 1 MiB at first.
  void set_window(std::size_t bytes);
  /// The most bytes that one read of the server gets; no limit at first.
  void set_read_size(std::size_t bytes);
  /// What the server's next writes take, one number each; 0 is "again". Later ones take all.
  void set_write_sizes(std::deque<std::size_t> sizes);

  /// The server has said that it will write nothing more, or has closed.
  [[nodiscard]] bool is_at_end() const;
  /// The server has closed its socket.
  [[nodiscard]] bool is_closed() const;
  /// The server closed without having read everything; what it had written may be lost, and here
  /// it is.
  [[nodiscard]] bool is_reset() const;

 private:
  std::shared_ptr<FakeSocket> socket_;
};

/// The network of one loop. wait() never blocks: it tells what is ready and lets the test move
/// the time. When it ends, its listeners and the sockets it watches are closed, as when a process
/// dies.
///
/// Threads   One, but wake().
class FakeNet final : public loop::Net {
 public:
  explicit FakeNet(FakeNetwork& network) : network_{network} {}
  ~FakeNet() override;

  [[nodiscard]] Result<loop::SocketId> listen(const loop::Endpoint& endpoint) override;
  [[nodiscard]] std::uint16_t port(loop::SocketId listener) const override;
  [[nodiscard]] std::optional<loop::Accepted> accept(loop::SocketId listener) override;
  [[nodiscard]] Result<loop::SocketId> connect(const loop::Endpoint& remote,
                                               const std::string& local) override;
  [[nodiscard]] bool watch(loop::SocketId socket, loop::Interest interest,
                           std::uint64_t token) override;
  void unwatch(loop::SocketId socket) override;
  [[nodiscard]] loop::IoResult read(loop::SocketId socket, std::span<char> into) override;
  [[nodiscard]] loop::IoResult write(loop::SocketId socket, std::string_view bytes) override;
  void shutdown(loop::SocketId socket) override;
  void close(loop::SocketId socket) override;
  [[nodiscard]] std::span<const loop::Ready> wait(Milliseconds at_most) override;
  void wake() override { is_woken_.store(true, std::memory_order_release); }

  /// How long the last wait() would have waited.
  [[nodiscard]] Milliseconds asked_to_wait() const { return asked_to_wait_; }
  /// Whether wake() was called since the last wait().
  [[nodiscard]] bool is_woken() const { return is_woken_.load(std::memory_order_acquire); }
  /// What a socket is watched for; nothing when it is not watched here.
  [[nodiscard]] std::optional<loop::Interest> interest(loop::SocketId socket) const;

  /// Lets watch() fail, as when the system has no room.
  void refuse_to_watch(bool refuse) { refuses_to_watch_ = refuse; }

 private:
  friend class FakeNetwork;
  friend struct FakeSocket;

  static constexpr std::size_t events_max = 512;

  struct Watch {
    loop::Interest interest{};
    std::uint64_t token{};
  };

  /// Something about the socket has changed.
  void look_at(loop::SocketId socket);
  [[nodiscard]] std::optional<loop::Ready> readiness(loop::SocketId socket) const;
  [[nodiscard]] FakeSocket& socket(loop::SocketId socket) const;

  FakeNetwork& network_;
  std::map<loop::SocketId, Watch> watched_;
  std::set<loop::SocketId> maybe_ready_;  // all that are ready, and perhaps others
  loop::SocketId last_told_{loop::SocketId::none};
  std::vector<loop::Ready> ready_;
  Milliseconds asked_to_wait_{};
  std::atomic<bool> is_woken_{};
  bool refuses_to_watch_{};
};

}  // namespace veche::testing
