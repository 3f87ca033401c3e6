#pragma once

/// @file
/// The opening handshake of a WebSocket, the client's side (RFC 6455 section 4.1).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "veche/base/rng.hpp"

namespace veche::client {

/// Asks a server to make a WebSocket of the connection, and reads its answer.
///
///     Upgrade upgrade{host, "/socket.io/?EIO=4&transport=websocket", rng};
///     connection.send(Frame::copy(upgrade.request()), Priority::hi);
///     const auto answer = upgrade.receive(bytes);   // done: what follows answer.taken is frames
///
/// Time      Linear in the answer, however it is cut. Memory  The answer's head, at most 16 KiB.
/// Threads   One. Errors  Outcome::refused, with why(). Lifetime  One handshake.
class Upgrade {
 public:
  enum class Outcome : std::uint8_t { need_more, done, refused };
  struct Progress {
    Outcome outcome{};
    std::size_t taken{};  ///< bytes of the last piece that belong to the answer's head
  };

  static constexpr std::size_t head_bytes_max = 16UL * 1024;

  /// `host` and `target` go into the request as they are: no line ends in them.
  Upgrade(std::string_view host, std::string_view target, Rng& rng);

  [[nodiscard]] const std::string& request() const { return request_; }

  /// The next bytes. Needs that no earlier call was done or refused.
  [[nodiscard]] Progress receive(std::string_view bytes);

  /// Why the server's answer is no upgrade: "the server answered HTTP/1.1 400 Bad Request".
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  [[nodiscard]] bool judge();

  std::string request_;
  std::string accept_;  // what the server must answer to our key
  std::string head_;
  std::string why_;
};

}  // namespace veche::client
