#pragma once

/// @file
/// Digests and message authentication codes, over OpenSSL.

#include <string>
#include <string_view>

namespace veche::crypto {

/// FIPS 180-4; 20 bytes. For the WebSocket handshake only: SHA-1 protects nothing.
[[nodiscard]] std::string sha1(std::string_view bytes);

/// FIPS 180-4; 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// RFC 2104 over SHA-256; 32 bytes. The key may have any length.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Takes the same time wherever the two differ; only their lengths may show.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace veche::crypto
