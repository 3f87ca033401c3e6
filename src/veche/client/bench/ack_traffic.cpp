#include "veche/client/bench/ack_traffic.hpp"

#include "veche/base/contract.hpp"
#include "veche/client/bench/message_scan.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {

AckTraffic::AckTraffic(Crowd& crowd, const Options& options)
    : joins_{options.joins}, bystands_{options.bystands}, first_ack_id_{options.joins ? 1U : 0U} {
  VECHE_EXPECTS(crowd.is_settled() && crowd.present() == options.shape.clients());
  for (std::uint32_t number = 0; number < options.shape.clients(); ++number) {
    senders_.push_back(
        {.client = &crowd.client(number),
         .window = SendWindow{options.in_flight},
         .args = R"({"chatId":")" + chat_id(options.shape.chat_of(number)) + R"("})"});
  }
  if (options.rate) schedule_.emplace(*options.rate, static_cast<std::uint32_t>(senders_.size()));
}

void AckTraffic::start(Instant now) {
  if (schedule_) return schedule_->start(now);
  for (std::uint32_t number = 0; number < senders_.size(); ++number) fill(number, now);
}

Instant AckTraffic::advance(Instant now) {
  if (!schedule_) return Instant::max();
  const auto counts = bystands_ ? Counts::from_now : Counts::from_due;
  schedule_->advance(now, [&](std::uint32_t number) { fill(number, now, counts); });
  totals_.offered = schedule_->offered();
  return schedule_->next();
}

void AckTraffic::stop() {
  is_stopped_ = true;
  if (schedule_) schedule_->stop();
}

std::string_view AckTraffic::event_of(std::uint32_t sequence) const {
  if (bystands_) return "ping";
  return joins_ && sequence % 2 == 1 ? "chat:join" : "chat:leave";
}

std::string_view AckTraffic::args_of(std::uint32_t client, std::uint32_t /*sequence*/) {
  return senders_[client].args;
}

bool AckTraffic::is_right(std::uint32_t /*client*/, std::uint32_t /*sequence*/,
                          std::string_view /*answer*/) {
  return true;
}

void AckTraffic::fill(std::uint32_t number, Instant now, Counts counts) {
  Sender& sender = senders_[number];
  while (!failure_ && sender.window.has_room()) {
    if (schedule_ ? !schedule_->has_due(number) : is_stopped_) return;
    const Instant due = schedule_ ? schedule_->take(number) : now;
    const std::uint32_t sequence = sender.window.begin(0, counts == Counts::from_due ? due : now);
    ++under_way_;
    sender.client->emit_with_ack(event_of(sequence), args_of(number, sequence));
  }
}

void AckTraffic::message(SocketioClient& /*client*/, std::string_view /*args*/, Instant /*now*/) {
  ++faults_.misrouted;
}

void AckTraffic::acked(SocketioClient& client, std::uint64_t id, std::string_view args,
                       Instant now) {
  SendWindow& window = senders_[client.number()].window;
  const auto sequence = static_cast<std::uint32_t>(id - first_ack_id_);
  const auto sent_at = id < first_ack_id_ ? std::nullopt : window.acked(sequence);
  if (!sent_at) {
    ++ack_faults_.doubled;
    return;
  }
  --under_way_;
  const Answer answer = read_answer(args);
  if (schedule_ && answer == Answer::refused) {
    ++totals_.refused;
  } else {
    const bool is_well = answer == Answer::success && is_right(client.number(), sequence, args);
    if (!is_well && !failure_) {
      failure_ =
          std::string{event_of(sequence)} + " was answered " + std::string{args.substr(0, 200)};
    }
    ++totals_.acks;
    latencies_.record(&Latencies::ack, *sent_at, now);
  }
  fill(client.number(), now);
}

}  // namespace veche::client::bench
