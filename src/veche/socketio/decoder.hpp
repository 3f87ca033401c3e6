#pragma once

/// @file
/// Socket.IO packets in. Spec: socket.io-protocol revision 5, "Packet encoding".

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "veche/json/parser.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {

/// What a peer may send.
struct DecoderLimits {
  std::size_t attachments_max{10};              ///< of one packet
  std::size_t attachment_bytes_max{2'000'000};  ///< of one packet, all together
  std::size_t namespace_bytes_max{256};
};

/// A packet whose attachments have not all come yet.
struct Collecting;
struct DeleteCollecting {
  void operator()(Collecting* collecting) const;
};
using CollectingPtr = std::unique_ptr<Collecting, DeleteCollecting>;

enum class DecodeOutcome : std::uint8_t {
  packet,     ///< a whole packet
  need_more,  ///< binary messages are to follow
  violation,  ///< the peer breaks the protocol: close the connection
};

/// What a message completed.
///
/// Lifetime  Views the message, the parser's document and, for a binary packet, memory of its
///           own; so it ends before the message, and before the parser parses again.
struct Decoded {
  DecodeOutcome outcome{DecodeOutcome::violation};
  Packet packet{};         ///< whole, or what a text said that attachments are to follow
  json::Value data{};      ///< packet.data, read; null when it is empty
  CollectingPtr memory{};  ///< what a binary packet stands in
};

/// Puts the messages of one connection together to packets.
///
///     auto decoded = decoder.text(message, parser, limits);
///     if (decoded.outcome == DecodeOutcome::violation) return close();
///     if (decoded.outcome == DecodeOutcome::packet) dispatch(decoded.packet, decoded.data);
///
/// Every rule about a packet by itself is checked here: the grammar, the JSON, what each type
/// may carry, reserved event names, the limits, every placeholder. Whether the packet suits the
/// state of its namespace is the Node's matter.
///
/// Memory    8 bytes. Only while attachments are due: the packet's text and what has come.
/// Threads   The parser's. Errors  None; what the peer does is an outcome. After a violation the
///           decoder is of no more use.
class Decoder {
 public:
  /// `message` is valid UTF-8, followed by json::Parser::padding readable bytes.
  [[nodiscard]] Decoded text(std::string_view message, json::Parser& parser,
                             const DecoderLimits& limits);
  [[nodiscard]] Decoded binary(std::string_view message, json::Parser& parser,
                               const DecoderLimits& limits);

  /// A packet of the msgpack parser, whole in one binary message. Its JSON form must fit the
  /// parser's bytes_max.
  [[nodiscard]] static Decoded msgpack(std::string_view message, json::Parser& parser,
                                       const DecoderLimits& limits);

  [[nodiscard]] bool is_collecting() const { return collecting_ != nullptr; }

 private:
  CollectingPtr collecting_;
};

/// The parts of a packet's text by the grammar alone; its JSON is not read. None for another text.
[[nodiscard]] std::optional<Packet> split_packet(std::string_view text,
                                                 const DecoderLimits& limits);

/// The two parts of an event's JSON array: what stands in it after the name, and the name when
/// that is a number. Needs the text of a valid, non-empty array.
struct EventText {
  std::string_view first;  ///< the first element as it is written
  std::string_view args;   ///< the others, comma separated
};
[[nodiscard]] EventText split_event(std::string_view array);

/// What stands between the brackets of a valid array.
[[nodiscard]] std::string_view inside_brackets(std::string_view array);

/// Whether `name` may not be the name of an event: connect, disconnecting, newListener, ...
[[nodiscard]] bool is_reserved_event(std::string_view name);

}  // namespace veche::socketio
