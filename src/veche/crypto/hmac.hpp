#pragma once

/// @file
/// HMAC-SHA256 with a key that is used again and again.

#include <memory>
#include <string>
#include <string_view>

namespace veche::crypto {

/// The keyed state of HMAC-SHA256 (RFC 2104), set up once and rewound for each message.
///
///     HmacSha256 hmac{key};
///     const std::string mac = hmac.of(message);    // 32 bytes
///
/// Time      A third of hmac_sha256() for a short message. Threads  One at a time, one for each
///           loop. Errors  Aborts when OpenSSL has no memory.
class HmacSha256 {
 public:
  /// The key may have any length but none.
  explicit HmacSha256(std::string_view key);
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;
  ~HmacSha256();

  [[nodiscard]] std::string of(std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veche::crypto
