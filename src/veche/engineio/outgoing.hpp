#pragma once

/// @file
/// Engine.IO messages on their way out, encoded once for everyone they go to.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/frame.hpp"
#include "veche/websocket/deflate.hpp"

namespace veche::engineio {

/// A message, or a few that stay together (a Socket.IO packet and its attachments), in the
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

  /// The same for a peer that has agreed on permessage-deflate, null for one that has not: each
  /// message that is long enough is compressed, unless compress() is off. Made once for each
  /// window that peers have agreed on, which is one window as a rule.
  [[nodiscard]] const Frame& websocket(websocket::Deflate* deflate) const {
    return deflate == nullptr || !compress_ ? websocket_ : deflated(*deflate);
  }

  /// Whether it may be compressed for those who have agreed on it; true unless set.
  [[nodiscard]] bool compress() const { return compress_; }
  void set_compress(bool compress) { compress_ = compress; }

  /// As packets of a polling payload: "4hello", "4...\x1ebAAEC".
  [[nodiscard]] const Frame& payload() const;

  /// What it says: the text, or the binary message, then the attachments. They view this.
  [[nodiscard]] std::vector<std::string_view> messages() const;

  /// How many Engine.IO packets this is.
  [[nodiscard]] std::size_t packet_count() const { return packet_count_; }

 private:
  friend class TextRun;

  struct Deflated {
    std::uint8_t window_bits;
    Frame frame;
  };

  [[nodiscard]] const Frame& deflated(websocket::Deflate& deflate) const;

  Frame websocket_;
  mutable Frame payload_;
  mutable std::vector<Deflated> deflated_;
  std::uint32_t packet_count_{1};
  bool compress_{true};
};

/// Text messages that are written in place, one after the other: whoever they all go to gets them
/// in one piece.
///
///     TextRun run{64};
///     std::memcpy(run.add(5), "hello", 5);
///     std::memcpy(run.add(5), "world", 5);
///     const Outgoing both = std::move(run).build();
///
/// Memory    One block, which grows by doubling; what is built fills half of its own, or a KiB.
/// Threads   One loop, as Frame. Errors  None.
class TextRun {
 public:
  /// With room for one message of so many bytes, or for more of them that are shorter.
  explicit TextRun(std::size_t bytes);

  /// Room for one more message of `size` bytes, to be filled with valid UTF-8 before the next
  /// call.
  [[nodiscard]] char* add(std::size_t size);

  /// Of the messages and their framing.
  [[nodiscard]] std::size_t bytes() const { return builder_.size(); }

  [[nodiscard]] Outgoing build() &&;

 private:
  FrameBuilder builder_;
  std::uint32_t count_{};
};

}  // namespace veche::engineio
