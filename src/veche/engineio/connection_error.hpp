#pragma once

/// @file
/// What an application is told of the requests that are refused.

#include <string_view>

#include "veche/base/task.hpp"
#include "veche/engineio/answers.hpp"
#include "veche/http/message.hpp"

namespace veche::engineio {

/// A request that is refused: "connection_error" in Socket.IO.
///
///     engine.on_connection_error([&log](const ConnectionError& error) {
///       log.event("refused", error.message);
///     });
///
/// Lifetime  During the handler's call.
struct ConnectionError {
  const http::Request& request;
  Refusal code;
  std::string_view message;  ///< the code's words, whatever the client is told
  /// As Refused has it; the verdict's text for one that the application did not allow. Peers choose
  /// most of it, so it may be of any bytes, and as long as a request's target.
  std::string_view context;
};

/// Called on the loop before the refusal is sent, each time: peers can cause that at will. It must
/// not throw, and not call the engine.
using ConnectionErrorHandler = UniqueFunction<void(const ConnectionError&)>;

}  // namespace veche::engineio
