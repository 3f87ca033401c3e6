#pragma once

/// @file
/// What the sessions of one engine share.

#include <vector>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/options.hpp"
#include "veche/engineio/packet.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::engineio {

class Session;

/// Owned by the engine, which empties the two lists at the end of every turn.
struct SessionContext {
  Options options;
  SocketEvents& events;
  TimerWheel& wheel;
  Instant now{};  ///< of the latest call into the engine
  ConstantPackets packets{};
  std::vector<Session*> unanswered{};  ///< owe an answer to a GET or a POST
  std::vector<Session*> ended{};       ///< closed() is still to be told, or are to be freed
};

}  // namespace veche::engineio
