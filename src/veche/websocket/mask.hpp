#pragma once

/// @file
/// The masking of client frames (RFC 6455 section 5.3).

#include <array>
#include <cstddef>
#include <span>

namespace veche::websocket {

/// The four bytes of a masking key, in the order of the wire.
using MaskingKey = std::array<char, 4>;

/// Masks or unmasks in place, the same operation, and turns the key so that it fits the byte
/// that follows: a payload may come in pieces of any size.
///
/// Time      Linear, 32 bytes a step.
void apply_mask(std::span<char> bytes, MaskingKey& key);

}  // namespace veche::websocket
