#pragma once

/// @file
/// What can be set about Engine.IO.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/engineio/cookie.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::engineio {

/// All durations are over zero.
struct Options {
  std::string path{"/socket.io/"};  ///< every path that begins so is the engine's
  /// Those that are served, at least one; any other is unknown.
  std::vector<Transport> transports{Transport::polling, Transport::websocket};
  bool allow_upgrades{true};             ///< from polling to WebSocket, when both are served
  Milliseconds ping_interval{25'000};    ///< from the opening or the last pong to the next ping
  Milliseconds ping_timeout{20'000};     ///< from a ping to its pong
  Milliseconds upgrade_timeout{10'000};  ///< from a probing WebSocket to its upgrade packet
  Milliseconds close_timeout{30'000};    ///< how long a closed polling session awaits its last GET
  Milliseconds admission_timeout{45'000};  ///< for the application to allow a handshake
  std::uint32_t max_payload{1'000'000};    ///< bytes of one POST; told to clients
  std::size_t packets_max{65'536};         ///< packets of one POST
  std::size_t queue_bytes_max{1U << 20};   ///< bytes waiting for a GET, behind the first message
  std::size_t sessions_max{1'000'000};     ///< at once; handshakes beyond are answered 503
  std::optional<CookieOptions> cookie{};   ///< set by handshakes, for load balancers

  [[nodiscard]] bool serves(Transport transport) const {
    return std::find(transports.begin(), transports.end(), transport) != transports.end();
  }
  /// Whether a session over polling may move to a WebSocket.
  [[nodiscard]] bool offers_upgrade() const {
    return allow_upgrades && serves(Transport::websocket);
  }
};

}  // namespace veche::engineio
