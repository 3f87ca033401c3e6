#pragma once

/// @file
/// Socket.IO packets out: the text of a packet, written once for everyone it goes to.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/engineio/outgoing.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {

/// What emit() was called with.
struct Emission {
  std::string_view event;            ///< any UTF-8
  std::string_view args{};           ///< JSON values, comma separated, without brackets
  const Attachments* attachments{};  ///< what the placeholders in `args` stand for; null for none
  /// Sent as one more argument, a string, when there is one: where a client that was cut off goes
  /// on, see recovery.hpp. Set by adapters and sockets, not by who emits.
  std::string_view offset{};
};

/// Writes packets where the transports take them from.
///
///     Encoder encoder;
///     socket.send(encoder.event("/", std::nullopt, {"hello", R"("world",1)"}), Priority::hi);
///
/// JSON that is handed in is taken as it is: it must be valid. Attachments turn EVENT into
/// BINARY_EVENT and ACK into BINARY_ACK; an empty list counts as none.
///
/// Memory    The longest text with attachments, up to 64 KiB kept. Threads  One loop.
/// Errors    None.
class Encoder {
 public:
  /// Needs what the type needs: an id for acks, an array for events and acks, attachments only
  /// for the binary types.
  [[nodiscard]] engineio::Outgoing encode(const Packet& packet);

  /// An event; with an ack asked for when there is an `id`.
  [[nodiscard]] engineio::Outgoing event(std::string_view nsp, std::optional<std::uint64_t> id,
                                         const Emission& emission);

  /// An event without attachments, as one more message of a run. Says where its arguments begin
  /// in that message.
  static std::size_t add_event(engineio::TextRun& to, std::string_view nsp,
                               const Emission& emission);

  /// The answer to the event that came with `id`; `args` as in Emission.
  [[nodiscard]] engineio::Outgoing ack(std::string_view nsp, std::uint64_t id,
                                       std::string_view args, const Attachments* attachments);

  /// The same without attachments, as one more message of a run.
  static void add_ack(engineio::TextRun& to, std::string_view nsp, std::uint64_t id,
                      std::string_view args);

  /// The answer to a CONNECT that was accepted; `pid` names the session for its recovery, empty
  /// for none.
  [[nodiscard]] engineio::Outgoing connect(std::string_view nsp, std::string_view sid,
                                           std::string_view pid = {});

  [[nodiscard]] engineio::Outgoing disconnect(std::string_view nsp);

  /// The answer to a CONNECT that was refused; `data` is JSON, empty for none.
  [[nodiscard]] engineio::Outgoing connect_error(std::string_view nsp, std::string_view message,
                                                 std::string_view data);

 private:
  static constexpr std::size_t bytes_kept = std::size_t{64} * 1024;

  /// A text of `size` bytes that `put`, void(Pen&), writes.
  template <typename Put>
  [[nodiscard]] engineio::Outgoing packet(std::size_t size, const Attachments* attachments,
                                          Put&& put);

  std::string text_;  // of a packet with attachments
};

}  // namespace veche::socketio
