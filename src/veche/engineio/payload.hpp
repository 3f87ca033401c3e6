#pragma once

/// @file
/// The payload of an HTTP request: packets joined by record separators. Spec: engine.io-protocol
/// revision 4, section "Payload encoding" (HTTP long-polling).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "veche/engineio/packet.hpp"

namespace veche::engineio {

inline constexpr char record_separator = '\x1e';

/// Takes a payload apart, one packet at a time.
///
///     PayloadReader reader{body, options.packets_max};
///     while (auto packet = reader.next()) handle(*packet);
///     if (reader.has_failed()) close();
///
/// Time      Linear in the payload; nothing behind the first error is looked at.
/// Memory    The bytes of one binary packet.
/// Threads   None. Errors  has_failed(): an empty packet (so an empty payload too), an unknown
///           type, base64 that is not strict, more than `packets_max` packets.
/// Lifetime  `payload` outlives the reader; a text packet points into it, a binary one into the
///           reader until the next call.
class PayloadReader {
 public:
  PayloadReader(std::string_view payload, std::size_t packets_max)
      : rest_{payload}, packets_left_{packets_max} {}

  /// The next packet; none at the end and from the first error on.
  [[nodiscard]] std::optional<Packet> next();

  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  std::optional<Packet> read(std::string_view text);

  std::string_view rest_;
  std::size_t packets_left_;
  std::string binary_;
  bool is_at_end_{};
  bool has_failed_{};
};

}  // namespace veche::engineio
