#pragma once

/// @file
/// Bytes as the C interfaces of OpenSSL want them.

#include <string>
#include <string_view>

namespace veche::crypto {

/// The same bytes, as long as they live.
[[nodiscard]] inline const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[nodiscard]] inline unsigned char* unsigned_bytes(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace veche::crypto
