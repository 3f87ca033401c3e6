#pragma once

/// @file
/// The last of what was said in a namespace, for those who missed it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/socketio/cluster_message.hpp"
#include "veche/socketio/positions.hpp"
#include "veche/socketio/recovery.hpp"
#include "veche/socketio/text_hash.hpp"

namespace veche::socketio {

/// One packet, and where it stands among those of its node.
struct LogEntry {
  std::string uid;         ///< the node that said it
  LoggedPacket packet;     ///< with its position
  std::string only_for{};  ///< the pid that alone it was said to; empty for a broadcast
  Instant said_at{};
};

/// Packets in the order in which this node has seen them, the oldest dropped when there are too
/// many, too long ones or when they are too old for anyone.
///
/// Time      O(1) to add one; only_for() looks at all when the pid is known. Memory
/// RecoveryOptions' `packets_max` and `bytes_max`. Threads   One loop. Errors  None.
class PacketLog {
 public:
  explicit PacketLog(const RecoveryOptions& options) : options_{options} {}

  void add(LogEntry entry);
  [[nodiscard]] const std::deque<LogEntry>& entries() const { return entries_; }

  /// What that node said up to there is not here.
  void begin_after(std::string_view uid, std::uint64_t position) {
    dropped_.advance(uid, position);
  }
  /// Whether nothing after `seen` has been dropped.
  [[nodiscard]] bool is_whole_since(const Positions& seen) const { return seen.covers(dropped_); }
  /// The same for what one node said.
  [[nodiscard]] bool is_whole_since(const Positions& seen, std::string_view uid) const {
    return seen.of(uid) >= dropped_.of(uid);
  }
  /// What that node said to that session alone, after `seen`.
  [[nodiscard]] std::vector<LoggedPacket> only_for(std::string_view pid, std::string_view uid,
                                                   const Positions& seen) const;

 private:
  [[nodiscard]] static std::size_t bytes_of(const LogEntry& entry);
  void drop_oldest();

  RecoveryOptions options_;
  std::deque<LogEntry> entries_;
  std::size_t bytes_{};
  Positions dropped_;
  /// How many entries are only for a pid, so that a foreign one costs no look at them.
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> pids_;
};

/// Whether a packet concerns a session, as if it had been there.
[[nodiscard]] bool concerns(const LogEntry& entry, const RecoverySession& session);

}  // namespace veche::socketio
