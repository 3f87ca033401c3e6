#pragma once

/// @file
/// Packets of socket.io-msgpack-parser in: one binary message each, turned into a packet's text.

#include <optional>
#include <string>
#include <string_view>

#include "veche/socketio/decoder.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {

/// What a msgpack message says, in the words of the text protocol: `2/chat,7["e",1]`, or
/// `51-["e",{"_placeholder":true,"num":0}]` with the bytes beside it. The Decoder reads it on,
/// so handlers cannot tell which parser a client uses.
struct MsgpackPacket {
  std::string text;  ///< its JSON is well formed; what a type may carry is not checked
  Attachments attachments;
};

/// Reads one map with `type` (0 to 4), `nsp`, and perhaps `data` and `id`; other members are
/// passed over. None when the peer breaks a rule: bytes that are no msgpack or are too many, a
/// text that is no UTF-8, a key that is no text or integer, a member twice, an id beyond 2^53,
/// more than the limits allow, arrays and maps nested deeper than 128.
///
/// As notepack.io writes them: undefined becomes null, a Date its ISO text (null outside of the
/// years 0 to 9999), an ArrayBuffer bytes. NaN and the infinities become null; any other
/// extension breaks the rules.
///
/// Time      Linear in the message. Memory  The text: up to 6 bytes for one of the message.
/// Errors    None but std::bad_alloc.
[[nodiscard]] std::optional<MsgpackPacket> read_msgpack(std::string_view message,
                                                        const DecoderLimits& limits);

}  // namespace veche::socketio
