#pragma once

/// @file
/// Why a socket was disconnected, in the words that Socket.IO's server documents.

#include <cstdint>
#include <string_view>

#include "veche/engineio/socket.hpp"

namespace veche::socketio {

enum class DisconnectReason : std::uint8_t {
  client_namespace_disconnect,  ///< the client said disconnect()
  server_namespace_disconnect,  ///< this side said disconnect()
  server_shutting_down,
  ping_timeout,
  transport_close,  ///< the peer vanished, or read too slowly
  transport_error,
  parse_error,          ///< the peer sent what is no packet
  forced_close,         ///< the engine closed the session
  forced_server_close,  ///< this side closed the connection without a word
};

/// "transport close", "client namespace disconnect", ... Static storage.
[[nodiscard]] std::string_view to_string(DisconnectReason reason);

/// What the end of the session means for the sockets on it.
[[nodiscard]] DisconnectReason disconnect_reason(engineio::CloseReason reason);

}  // namespace veche::socketio
