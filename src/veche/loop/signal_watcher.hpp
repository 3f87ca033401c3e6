#pragma once

/// @file
/// Signals as events of a loop.

#include <csignal>
#include <span>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/loop/connection.hpp"
#include "veche/loop/loop.hpp"

namespace veche::loop {

/// Calls back on a loop when the process is told to end (SIGTERM, SIGINT) or to read its files
/// again (SIGHUP). SIGPIPE is ignored.
///
///     SignalWatcher signals{loop, [&](int) { drain(); }};   // before other threads start
///
/// The signals are blocked in the thread that constructs it and in threads started afterwards,
/// and read from a descriptor, so no handler runs between two instructions of other code.
///
/// Memory    A connection of the loop, which reads the descriptor.
/// Threads   Constructed and destroyed on the loop's thread, or before it runs; before any other
///           thread starts, since one that does not block the signals would be ended by them.
/// Errors    Aborts when the process has no descriptor left.
/// Lifetime  The loop outlives it. Its end gives the signals their former effect back.
class SignalWatcher final : private ConnectionEvents {
 public:
  /// Is told the number of the signal, once for each time it is seen.
  using Handler = UniqueFunction<void(int)>;

  SignalWatcher(Loop& loop, Handler handler);
  ~SignalWatcher() override;

 private:
  void received(Connection& connection, std::span<char> bytes, Instant now) override;
  void ended(Connection& connection, EndReason reason, Instant now) override;

  Handler handler_;
  sigset_t former_mask_{};
  Connection* descriptor_{};
};

}  // namespace veche::loop
