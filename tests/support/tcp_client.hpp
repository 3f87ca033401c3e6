#pragma once

/// @file
/// A blocking TCP client on the loopback interface, for tests with real sockets.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace veche::testing {

/// One connection to 127.0.0.1 or ::1. No call waits for more than 5 seconds.
///
///     TcpClient client;
///     client.connect(port);
///     client.send("hello");
///     CHECK(client.receive(2) == "hi");
///
/// Errors    Aborts when the system refuses a socket. Lifetime  Closes at its end.
class TcpClient {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  explicit TcpClient(Family family = Family::v4);
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;
  ~TcpClient() { close(); }

  /// Whether the kernel has made the connection; nobody needs to have accepted it.
  [[nodiscard]] bool connect(std::uint16_t port);
  /// Sends everything, or as much as fits before 5 s have passed or the server is gone.
  void send(std::string_view bytes);
  /// Receives `size` bytes, or fewer when the server ends or 5 s have passed without any.
  [[nodiscard]] std::string receive(std::size_t size);
  /// Whether the server has closed or reset the connection; waits for it.
  [[nodiscard]] bool is_at_end();
  /// Says that nothing more will be sent.
  void finish();
  void close();
  /// Makes the kernel's receive buffer as small as it may be. Before connect().
  void shrink_receive_buffer();

 private:
  Family family_;
  int socket_;
};

}  // namespace veche::testing
