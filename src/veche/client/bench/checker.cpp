#include "veche/client/bench/checker.hpp"

#include <algorithm>
#include <iterator>

#include "veche/base/contract.hpp"

namespace veche::client::bench {

Faults& Faults::operator+=(const Faults& other) {
  lost += other.lost;
  doubled += other.doubled;
  reordered += other.reordered;
  misrouted += other.misrouted;
  damaged += other.damaged;
  return *this;
}

Checker::Checker(std::uint32_t run, Shape shape)
    : run_{run},
      shape_{shape},
      sent_(std::size_t{shape.chats} * shape.senders),
      refused_(sent_.size()) {
  VECHE_EXPECTS(shape.chats > 0 && shape.senders > 0);
}

Checker::MemberId Checker::add_member(std::uint32_t chat) {
  VECHE_EXPECTS(chat < shape_.chats);
  const auto member = static_cast<MemberId>(chat_of_.size());
  chat_of_.push_back(chat);
  is_excused_.push_back(false);
  next_.resize(next_.size() + shape_.senders);
  return member;
}

Stamp Checker::sent(std::uint32_t chat, std::uint32_t sender) {
  VECHE_EXPECTS(chat < shape_.chats && sender < shape_.senders);
  const std::uint32_t sequence = sent_[std::size_t{chat} * shape_.senders + sender]++;
  return {.run = run_, .chat = chat, .sender = sender, .sequence = sequence};
}

Checker::Verdict Checker::delivered(MemberId member, std::uint32_t chat,
                                    const std::optional<Stamp>& stamp) {
  const auto index = static_cast<std::uint32_t>(member);
  if (!stamp) {
    ++faults_.damaged;
    return Verdict::fault;
  }
  if (stamp->run != run_ || stamp->chat != chat || chat != chat_of_[index]) {
    ++faults_.misrouted;
    return Verdict::fault;
  }
  const std::size_t sender = std::size_t{chat} * shape_.senders + stamp->sender;
  if (stamp->sender >= shape_.senders || stamp->sequence >= sent_[sender]) {
    ++faults_.damaged;
    return Verdict::fault;
  }
  if (is_refused(sender, stamp->sequence)) {
    ++faults_.misrouted;
    return Verdict::fault;
  }
  const std::uint32_t stream = index * shape_.senders + stamp->sender;
  std::uint32_t& next = next_[stream];
  if (stamp->sequence < next) return behind({stream, stamp->sequence});
  if (stamp->sequence > next) skipped(stream, next, stamp->sequence);
  next = stamp->sequence + 1;
  return Verdict::good;
}

void Checker::refused(const Stamp& stamp, std::uint32_t arrived) {
  VECHE_EXPECTS(stamp.chat < shape_.chats && stamp.sender < shape_.senders);
  faults_.misrouted += arrived;
  // Refusals come in order but for a few: the end is the place, or near it.
  Sequences& all = refused_[std::size_t{stamp.chat} * shape_.senders + stamp.sender];
  all.insert(std::upper_bound(all.begin(), all.end(), stamp.sequence), stamp.sequence);
}

bool Checker::is_refused(std::size_t sender, std::uint32_t sequence) const {
  const Sequences& all = refused_[sender];
  return !all.empty() && std::binary_search(all.begin(), all.end(), sequence);
}

Checker::Verdict Checker::behind(Missing place) {
  if (missing_.erase(place) == 0) {
    ++faults_.doubled;
    return Verdict::fault;
  }
  ++faults_.reordered;
  return Verdict::late;
}

void Checker::skipped(std::uint32_t stream, std::uint32_t from, std::uint32_t to) {
  const std::size_t sender = sender_of(stream);
  for (std::uint32_t sequence = from; sequence < to; ++sequence) {
    if (is_refused(sender, sequence)) continue;
    if (missing_.size() < missing_max) {
      missing_.insert({stream, sequence});
    } else {
      ++faults_.lost;
    }
  }
}

void Checker::finish() {
  for (const Missing& place : missing_) {
    if (!is_refused(sender_of(place.stream), place.sequence)) ++faults_.lost;
  }
  missing_.clear();
  for (std::uint32_t stream = 0; stream < next_.size(); ++stream) {
    if (is_excused_[stream / shape_.senders]) continue;
    const std::size_t sender = sender_of(stream);
    const Sequences& refused = refused_[sender];
    const auto first = std::lower_bound(refused.begin(), refused.end(), next_[stream]);
    faults_.lost += sent_[sender] - next_[stream] -
                    static_cast<std::uint64_t>(std::distance(first, refused.end()));
    next_[stream] = sent_[sender];
  }
}

}  // namespace veche::client::bench
