#pragma once

/// @file
/// Engine.IO packets. Spec: engine.io-protocol revision 4, section "Packet encoding".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/engineio/options.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::engineio {

/// The numbers are the wire's digits.
enum class PacketType : std::uint8_t {
  open = 0,
  close = 1,
  ping = 2,
  pong = 3,
  message = 4,
  upgrade = 5,
  noop = 6,
};

/// One packet that came in; `data` points into what it was read from.
struct Packet {
  PacketType type{};
  std::string_view data;
  bool is_binary{};  ///< only ever true for a message

  bool operator==(const Packet&) const = default;
};

/// Reads a packet in text: a digit and data. None for an empty text and an unknown type.
[[nodiscard]] std::optional<Packet> read_text_packet(std::string_view text);

/// One packet, or a few that stay together, in the encodings of both transports.
struct Encoded {
  Frame websocket;
  Frame payload;
};

/// Packets that are the same for everybody, encoded once. Confined to one loop, as its frames.
struct ConstantPackets {
  ConstantPackets();

  Encoded ping;        ///< "2"
  Frame probe_answer;  ///< "3probe", over WebSocket only
};

/// The text of the packet that opens a session: `0{"sid":...}`. `transport` is the one it opens
/// on: from polling an upgrade is offered.
[[nodiscard]] std::string open_packet(std::string_view sid, Transport transport,
                                      const Options& options);

}  // namespace veche::engineio
