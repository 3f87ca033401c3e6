#pragma once

/// @file
/// Many clients at once in a House, and what the server holds of the heap for them.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "simulation/heap.hpp"
#include "simulation/house.hpp"

namespace veche::simulation {

/// A net whose own memory is not the server's.
class ApartNet final : public loop::Net {
 public:
  explicit ApartNet(testing::FakeNetwork& network) : net_{network} {}

  Result<loop::SocketId> listen(const loop::Endpoint& endpoint) override;
  std::uint16_t port(loop::SocketId listener) const override { return net_.port(listener); }
  std::optional<loop::Accepted> accept(loop::SocketId listener) override;
  Result<loop::SocketId> connect(const loop::Endpoint& remote, const std::string& local) override;
  bool watch(loop::SocketId socket, loop::Interest interest, std::uint64_t token) override;
  void unwatch(loop::SocketId socket) override;
  loop::IoResult read(loop::SocketId socket, std::span<char> into) override;
  loop::IoResult write(loop::SocketId socket, std::string_view bytes) override;
  void shutdown(loop::SocketId socket) override;
  void close(loop::SocketId socket) override;
  std::span<const loop::Ready> wait(Milliseconds at_most) override;
  void wake() override { net_.wake(); }

 private:
  testing::FakeNet net_;
};

/// A house with one loop, whose heap is counted, and clients that come and go by the thousand.
///
///     Crowd crowd{1000};
///     crowd.know(1000);                                 // their users are in the store
///     const auto before = heap::live_bytes();
///     crowd.bring(1000, Crowd::Stage::signed_in);
///     CHECK((heap::live_bytes() - before) / 1000 < 2048);
class Crowd {
 public:
  /// How far a client goes.
  enum class Stage : std::uint8_t {
    accepted,   ///< TCP alone
    opened,     ///< Engine.IO over WebSocket, and no CONNECT
    polling,    ///< Engine.IO over polling, and no CONNECT
    signed_in,  ///< CONNECT with a token
  };

  /// Clients are those of so many users in turn.
  explicit Crowd(std::size_t users);

  /// Lets the first `count` users sign in and leave, one after the other.
  void know(std::size_t count);
  /// Brings `count` more, a few hundred at a time, and takes what they are told.
  void bring(std::size_t count, Stage stage);
  /// One client, or every one, sends this Engine.IO packet.
  void say(std::size_t client, std::string_view packet);
  void say(std::string_view packet);
  /// Takes what the clients were sent, answers pings, and says how many bytes it was.
  std::size_t hear();
  /// All clients vanish, and the server finds out.
  void leave();

  [[nodiscard]] std::size_t size() const { return clients_.size(); }
  [[nodiscard]] House& house() { return *house_; }
  void settle();

 private:
  static constexpr std::size_t at_once = 500;

  void begin(Stage stage);

  std::size_t users_;
  std::unique_ptr<House> house_;
  std::vector<testing::FakeClient> clients_;
  std::size_t next_user_{};
};

/// An id as the seed has them, 24 hex digits.
[[nodiscard]] std::string numbered_user(std::size_t number);

}  // namespace veche::simulation
