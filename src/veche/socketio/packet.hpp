#pragma once

/// @file
/// The Socket.IO packet as a value. Spec: socket.io-protocol revision 5.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veche::socketio {

/// The numbers are the wire ids.
enum class PacketType : std::uint8_t {
  connect = 0,
  disconnect = 1,
  event = 2,
  ack = 3,
  connect_error = 4,
  binary_event = 5,
  binary_ack = 6,
};

/// The binary values of a packet, in the order of their placeholders' numbers. In the JSON
/// each stands as {"_placeholder":true,"num":i}.
using Attachments = std::vector<std::string>;

/// Arguments that are JSON already, in place of values that would be turned into it:
///
///     socket.emit("hello", Raw{R"({"a":1},2)"});
///     event.ack(event.raw());
///
/// Lifetime  Views text and attachments that outlive the call it is handed to.
struct Raw {
  std::string_view args{};           ///< valid JSON values, comma separated, without brackets
  const Attachments* attachments{};  ///< what the placeholders in `args` stand for; null for none
};

/// The name of the namespace that is left out on the wire.
inline constexpr std::string_view main_namespace{"/"};

/// One packet. It views what it was decoded from, or what it is to be encoded from:
///
///     encoder.encode({.type = PacketType::event, .nsp = "/chat", .data = R"(["hello",1])"});
///     // 2/chat,["hello",1]
///
/// Lifetime  The views and `attachments` are the caller's, or the Decoded's, for as long as
///           the packet is used.
struct Packet {
  static constexpr std::uint64_t id_max = (std::uint64_t{1} << 53) - 1;

  PacketType type{};
  std::string_view nsp{main_namespace};
  std::optional<std::uint64_t> id{};  ///< of the ack that is asked for or given; at most id_max
  std::string_view data{};            ///< JSON text, empty for none
  const Attachments* attachments{};   ///< only of the binary types; null for none
};

}  // namespace veche::socketio
