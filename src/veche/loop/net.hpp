#pragma once

/// @file
/// The seam between a loop and the network: epoll in production, a fake in tests and simulation.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"

namespace veche::loop {

/// A socket of one Net; a file descriptor in production.
enum class SocketId : std::int32_t { none = -1 };

struct Endpoint {
  std::string host;      ///< numeric address, "0.0.0.0", "::1"
  std::uint16_t port{};  ///< 0 asks for any free port
};

struct Accepted {
  SocketId socket{SocketId::none};
  std::string address;  ///< the peer's, numeric, without port
};

/// What came of one read or write.
enum class IoStatus : std::uint8_t {
  done,   ///< `bytes` were moved, at least one
  again,  ///< nothing now; wait until the socket is ready
  end,    ///< the peer has finished sending (read only)
  error,  ///< the connection is broken
};

struct IoResult {
  IoStatus status{};
  std::size_t bytes{};
};

/// What a socket is watched for.
struct Interest {
  bool read{};
  bool write{};

  bool operator==(const Interest&) const = default;
};

/// A socket that has become ready. `token` is what watch() was given.
struct Ready {
  std::uint64_t token{};
  bool readable{};  ///< also when the peer has closed or the socket is broken
  bool writable{};
  bool broken{};  ///< broken, or closed both ways: reported even when not watched for
};

/// The network of one loop. Level-triggered.
///
/// Threads   All calls on the loop's thread, but wake(). A socket accepted by one Net may be
///           watched by another of the same kind (a loop hands it over).
/// Errors    Values; nothing throws.
class Net {
 public:
  Net() = default;
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;
  virtual ~Net() = default;

  /// Listens; Errc::io with the system's reason ("address already in use").
  [[nodiscard]] virtual Result<SocketId> listen(const Endpoint& endpoint) = 0;
  /// The port a listener got.
  [[nodiscard]] virtual std::uint16_t port(SocketId listener) const = 0;
  /// The next connection that waits; none when there is none, or when the process is out of
  /// descriptors (that connection is then refused, not left to spin).
  [[nodiscard]] virtual std::optional<Accepted> accept(SocketId listener) = 0;

  /// Begins to connect to `remote`, from the numeric address `local`; empty lets the system choose.
  /// The socket may be watched at once: it is writable when the connection stands, and broken when
  /// there is none to be had. Errc::io with the system's reason, when that is known at once.
  [[nodiscard]] virtual Result<SocketId> connect(const Endpoint& remote,
                                                 const std::string& local) = 0;

  /// Starts to watch a socket, or changes its interest. `token` is not the largest number.
  /// False when the system has no room to watch one more; a change always succeeds.
  [[nodiscard]] virtual bool watch(SocketId socket, Interest interest, std::uint64_t token) = 0;
  /// Stops watching a socket without closing it.
  virtual void unwatch(SocketId socket) = 0;

  [[nodiscard]] virtual IoResult read(SocketId socket, std::span<char> into) = 0;
  /// Needs bytes. After `again` the next write begins with the same bytes, and has no fewer.
  [[nodiscard]] virtual IoResult write(SocketId socket, std::string_view bytes) = 0;
  /// Says that nothing more will be written; the peer may still send.
  virtual void shutdown(SocketId socket) = 0;
  virtual void close(SocketId socket) = 0;

  /// Whether what is read and written on a socket is encrypted on its way; false for one that is
  /// not watched.
  [[nodiscard]] virtual bool is_secure(SocketId socket) const {
    static_cast<void>(socket);
    return false;
  }

  /// Waits until a socket is ready, wake() is called or `at_most` has passed, and tells which
  /// sockets are ready. The span is valid until the next call.
  [[nodiscard]] virtual std::span<const Ready> wait(Milliseconds at_most) = 0;
  /// Ends the wait under way, or the next one. From any thread.
  virtual void wake() = 0;
};

}  // namespace veche::loop
