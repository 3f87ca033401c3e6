#pragma once

/// @file
/// Frames in, whole messages out: the receiving half of RFC 6455 (sections 5 to 8).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "veche/websocket/frame.hpp"
#include "veche/websocket/mask.hpp"

namespace veche::websocket {

/// Whose frames are read: a client must mask all of its frames, a server none.
enum class Peer : bool { client, server };

/// What the first reserved bit means on this connection.
enum class Rsv1 : bool {
  refused,           ///< no extension was agreed on: the bit is a violation
  marks_compressed,  ///< permessage-deflate: messages that carry it are handed on compressed
};

struct ReceiverOptions {
  static constexpr std::uint32_t unlimited = 0xFFFF'FFFF;

  std::uint32_t message_bytes_max{1'000'000};  ///< of one message, over all its fragments
  std::uint32_t fragments_max{1'024};          ///< of one message, or `unlimited`
  Peer peer{Peer::client};
  Rsv1 rsv1{Rsv1::refused};
};

struct Message {
  std::string_view data;
  bool is_binary{};
  bool is_compressed{};  ///< only ever with Rsv1::marks_compressed; then not checked for UTF-8
};

/// What a Receiver tells its owner. Each call may call Receiver::close(); none may destroy the
/// receiver or feed it.
class ReceiverEvents {
 public:
  ReceiverEvents() = default;
  ReceiverEvents(const ReceiverEvents&) = delete;
  ReceiverEvents& operator=(const ReceiverEvents&) = delete;
  virtual ~ReceiverEvents() = default;

  /// A whole message. Its bytes are valid during the call, are followed by at least
  /// Receiver::readable_after readable bytes, and are valid UTF-8 when text.
  virtual void message(const Message& message) = 0;

  /// Answer with a pong of the same payload (section 5.5.2); one pending pong, for the latest
  /// ping, is enough.
  virtual void ping(std::string_view payload) = 0;
  virtual void pong(std::string_view payload) = 0;

  /// The peer's close frame, without a code when it was empty. Answer with a close frame of the
  /// same code. Nothing follows.
  virtual void closed(std::optional<std::uint16_t> code, std::string_view reason) = 0;

  /// The peer broke a rule: send a close frame of `code` and end the connection (section 7.1.7).
  /// `text` is a literal that says which rule. Nothing follows.
  virtual void violation(std::uint16_t code, std::string_view text) = 0;
};

/// Reads the bytes of one connection after its upgrade.
///
///     receiver.receive(std::span{buffer.data(), bytes_read}, events);
///     if (receiver.is_closed()) ...
///
/// A frame that lies whole in the given bytes is unmasked there and delivered from there; only
/// what is incomplete is copied.
///
/// Time      Linear in the bytes given, for any cut of the stream.
/// Memory    An idle receiver owns no heap. The bytes of an incomplete message are kept in one
///           string that grows with what has arrived, never with what was declared, to at most
///           twice message_bytes_max; it is freed with the message.
/// Threads   One loop.
/// Errors    What the peer does wrong is ReceiverEvents::violation(). RFC 6455 has lengths in
///           their shortest form; longer forms are accepted on messages, as other servers do.
/// Lifetime  `options` outlive the receiver.
class Receiver {
 public:
  /// How many bytes behind the span given to receive() the caller keeps readable (their value
  /// does not matter), and behind a message are readable for the callee: simdjson wants them.
  static constexpr std::size_t readable_after = 64;

  explicit Receiver(const ReceiverOptions& options) : options_{&options} {}

  /// The next bytes of the stream; they are overwritten. Ignored once closed.
  void receive(std::span<char> bytes, ReceiverEvents& events);

  [[nodiscard]] const ReceiverOptions& options() const { return *options_; }

  /// Nothing is delivered from here on, not even what receive() still holds.
  void close() { is_closed_ = true; }

  /// After close(), closed() and violation().
  [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
  static constexpr std::size_t head_size_max = header_size_max + sizeof(MaskingKey);

  struct Head;
  struct Violation {
    std::uint16_t code;
    std::string_view text;
  };

  static std::optional<Head> parse_head(std::string_view bytes);
  [[nodiscard]] std::optional<Violation> judge(const Head& head) const;
  [[nodiscard]] std::optional<Violation> judge_data(const Head& head) const;
  [[nodiscard]] std::optional<Head> take_head(std::span<char>& bytes);
  void begin_frame(const Head& head);
  void take_payload(std::span<char>& bytes, ReceiverEvents& events);
  void keep(std::string_view bytes);
  void finish_data(std::string_view payload, ReceiverEvents& events);
  void finish_control(std::string_view payload, ReceiverEvents& events);
  void deliver(std::string_view data, ReceiverEvents& events);
  void finish_close(std::string_view payload, ReceiverEvents& events);
  void violate(Violation violation, ReceiverEvents& events);

  const ReceiverOptions* options_;
  std::string kept_;          // the message so far, then the incomplete frame, unmasked
  char head_[head_size_max];  // of the next frame, while incomplete
  std::uint8_t head_size_{};  // how much of head_ there is
  Opcode opcode_{};           // of the frame under way
  Opcode message_opcode_{};   // of the message under way; continuation when there is none
  bool is_last_{};            // the frame under way ends its message
  bool is_compressed_{};      // the message under way
  bool is_in_payload_{};      // a frame is under way
  bool is_closed_{};
  MaskingKey key_{};
  std::uint32_t remaining_{};   // bytes of the frame under way that are still to come
  std::uint32_t frame_kept_{};  // bytes of the frame under way in kept_
  std::uint32_t fragments_{};   // of the message under way
};

}  // namespace veche::websocket
