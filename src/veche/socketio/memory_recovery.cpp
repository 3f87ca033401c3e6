#include "veche/socketio/memory_recovery.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// The positions that a pid was made at; none when it is not one of ours.
std::optional<Positions> positions_in(std::string_view pid) {
  constexpr std::size_t size = MemoryRecovery::random_size;
  if (pid.size() <= size || pid[size] != '.') return std::nullopt;
  return Positions::parse(pid.substr(size + 1));
}

}  // namespace

/// Walks the log from where the client stopped. What other nodes said to it alone has its place
/// among their broadcasts.
class MemoryRecovery::Recovered final : public RecoveredSession {
 public:
  Recovered(MemoryRecovery& recovery, RecoverySession recovered, Positions seen,
            std::vector<TakenSession> others)
      : RecoveredSession{std::move(recovered)}, recovery_{recovery}, seen_{std::move(seen)} {
    for (TakenSession& other : others) unicasts_.emplace(other.uid, std::move(other.unicasts));
  }

  [[nodiscard]] bool replay(Send send) override {
    if (!recovery_.log_.is_whole_since(seen_)) return false;
    for (const LogEntry& entry : recovery_.log_.entries()) {
      const std::uint64_t position = entry.packet->position;
      if (position <= seen_.of(entry.uid)) continue;
      say_unicasts(entry.uid, position, send);
      seen_.advance(entry.uid, position);
      if (concerns(entry, session)) say(*entry.packet, send);
    }
    for (const auto& [uid, packets] : unicasts_) say_unicasts(uid, no_end, send);
    return true;
  }

 private:
  static constexpr std::uint64_t no_end = ~std::uint64_t{0};

  void say(const cluster::Broadcast& said, Send& send) const {
    const std::string offset = seen_.text();
    Emission emission = said.packet.emission();
    emission.offset = offset;
    send(emission);
  }

  /// Those of that node before `end` that have not been said yet.
  void say_unicasts(const std::string& uid, std::uint64_t end, Send& send) {
    const auto found = unicasts_.find(uid);
    if (found == unicasts_.end()) return;
    for (const LoggedPacket& packet : found->second) {
      if (packet->position <= seen_.of(uid) || packet->position >= end) continue;
      seen_.advance(uid, packet->position);
      say(*packet, send);
    }
  }

  MemoryRecovery& recovery_;
  Positions seen_;
  std::map<std::string, std::vector<LoggedPacket>> unicasts_;  // by node, in order
};

MemoryRecovery::MemoryRecovery(Namespace& nsp, std::string uid)
    : nsp_{nsp},
      uid_{std::move(uid)},
      options_{nsp.node().options().recovery.value()},
      log_{options_} {}

Instant MemoryRecovery::now() const { return nsp_.node().now(); }

std::string MemoryRecovery::open(const Socket& /*socket*/) {
  return random_id(nsp_.node().rng(), random_size) + "." + positions_.text();
}

std::string MemoryRecovery::log(LogEntry entry) {
  entry.said_at = now();
  positions_.advance(entry.uid, entry.packet->position);
  log_.add(std::move(entry));
  return positions_.text();
}

std::string_view MemoryRecovery::stamp(std::string_view pid, const Emission& emission) {
  cluster::Broadcast said{.packet = ClusterPacket{emission}, .options = {}};
  said.position = next_position();
  offset_ = log({.uid = uid_,
                 .packet = std::make_shared<const cluster::Broadcast>(std::move(said)),
                 .only_for = std::string{pid}});
  return offset_;
}

std::string MemoryRecovery::record(std::string_view uid, LoggedPacket packet) {
  return log({.uid = std::string{uid}, .packet = std::move(packet)});
}

void MemoryRecovery::drop_oldest() {
  by_pid_.erase(by_pid_.find(kept_.front().session.pid));
  kept_.pop_front();
}

void MemoryRecovery::persist(RecoverySession session) {
  if (by_pid_.contains(session.pid)) return;
  if (std::ranges::find(session.nodes, uid_) == session.nodes.end()) session.nodes.push_back(uid_);
  kept_.push_back({std::move(session), now() + options_.max_disconnection_duration});
  by_pid_.emplace(kept_.back().session.pid, std::prev(kept_.end()));
  while (!kept_.empty() && (kept_.size() > options_.sessions_max || kept_.front().until <= now()))
    drop_oldest();
}

std::optional<RecoverySession> MemoryRecovery::take(std::string_view pid) {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end()) return std::nullopt;
  Kept kept = std::move(*found->second);
  kept_.erase(found->second);
  by_pid_.erase(found);
  if (kept.until <= now()) return std::nullopt;
  return std::move(kept.session);
}

TakenSession MemoryRecovery::taken(std::string_view pid, const Positions& seen) {
  return {.uid = uid_,
          .session = take(pid),
          .unicasts = log_.only_for(pid, uid_, seen),
          .is_whole = log_.is_whole_since(seen, uid_),
          .position = positions_.of(uid_)};
}

void MemoryRecovery::restore(RecoveryRequest request, RestoreCallback callback) {
  const auto begun = positions_in(request.pid);
  const auto seen = request.offset ? Positions::parse(*request.offset) : begun;
  // What came before its CONNECT was never a client's to see.
  if (!begun || !seen || !seen->covers(*begun)) return callback(nullptr);
  auto own = take(request.pid);
  if (!ask_) return go_on(*seen, std::move(own), {}, std::move(callback));
  ask_(request.pid, *seen,
       [this, seen = *seen, mine = std::move(own),
        call = std::move(callback)](std::optional<std::vector<TakenSession>> others) mutable {
         if (!others) return call(nullptr);
         go_on(seen, std::move(mine), *std::move(others), std::move(call));
       });
}

void MemoryRecovery::go_on(const Positions& seen, std::optional<RecoverySession> own,
                           std::vector<TakenSession> others, RestoreCallback callback) {
  for (TakenSession& other : others)
    if (!own && other.session) own = std::move(other.session);
  if (!own || !positions_.covers(seen) || !log_.is_whole_since(seen)) return callback(nullptr);
  const auto has_lived_at = [&](const TakenSession& other) {
    return std::ranges::find(own->nodes, other.uid) != own->nodes.end();
  };
  std::erase_if(others, [&](const TakenSession& other) { return !has_lived_at(other); });
  const bool is_whole = std::ranges::all_of(others, &TakenSession::is_whole);
  if (!is_whole || nsp_.find(own->sid) != nullptr) return callback(nullptr);
  callback(std::make_unique<Recovered>(*this, *std::move(own), seen, std::move(others)));
}

}  // namespace veche::socketio
