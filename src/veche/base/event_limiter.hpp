#pragma once

/// @file
/// How many log lines a peer may cause.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "veche/base/time.hpp"

namespace veche {

/// Which lines of one kind are written: ten a second, the rest are added up.
///
/// Time      Told by the caller. Memory  Three words. Threads  One at a time. Errors  None.
class LineRate {
 public:
  static constexpr int lines_a_second = 10;

  struct Verdict {
    bool is_written{};
    std::uint64_t more{};  ///< how many were left out in the seconds before
  };

  /// `count` of them have happened, the last of which may get a line.
  [[nodiscard]] Verdict admit(Instant now, std::uint64_t count = 1) {
    Verdict verdict;
    if (now - start_ >= std::chrono::seconds{1}) {
      verdict.more = left_out_;
      *this = LineRate{};
      start_ = now;
    }
    verdict.is_written = written_ < lines_a_second;
    if (verdict.is_written) ++written_;
    left_out_ += verdict.is_written ? count - 1 : count;
    return verdict;
  }

 private:
  Instant start_{};
  int written_{};
  std::uint64_t left_out_{};
};

/// Counts the lines of each kind, so that a peer cannot fill a disk: see LineRate.
///
///     const auto verdict = limiter.admit("joined", now);
///     if (verdict.more > 0) write("joined: and N more");
///     if (verdict.is_written) write(line);
///
/// Time      Told by the caller. Memory  A counter for each kind; kinds are literals in the
///           source, so their number is fixed. Threads  One at a time. Errors  None.
class EventLimiter {
 public:
  [[nodiscard]] LineRate::Verdict admit(std::string_view kind, Instant now,
                                        std::uint64_t count = 1);

 private:
  std::map<std::string, LineRate, std::less<>> kinds_;
};

}  // namespace veche
