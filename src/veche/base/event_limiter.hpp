#pragma once

/// @file
/// How many log lines a peer may cause.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "veche/base/time.hpp"

namespace veche {

/// Counts the lines of each kind, so that a peer cannot fill a disk: ten a second pass, the
/// rest are added up.
///
///     const auto verdict = limiter.admit("joined", now);
///     if (verdict.more > 0) write("joined: and N more");
///     if (verdict.is_written) write(line);
///
/// Time      Told by the caller. Memory  A counter for each kind; kinds are literals in the
///           source, so their number is fixed. Threads  One at a time. Errors  None.
class EventLimiter {
 public:
  static constexpr int lines_a_second = 10;

  struct Verdict {
    bool is_written{};
    std::uint64_t more{};  ///< how many of this kind were left out in the seconds before
  };

  [[nodiscard]] Verdict admit(std::string_view kind, Instant now);

 private:
  struct Window {
    Instant start{};
    int written{};
    std::uint64_t left_out{};
  };

  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace veche
