#pragma once

/// @file
/// What a server sends inside Engine.IO text messages, taken apart without reading the JSON.

#include <cstdint>
#include <optional>
#include <string_view>

#include "veche/socketio/packet.hpp"

namespace veche::client {

/// An event that came in: its name as it stands between the quotes, and the JSON after it.
///
///     split_event(R"(["message:new",{"text":"hi"}])")   // "message:new", {"text":"hi"}
struct Event {
  std::string_view name;
  std::string_view args;  ///< JSON values, comma separated, without brackets; maybe empty
  std::optional<std::uint64_t> id{};  ///< of the ack that is asked for
};

/// Reads a Socket.IO packet of the main namespace. The text after the head is not looked at but
/// for its brackets, so that thousands of deliveries cost little: read it with json::Parser before
/// it is trusted. None for another namespace, binary packets, and a head or brackets that are not
/// the protocol's.
[[nodiscard]] std::optional<socketio::Packet> read_packet(std::string_view text);

/// Takes the data of an EVENT apart. None when its first element is no string, or is one with an
/// escape in it.
[[nodiscard]] std::optional<Event> split_event(std::string_view array);

}  // namespace veche::client
