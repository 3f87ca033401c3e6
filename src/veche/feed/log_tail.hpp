#pragma once

/// @file
/// Where a cursor's repair gets its facts from.

#include <cstdint>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/domain/facts.hpp"

namespace veche::feed {

/// How far one read of the log got.
enum class TailEnd : std::uint8_t {
  whole,   ///< to the log's end
  part,    ///< to the limit of one read; more is there
  failed,  ///< the store said no; the facts that came before are good
};

struct TailRead {
  std::vector<domain::FactPtr> facts;  ///< ascending, without holes
  TailEnd end{TailEnd::whole};
};

/// Reads the end of the log and makes facts of its entries.
///
///     tail.read_after(cursor.position(), [](TailRead read) { ... });
///
/// Memory    One read is bounded by the implementation. Threads  `done` may be called on any
///           thread, exactly once, never inside the call.
class LogTail {
 public:
  LogTail() = default;
  LogTail(const LogTail&) = delete;
  LogTail& operator=(const LogTail&) = delete;
  virtual ~LogTail() = default;

  virtual void read_after(domain::Pos pos, UniqueFunction<void(TailRead)> done) = 0;
};

}  // namespace veche::feed
