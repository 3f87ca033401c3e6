#pragma once

/// @file
/// Packets out for clients of socket.io-msgpack-parser.

#include <cstddef>

#include "veche/engineio/outgoing.hpp"
#include "veche/json/parser.hpp"

namespace veche::socketio {

/// Turns a packet that was encoded for text clients into the one binary message that a msgpack
/// client gets: a map of `type`, `nsp`, `data` and `id`, laid out as notepack.io does, with bytes
/// in the places of their placeholders.
///
///     const engineio::Outgoing* packet = msgpack.encode(encoder.event("/", {}, {"hello", "1"}));
///     if (packet != nullptr) engine.send(*packet, Priority::hi);
///
/// The packet that was turned last is remembered, so a broadcast is turned once for all of its
/// receivers, and not at all when they all read text.
///
/// Time      Reads the packet's JSON and writes it again, once. Memory  The last packet in both
///           forms, and a parser. Threads  One loop.
/// Errors    Null for JSON that json::Parser does not read (deeper than 128, over 32 MB, broken):
///           such a packet cannot be sent. Lifetime  What it returns lasts until the next call.
class MsgpackEncoder {
 public:
  MsgpackEncoder();

  [[nodiscard]] const engineio::Outgoing* encode(const engineio::Outgoing& packet);

 private:
  json::Parser parser_;
  engineio::Outgoing text_;     // what was turned last, kept so that it can be told from others
  engineio::Outgoing msgpack_;  // what became of it
};

}  // namespace veche::socketio
