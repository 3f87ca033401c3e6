#pragma once

/// @file
/// What handlers are handed: an event and its ack, or the answer to one of our own.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/task.hpp"
#include "veche/json/value.hpp"
#include "veche/socketio/arguments.hpp"
#include "veche/socketio/handlers.hpp"
#include "veche/socketio/packet.hpp"
#include "veche/socketio/socket_table.hpp"

namespace veche::socketio {

class Node;

/// The peer's wish to be answered, kept until the answer is there.
///
///     nsp.on("getId", [](Socket& socket, Event& event) { event.ack(socket.id()); });
///
/// Answers at most once; dropped unanswered, it sends nothing. Does nothing when no ack was asked
/// for, or when the socket has gone.
///
/// Memory    24 bytes. Threads  The Node's loop, to answer; any, to be moved and dropped.
/// Errors    None. Lifetime  May outlive the socket; is not answered after the Node's end.
class Ack {
 public:
  Ack() = default;
  Ack(Node& node, SocketHandle socket, std::uint64_t id) : node_{&node}, socket_{socket}, id_{id} {}
  Ack(Ack&& other) noexcept;
  Ack& operator=(Ack&& other) noexcept;
  Ack(const Ack&) = delete;
  Ack& operator=(const Ack&) = delete;
  ~Ack() = default;

  /// Whether an answer is wanted and has not been given.
  [[nodiscard]] explicit operator bool() const { return node_ != nullptr; }

  /// Answers with these values, see Convert; or with nothing.
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) void operator()(const Ts&... values) {
    if (node_ != nullptr) answer(Arguments{values...}.raw());
  }
  void operator()(Raw args = {}) { answer(args); }

 private:
  void answer(Raw args);

  Node* node_{};
  SocketHandle socket_{};
  std::uint64_t id_{};
};

/// One event from a client.
///
/// Lifetime  During the handler only, but for the ack, which may be moved out.
struct Event {
  std::string_view name;    ///< for an event named by a number, its digits
  json::Value data{};       ///< the array as it came: the name, then the arguments
  std::string_view text{};  ///< the same as JSON text
  const Attachments& attachments;
  Ack ack{};

  /// The arguments as JSON text, comma separated, without brackets. Linear in the name.
  [[nodiscard]] std::string_view args() const;
  /// All arguments as they came, to be passed on.
  [[nodiscard]] Raw raw() const { return {args(), &attachments}; }
  [[nodiscard]] std::size_t arg_count() const { return data.size() - 1; }
  /// Null when there is none. Linear in `index`.
  [[nodiscard]] json::Value arg(std::size_t index) const { return data.at(index + 1); }
};

/// A client's answer to emit_with_ack().
///
/// Lifetime  During the callback only.
struct AckAnswer {
  json::Value data;                  ///< the array of arguments
  std::string_view args{};           ///< as in Event
  const Attachments* attachments{};  ///< never null

  [[nodiscard]] Raw raw() const { return {args, attachments}; }
  [[nodiscard]] json::Value arg(std::size_t index) const { return data.at(index); }
};

/// Called exactly once, with the answer or the reason why there is none:
/// Errc::unavailable  it did not come in time
/// Errc::closed       the socket was disconnected
/// Errc::overloaded   too many answers are awaited already; nothing was sent
using AckCallback = UniqueFunction<void(Result<AckAnswer>)>;

using EventHandler = UniqueFunction<void(Socket&, Event&)>;

using EventHandlers = NamedHandlers<EventHandler>;

}  // namespace veche::socketio
