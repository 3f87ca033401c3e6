#pragma once

/// @file
/// WebSocket frames as a client sends them (RFC 6455 section 5.3).

#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/websocket/frame.hpp"
#include "veche/websocket/mask.hpp"

namespace veche::client {

/// A whole frame of a client: the payload masked with `key`, in one block with its header.
/// Needs a payload of at most 125 bytes for control frames; valid UTF-8 for text.
[[nodiscard]] Frame make_masked_frame(websocket::Opcode opcode, std::string_view payload,
                                      websocket::MaskingKey key);

}  // namespace veche::client
