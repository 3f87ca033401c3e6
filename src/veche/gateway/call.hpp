#pragma once

/// @file
/// An event that is being handled, and its answer.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "veche/base/log.hpp"
#include "veche/base/result.hpp"
#include "veche/gateway/session.hpp"
#include "veche/json/value.hpp"
#include "veche/socketio/event.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::gateway {

struct Call;

/// Whose tokens an event takes (CONTRACT section 6, limits).
enum class Budget : std::uint8_t { none, sends, joins };

/// How an event is handled.
struct Route {
  std::string_view event;  ///< a literal
  Budget budget{Budget::none};
  std::string_view failure_line{};  ///< how the log begins a failure; empty: no line
  std::function<void(Call&)> handle;
  std::uint64_t count{};  ///< events of this kind that came, whatever became of them
};

/// One event of a signed-in socket. Lifetime  The handler's call.
struct Call {
  socketio::Socket& socket;
  Session& session;
  socketio::Event& event;
  const Route& route;

  /// The first argument; null when there is none.
  [[nodiscard]] json::Value payload() const { return event.arg(0); }
};

/// The way back to whoever sent an event: its ack, or for a failure without one the event
/// `exception`.
///
/// Memory    Without an ack a copy of the payload, up to payload_bytes_max; a larger one is
///           told as null. Threads, Lifetime  As socketio::Ack. Errors  None: when the socket has
///           gone nobody is told.
class Answer {
 public:
  static constexpr std::size_t payload_bytes_max = 1024;

  /// Takes the event's ack.
  explicit Answer(Call& call);

  /// Whether success is worth writing down.
  [[nodiscard]] bool is_wanted() const { return static_cast<bool>(ack_); }
  /// Answers with a JSON object.
  void succeed(std::string_view json);
  void fail(const Error& error, Log& log);

 private:
  socketio::Node* node_;
  socketio::SocketHandle socket_;
  socketio::Ack ack_;
  const Route* route_;
  std::unique_ptr<std::string> payload_;
};

}  // namespace veche::gateway
