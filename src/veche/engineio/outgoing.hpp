#pragma once

/// @file
/// Engine.IO messages on their way out, encoded once for everyone they go to.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/frame.hpp"

namespace veche::engineio {

/// A message, or a few that must stay together (a Socket.IO packet and its attachments), in the
/// encodings that the transports need. Each encoding is made at most once, when first asked for,
/// and shared by all receivers of a loop.
///
///     const Outgoing hello = Outgoing::text(R"(2["hello"])");
///     for (Socket* socket : receivers) socket->send(hello, Priority::bulk);
///
/// Memory    A text alone is one block: its polling payload is a slice of its WebSocket frame.
/// Threads   One loop, as Frame.
class Outgoing {
 public:
  /// One text message; `text` is valid UTF-8.
  [[nodiscard]] static Outgoing text(std::string_view text);

  /// A text followed by binary messages.
  [[nodiscard]] static Outgoing with_binary(std::string_view text,
                                            const std::vector<std::string>& attachments);

  /// One binary message (the msgpack parser's packets).
  [[nodiscard]] static Outgoing binary(std::string_view bytes);

  /// As WebSocket frames, server to client, unmasked.
  [[nodiscard]] const Frame& websocket() const { return websocket_; }

  /// As packets of a polling payload: "4hello", "4...\x1ebAAEC".
  [[nodiscard]] const Frame& payload() const;

  /// Whether a transport that compresses may do so; it may, unless told otherwise.
  [[nodiscard]] bool compress() const { return is_compressed_; }
  void set_compress(bool is_wanted) { is_compressed_ = is_wanted; }

  /// How many Engine.IO packets this is.
  [[nodiscard]] std::size_t packet_count() const { return 1 + binary_count_; }

 private:
  Frame websocket_;
  mutable Frame payload_;
  std::uint32_t binary_count_{};
  bool is_compressed_{true};
};

}  // namespace veche::engineio
