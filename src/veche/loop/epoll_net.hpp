#pragma once

/// @file
/// The network of a loop on Linux: TCP over epoll.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/loop/net.hpp"

namespace veche::loop {

/// Level-triggered epoll, with an eventfd for wake(). A SocketId is a file descriptor.
///
///     EpollNet net;
///     Loop loop{net, clock, {}};
///
/// IPv4 and IPv6, addresses in numbers; a listener on "::" takes both, and an IPv4 peer is shown
/// as IPv4 there too. Sockets do not block, are closed on exec and send without delay (Nagle's
/// algorithm is off); a write to a peer that has gone raises no signal.
///
/// Time      At most 512 events a wait. Memory  About 20 KiB.
/// Threads   As Net. Wakes are coalesced: one write until the loop has seen it.
/// Errors    Values. When the process is out of descriptors, connections that wait are accepted
///           on a reserved one and closed at once: their peers learn it, and the listener does
///           not stay ready. Aborts when the process has no descriptors at construction.
/// Lifetime  Outlives the loop. Sockets still open stay open.
class EpollNet final : public Net {
 public:
  EpollNet();
  ~EpollNet() override;

  [[nodiscard]] Result<SocketId> listen(const Endpoint& endpoint) override;
  [[nodiscard]] std::uint16_t port(SocketId listener) const override;
  [[nodiscard]] std::optional<Accepted> accept(SocketId listener) override;
  [[nodiscard]] Result<SocketId> connect(const Endpoint& remote, const std::string& local) override;
  [[nodiscard]] bool watch(SocketId socket, Interest interest, std::uint64_t token) override;
  void unwatch(SocketId socket) override;
  [[nodiscard]] IoResult read(SocketId socket, std::span<char> into) override;
  [[nodiscard]] IoResult write(SocketId socket, std::string_view bytes) override;
  void shutdown(SocketId socket) override;
  void close(SocketId socket) override;
  [[nodiscard]] std::span<const Ready> wait(Milliseconds at_most) override;
  void wake() override;

 private:
  static constexpr std::size_t events_max = 512;
  static constexpr int refusals_max = 64;  // connections refused in one accept()

  [[nodiscard]] bool refuse(SocketId listener);
  void consume_wake();

  int epoll_{-1};
  int wake_{-1};
  int reserve_{-1};  // given up for a moment to accept what must be refused
  std::atomic<bool> is_woken_{};
  std::array<Ready, events_max> ready_{};
};

}  // namespace veche::loop
