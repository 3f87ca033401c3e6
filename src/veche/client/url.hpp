#pragma once

/// @file
/// The address of a Socket.IO server as a person writes it.

#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/loop/net.hpp"

namespace veche::client {

/// Where a server is and what a request to it names.
struct ServerAddress {
  loop::Endpoint endpoint;
  std::string host;                 ///< for the Host field, "127.0.0.1:3001"
  std::string path{"/socket.io/"};  ///< of the engine, with both slashes
};

/// Reads "http://127.0.0.1:3001", "ws://[::1]:3001/chat/" or "127.0.0.1:3001"; "localhost" is
/// 127.0.0.1, the port is 80 unless given, and the path "/socket.io/" unless given.
/// Errc::invalid for another scheme, a name that is no numeric address, a port out of range,
/// a query, credentials, and control bytes or spaces.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view url);

}  // namespace veche::client
