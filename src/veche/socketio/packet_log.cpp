#include "veche/socketio/packet_log.hpp"

#include <algorithm>
#include <utility>

namespace veche::socketio {

std::size_t PacketLog::bytes_of(const LogEntry& entry) {
  constexpr std::size_t fixed = sizeof(LogEntry) + sizeof(cluster::Broadcast);
  return fixed + entry.packet->packet.bytes() + entry.packet->options.bytes();
}

void PacketLog::add(LogEntry entry) {
  const Instant now = entry.said_at;
  bytes_ += bytes_of(entry);
  if (!entry.only_for.empty()) ++pids_[entry.only_for];
  entries_.push_back(std::move(entry));
  const auto must_go = [&](const LogEntry& oldest) {
    return entries_.size() > options_.packets_max || bytes_ > options_.bytes_max ||
           now - oldest.said_at > options_.max_disconnection_duration;
  };
  while (!entries_.empty() && must_go(entries_.front())) drop_oldest();
}

void PacketLog::drop_oldest() {
  const LogEntry& oldest = entries_.front();
  dropped_.advance(oldest.uid, oldest.packet->position);
  bytes_ -= bytes_of(oldest);
  const auto pid = pids_.find(oldest.only_for);
  if (pid != pids_.end() && --pid->second == 0) pids_.erase(pid);
  entries_.pop_front();
}

std::vector<LoggedPacket> PacketLog::only_for(std::string_view pid, std::string_view uid,
                                              const Positions& seen) const {
  std::vector<LoggedPacket> packets;
  if (!pids_.contains(pid)) return packets;
  for (const LogEntry& entry : entries_) {
    if (entry.only_for == pid && entry.uid == uid && entry.packet->position > seen.of(uid))
      packets.push_back(entry.packet);
  }
  return packets;
}

bool concerns(const LogEntry& entry, const RecoverySession& session) {
  if (!entry.only_for.empty()) return entry.only_for == session.pid;
  const auto is_in = [&](const std::string& room) {
    return room == session.sid || std::ranges::find(session.rooms, room) != session.rooms.end();
  };
  const ClusterOptions& options = entry.packet->options;
  const bool is_chosen = options.rooms.empty() || std::ranges::any_of(options.rooms, is_in);
  return is_chosen && std::ranges::none_of(options.except, is_in);
}

}  // namespace veche::socketio
