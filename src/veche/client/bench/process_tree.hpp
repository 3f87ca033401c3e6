#pragma once

/// @file
/// What a process and its descendants have used.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace veche::client::bench {

struct ProcessUse {
  std::chrono::nanoseconds cpu{};  ///< user and system time since the start, of all threads
  std::uint64_t rss_bytes{};       ///< resident memory; pages shared by two count twice
  std::uint32_t processes{};
};

/// A process and all that descend from it.
///
///     const ProcessTree server{4711};
///     const auto before = server.sample();
///
/// Descendants and memory are read from /proc, the time from each process's CPU clock.
///
/// Time      A sample looks at every process of the machine: some milliseconds.
/// Memory    None kept. Threads  Any. Errors  None when the process is not there.
/// Lifetime  What descendants used that have ended counts no more.
class ProcessTree {
 public:
  /// `proc` is where the process file system is mounted.
  explicit ProcessTree(std::int32_t pid, std::string proc = "/proc");

  [[nodiscard]] std::optional<ProcessUse> sample() const;

 private:
  std::int32_t pid_;
  std::string proc_;
};

}  // namespace veche::client::bench
