#pragma once

/// @file
/// When memory goes back to the system.

#include <cstddef>

#include "veche/base/task.hpp"
#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"

namespace veche::app {

/// Has the heap give its free pages back to the system, whichever heap the program is linked with.
///
/// Time      Milliseconds for each 100 MiB. Threads  Any.
void return_free_pages();

/// Looks at the number of connections every second, and has the heap's free pages given back once
/// half of them have gone, a thousand at least, and no more are going: it keeps them by itself.
///
///     MemoryReturn back{{loop.timers(), clock, [&] { return server.connection_count(); },
///                        [&] { offload.run([] { return_free_pages(); }); }}};
///
/// Time      A look is a sum over loops; what gives back is the caller's, and best not on a loop.
/// Memory    None. Threads  The wheel's loop. Errors  None. Lifetime  Ends before the wheel.
class MemoryReturn final : private Timer {
 public:
  static constexpr Milliseconds period{1'000};
  static constexpr std::size_t gone_min = 1'000;

  struct Seams {
    TimerWheel& wheel;
    const Clock& clock;
    UniqueFunction<std::size_t()> connections;
    UniqueFunction<void()> give_back;
  };

  explicit MemoryReturn(Seams seams);

 private:
  void expired(Instant now) override;

  Seams seams_;
  std::size_t peak_{};  // of connections since memory was given back
  std::size_t last_{};  // how many there were at the last look
};

}  // namespace veche::app
