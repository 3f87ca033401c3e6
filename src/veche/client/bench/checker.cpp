#include "veche/client/bench/checker.hpp"

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
    : run_{run}, shape_{shape}, sent_(std::size_t{shape.chats} * shape.senders) {
  VECHE_EXPECTS(shape.chats > 0 && shape.senders > 0);
}

Checker::MemberId Checker::add_member(std::uint32_t chat) {
  VECHE_EXPECTS(chat < shape_.chats);
  const auto member = static_cast<MemberId>(chat_of_.size());
  chat_of_.push_back(chat);
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
  if (stamp->sender >= shape_.senders ||
      stamp->sequence >= sent_[std::size_t{chat} * shape_.senders + stamp->sender]) {
    ++faults_.damaged;
    return Verdict::fault;
  }
  const std::uint32_t stream = index * shape_.senders + stamp->sender;
  std::uint32_t& next = next_[stream];
  if (stamp->sequence < next) return behind({stream, stamp->sequence});
  if (stamp->sequence > next) skipped(stream, next, stamp->sequence);
  next = stamp->sequence + 1;
  return Verdict::good;
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
  for (std::uint32_t sequence = from; sequence < to; ++sequence) {
    if (missing_.size() < missing_max) {
      missing_.insert({stream, sequence});
    } else {
      ++faults_.lost;
    }
  }
}

void Checker::finish() {
  faults_.lost += missing_.size();
  missing_.clear();
  for (std::size_t stream = 0; stream < next_.size(); ++stream) {
    const std::size_t chat = chat_of_[stream / shape_.senders];
    const std::uint32_t sent = sent_[chat * shape_.senders + stream % shape_.senders];
    faults_.lost += sent - next_[stream];
    next_[stream] = sent;
  }
}

}  // namespace veche::client::bench
