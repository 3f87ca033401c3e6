#pragma once

/// @file
/// Connection state recovery from memory, on one node or on several.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"
#include "veche/socketio/packet_log.hpp"
#include "veche/socketio/positions.hpp"
#include "veche/socketio/recovery.hpp"
#include "veche/socketio/text_hash.hpp"

namespace veche::socketio {

class Namespace;

/// The sessions that ended on this node, and a log of what was said, here and elsewhere.
///
/// An offset is a position of each node, as Positions. A node numbers what it says: broadcasts,
/// which every node logs, and what it says to single sockets, which it alone logs. A client that
/// comes back to another node is brought there what was said to it alone; the broadcasts are in
/// that node's own log. The other nodes are asked for the session, and as each one's answer comes
/// after all that it said before, by then this node has seen whatever the client has seen.
///
/// The secret is 24 random characters and the positions at CONNECT, from which a client goes on
/// that has got no event yet.
///
/// Time      A broadcast costs a copy of itself; a restoration one look at each packet of the
///           log. Memory  RecoveryOptions' limits: the oldest packets and sessions are dropped,
///           and who needed them is a new session.
/// Threads   The Node's loop. Errors  Foreign pids and offsets are new sessions.
/// Lifetime  Ends before its namespace.
class MemoryRecovery final : public Recovery {
 public:
  using TakenCallback = UniqueFunction<void(std::optional<std::vector<TakenSession>>)>;
  /// Asks all other nodes for a session, each to call taken(): none when one does not answer.
  using AskOthers =
      UniqueFunction<void(const std::string& pid, const Positions& seen, TakenCallback)>;

  static constexpr std::size_t random_size = 24;

  /// `uid` names this node, see Positions::advance(). Needs Options::recovery of the Node.
  MemoryRecovery(Namespace& nsp, std::string uid);

  [[nodiscard]] std::string open(const Socket& socket) override;
  [[nodiscard]] std::string_view stamp(std::string_view pid, const Emission& emission) override;
  void persist(RecoverySession session) override;
  void restore(RecoveryRequest request, RestoreCallback callback) override;

  /// For adapters that span nodes; without it there are no others.
  void ask_others(AskOthers ask) { ask_ = std::move(ask); }
  /// The position of the next packet that this node says.
  [[nodiscard]] std::uint64_t next_position() const { return positions_.of(uid_) + 1; }
  /// Logs a broadcast of that node, or of this one, and says the offset for its receivers here.
  [[nodiscard]] std::string record(std::string_view uid, LoggedPacket packet);
  [[nodiscard]] std::string record(LoggedPacket packet) { return record(uid_, std::move(packet)); }
  /// What a node said up to there was before this one's time: who has not seen it is a new session.
  void begin_after(std::string_view uid, std::uint64_t position) {
    positions_.advance(uid, position);
    log_.begin_after(uid, position);
  }
  /// A node has said so much, of which this one was to hear nothing more.
  void advance(std::string_view uid, std::uint64_t position) { positions_.advance(uid, position); }
  /// What this node knows of a session that another one looks for.
  [[nodiscard]] TakenSession taken(std::string_view pid, const Positions& seen);

 private:
  class Recovered;

  struct Kept {
    RecoverySession session;
    Instant until;
  };

  [[nodiscard]] std::string log(LogEntry entry);
  [[nodiscard]] std::optional<RecoverySession> take(std::string_view pid);
  void drop_oldest();
  void go_on(const Positions& seen, std::optional<RecoverySession> own,
             std::vector<TakenSession> others, RestoreCallback callback);
  [[nodiscard]] Instant now() const;

  Namespace& nsp_;
  std::string uid_;
  RecoveryOptions options_;
  AskOthers ask_;
  PacketLog log_;
  Positions positions_;
  std::string offset_;
  std::list<Kept> kept_;  // oldest first
  std::unordered_map<std::string, std::list<Kept>::iterator, TextHash, std::equal_to<>> by_pid_;
};

}  // namespace veche::socketio
