#pragma once

/// @file
/// Compressed messages: permessage-deflate (RFC 7692), without context takeover.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/frame.hpp"
#include "veche/http/message.hpp"
#include "veche/websocket/extension.hpp"
#include "veche/websocket/frame.hpp"

struct z_stream_s;

namespace veche::websocket {

struct PerMessageDeflateOptions {
  bool enabled{false};
  std::size_t threshold{1'024};  ///< bytes of a message below which it is sent as it is
  std::uint8_t window_bits{12};  ///< of what is sent, 9 to 15; clients may ask for less
  std::uint8_t mem_level{4};     ///< zlib's, 1 to 9: memory against speed and ratio
};

enum class Inflation : std::uint8_t {
  done,
  too_big,    ///< more than was allowed: close with 1009
  malformed,  ///< no DEFLATE data, or cut off: close with 1007
};

/// Both directions for all connections of a loop that have agreed on the same window.
///
///     if (deflate.inflate(message.data, bytes_max, text) != Inflation::done) ...
///     connection.send(make_frame(Opcode::text, text, &deflate), Priority::hi);
///
/// Time      Linear in the bytes that go in and come out, about 12 us a KiB of JSON to compress.
///           Inflating stops at its limit.
/// Memory    (4 << window_bits) + (512 << mem_level) bytes for sending, 24 KiB by default, and
///           about 40 KiB for receiving, which all windows of a loop share; nothing a connection.
/// Threads   One loop.
/// Errors    Inflation; std::bad_alloc.
/// Lifetime  Its PerMessageDeflate's.
class Deflate {
 public:
  /// Made by PerMessageDeflate.
  Deflate(const PerMessageDeflateOptions& options, std::uint8_t window_bits, z_stream_s& inflater);

  /// Whether a message of that size is worth the try.
  [[nodiscard]] bool is_wanted(std::size_t payload_size) const {
    return payload_size >= threshold_;
  }
  [[nodiscard]] std::uint8_t window_bits() const { return window_bits_; }

  /// Appends a whole message as one frame: compressed, with RSV1, when is_wanted() and when that
  /// makes it shorter; else as it is. Needs a data opcode, and valid UTF-8 for text.
  void append_frame(FrameBuilder& to, Opcode opcode, std::string_view payload);

  /// Puts the whole message into `message`, whose content is replaced, with at least
  /// Receiver::readable_after readable bytes behind it. `compressed` is the payload of its
  /// frames, joined. Unless it is done, `message` holds nothing of use.
  [[nodiscard]] Inflation inflate(std::string_view compressed, std::size_t bytes_max,
                                  std::string& message);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  [[nodiscard]] std::optional<std::string_view> compress(std::string_view payload);

  std::unique_ptr<z_stream_s, End> deflater_;
  z_stream_s& inflater_;
  std::string compressed_;  // of the latest message
  std::size_t threshold_;
  std::uint8_t window_bits_;
};

/// The extension on one loop: what it agrees to, and the streams, each made when first needed.
///
///     PerMessageDeflate extension{options};
///     if (const auto terms = extension.agree(request.headers)) {
///       Deflate& deflate = extension.of(*terms);  // for this connection
///     }
///
/// Memory    At most a Deflate for each window from 9 to Options::window_bits.
/// Threads   One loop. Lifetime  Outlives the connections that use it.
class PerMessageDeflate {
 public:
  /// Needs options in their ranges.
  explicit PerMessageDeflate(const PerMessageDeflateOptions& options);
  PerMessageDeflate(const PerMessageDeflate&) = delete;
  PerMessageDeflate& operator=(const PerMessageDeflate&) = delete;
  ~PerMessageDeflate();

  /// None when it is off, or nothing fitting is offered.
  [[nodiscard]] std::optional<DeflateTerms> agree(const http::Headers& request) const;

  [[nodiscard]] Deflate& of(const DeflateTerms& terms);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  PerMessageDeflateOptions options_;
  std::unique_ptr<z_stream_s, End> inflater_;
  std::array<std::unique_ptr<Deflate>, window_bits_max + 1> by_window_;
};

/// A whole message as a frame, compressed when there is a Deflate and it is worth it.
[[nodiscard]] Frame make_frame(Opcode opcode, std::string_view payload, Deflate* deflate);

}  // namespace veche::websocket
