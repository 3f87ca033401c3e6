#pragma once

/// @file
/// What the sessions of one engine share.

#include <cstddef>
#include <optional>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/options.hpp"
#include "veche/engineio/outgoing.hpp"
#include "veche/engineio/packet.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::engineio {

class Session;

/// Messages that one session alone is told, as long as nobody else is told anything in that way.
struct OwnRun {
  Session* session{};  ///< none: there is no run
  std::optional<TextRun> texts{};
  std::size_t bytes_before{};  ///< of the run before: the next is likely to be as long
};

/// Owned by the engine, which empties the run and the two lists at the end of every turn.
struct SessionContext {
  Options options;
  SocketEvents& events;
  TimerWheel& wheel;
  Instant now{};  ///< of the latest call into the engine
  ConstantPackets packets{};
  OwnRun own_run{};
  std::vector<Session*> unanswered{};  ///< owe an answer to a GET or a POST
  std::vector<Session*> ended{};       ///< closed() is still to be told, or are to be freed
};

}  // namespace veche::engineio
