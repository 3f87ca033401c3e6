#include "veche/socketio/broadcast_acks.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

bool BroadcastAcks::is_full() const {
  return pending_.size() >= node_.options().broadcast_acks_max;
}

void BroadcastAcks::await(std::uint64_t id, const std::vector<SocketHandle>& receivers,
                          Milliseconds timeout, std::unique_ptr<AckEvents> events) {
  VECHE_EXPECTS(id >= first_id && id < next_id_ && !is_full());
  events->counted(receivers.size());
  if (receivers.empty()) return events->finished(AckOutcome::complete);
  auto pending = std::make_unique<Pending>(*this, id);
  pending->receivers.reserve(receivers.size());
  for (const SocketHandle socket : receivers) pending->receivers.push_back({socket, false});
  std::ranges::sort(pending->receivers, {},
                    [](const Receiver& receiver) { return receiver.socket.slot; });
  pending->missing = receivers.size();
  pending->events = std::move(events);
  node_.timers().arm(*pending, node_.now() + timeout);
  pending_.emplace(id, std::move(pending));
}

void BroadcastAcks::answer(std::uint64_t id, SocketHandle socket, const Answer& answer) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  Pending& pending = *found->second;
  const auto slot_of = [](const Receiver& receiver) { return receiver.socket.slot; };
  const auto receiver = std::ranges::lower_bound(pending.receivers, socket.slot, {}, slot_of);
  if (receiver == pending.receivers.end() || receiver->socket != socket || receiver->has_answered)
    return;
  receiver->has_answered = true;
  const bool is_last = --pending.missing == 0;
  if (is_last) pending.disarm();
  // Whoever is told may begin others, which moves nothing but the table.
  pending.events->answered(answer);
  if (is_last) finish(id, AckOutcome::complete);
}

void BroadcastAcks::finish(std::uint64_t id, AckOutcome outcome) {
  auto taken = pending_.extract(id);
  VECHE_EXPECTS(!taken.empty());
  taken.mapped()->events->finished(outcome);
}

void BroadcastAcks::Pending::expired(Instant now) {
  acks.node_.advance_to(now);
  acks.finish(id, AckOutcome::timed_out);
}

}  // namespace veche::socketio
