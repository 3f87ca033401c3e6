#pragma once

/// @file
/// TLS between a loop and its network.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/log.hpp"
#include "veche/loop/net.hpp"
#include "veche/loop/tls_context.hpp"
#include "veche/loop/tls_stream.hpp"

namespace veche::loop {

/// A Net over another: what its listeners accept speaks TLS, and the loop above sees plain bytes.
/// Sockets that connect(), and descriptors that were not accepted, stay as they are.
///
///     EpollNet epoll;
///     TlsNet net{epoll, *context, log};
///     Loop loop{net, clock, {}};          // everything above is the same
///
/// Still level-triggered: a socket whose plain bytes were not all read is told again, though the
/// network below has nothing. The handshake happens inside of read(): nothing is told of it, and
/// who waits for a first byte in vain ends the connection. A socket that is unwatched may be
/// watched by another TlsNet of the same TlsContext, and goes on there.
///
/// Time      At most `handshakes_a_turn` sockets shake hands in a turn; the rest take the next,
///           so that a crowd of new clients does not hold up the others.
/// Memory    About 100 bytes a socket, and its TlsStream.
/// Threads   As Net. Errors  A failed handshake ends the connection and is told to the log as
///           an event, "tls".
/// Lifetime  The net below, the context and the log outlive it.
class TlsNet final : public Net {
 public:
  static constexpr int handshakes_a_turn = 32;

  TlsNet(Net& below, TlsContext& context, Log& log) : below_{below}, context_{context}, log_{log} {}

  [[nodiscard]] Result<SocketId> listen(const Endpoint& endpoint) override {
    return below_.listen(endpoint);
  }
  [[nodiscard]] std::uint16_t port(SocketId listener) const override {
    return below_.port(listener);
  }
  [[nodiscard]] std::optional<Accepted> accept(SocketId listener) override;
  [[nodiscard]] Result<SocketId> connect(const Endpoint& remote,
                                         const std::string& local) override {
    return below_.connect(remote, local);
  }
  [[nodiscard]] bool watch(SocketId socket, Interest interest, std::uint64_t token) override;
  void unwatch(SocketId socket) override;
  /// Needs a watched socket, as write() and shutdown() do.
  [[nodiscard]] IoResult read(SocketId socket, std::span<char> into) override;
  [[nodiscard]] IoResult write(SocketId socket, std::string_view bytes) override;
  void shutdown(SocketId socket) override;
  void close(SocketId socket) override;
  [[nodiscard]] bool is_secure(SocketId socket) const override;
  [[nodiscard]] std::span<const Ready> wait(Milliseconds at_most) override;
  void wake() override { below_.wake(); }

 private:
  struct Watched {
    std::uint64_t token{};
    Interest wanted{};                  // by the loop
    Interest below{};                   // what the net below watches for
    std::unique_ptr<TlsStream> stream;  // null: no TLS
    bool is_told{};                     // in this wait()
  };
  using Map = std::unordered_map<SocketId, Watched>;

  [[nodiscard]] Map::value_type& find(SocketId socket);
  [[nodiscard]] bool start(Map::value_type& entry);
  void refresh(Map::value_type& entry);
  void tell(Map::value_type& entry, const Ready& ready);
  void tell_rest();

  Net& below_;
  TlsContext& context_;
  Log& log_;
  Map watched_;
  std::set<SocketId> unread_;  // watched for reading, with bytes that TLS holds
  std::vector<Ready> ready_;
  int handshakes_{};  // in this wait()
};

}  // namespace veche::loop
