#include "veche/client/bench/chat_traffic.hpp"

#include "veche/base/contract.hpp"
#include "veche/client/bench/stamp.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {
namespace {

/// A chat that no member belongs to.
constexpr std::uint32_t no_chat = 0xFFFF'FFFF;

}  // namespace

ChatTraffic::ChatTraffic(Crowd& crowd, const Options& options, std::uint32_t run)
    : crowd_{crowd},
      shape_{options.shape},
      text_bytes_{options.text_bytes},
      first_ack_id_{options.joins ? 1U : 0U},
      checker_{run, {.chats = options.shape.chats, .senders = options.shape.senders}} {
  VECHE_EXPECTS(crowd.is_settled() && crowd.present() == shape_.clients());
  for (std::uint32_t number = 0; number < shape_.clients(); ++number) {
    members_.push_back(checker_.add_member(number / shape_.connected));
    if (shape_.is_slow(number)) checker_.excuse(members_.back());
  }
  for (std::uint32_t chat = 0; chat < shape_.chats; ++chat) {
    for (std::uint32_t i = 0; i < shape_.senders; ++i) {
      senders_.push_back(
          {.client = &crowd.client(chat * shape_.connected + i),
           .window = SendWindow{options.in_flight},
           .head = R"({"chatId":")" + chat_id(shape_.first_chat + chat) + R"(","text":")"});
    }
  }
  if (options.rate) schedule_.emplace(*options.rate, static_cast<std::uint32_t>(senders_.size()));
}

void ChatTraffic::start(Instant now) {
  if (schedule_) return schedule_->start(now);
  for (std::uint32_t sender = 0; sender < senders_.size(); ++sender) fill(sender, now);
}

void ChatTraffic::fill(std::uint32_t sender, Instant now) {
  const SendWindow& window = senders_[sender].window;
  while (!failure_ && window.has_room()) {
    if (schedule_ ? !schedule_->has_due(sender) : is_stopped_) return;
    send(sender, schedule_ ? schedule_->take(sender) : now);
  }
}

void ChatTraffic::send(std::uint32_t sender, Instant begun) {
  Sender& from = senders_[sender];
  const Stamp stamp = checker_.sent(sender / shape_.senders, sender % shape_.senders);
  from.window.begin(shape_.readers(), begun);
  ++under_way_;
  args_ = from.head;
  append_stamped(args_, stamp, text_bytes_);
  args_.append("\"}");
  from.client->emit_with_ack("message:send", args_);
}

Instant ChatTraffic::advance(Instant now) {
  if (!schedule_) return Instant::max();
  schedule_->advance(now, [&](std::uint32_t sender) { fill(sender, now); });
  totals_.offered = schedule_->offered();
  return schedule_->next();
}

template <typename Do>
void ChatTraffic::for_each_slow(Do act) {
  if (shape_.slow == 0) return;
  for (std::uint32_t number = 0; number < shape_.clients(); ++number) {
    if (shape_.is_slow(number)) act(crowd_.client(number));
  }
}

void ChatTraffic::open_window(Instant now) {
  for_each_slow([](SocketioClient& client) { client.pause_reading(); });
  latencies_.open(now);
}

void ChatTraffic::close_window(Instant now) {
  for_each_slow([](SocketioClient& client) { client.resume_reading(); });
  latencies_.close(now);
}

void ChatTraffic::stop() {
  is_stopped_ = true;
  if (schedule_) schedule_->stop();
}

void ChatTraffic::message(SocketioClient& client, std::string_view args, Instant now) {
  const auto seen = scan_.read(args);
  const auto stamp = seen ? read_stamp(seen->text) : std::nullopt;
  // Numbers count from the first chat of these; one before it becomes a very large one.
  const std::uint32_t chat =
      seen ? chat_number(seen->chat).value_or(no_chat) - shape_.first_chat : no_chat;
  const auto verdict = checker_.delivered(members_[client.number()], chat, stamp);
  if (verdict == Checker::Verdict::fault || shape_.is_slow(client.number())) return;
  ++totals_.deliveries;
  const std::uint32_t sender = stamp->chat * shape_.senders + stamp->sender;
  SendWindow& window = senders_[sender].window;
  const std::uint32_t before = window.under_way();
  if (const auto sent_at = window.arrived(stamp->sequence)) {
    latencies_.record(&Latencies::delivery, *sent_at, now);
  }
  settled(sender, before, now);
}

void ChatTraffic::acked(SocketioClient& client, std::uint64_t id, std::string_view args,
                        Instant now) {
  const std::uint32_t ordinal = client.number() % shape_.connected;
  const std::uint32_t sender = client.number() / shape_.connected * shape_.senders + ordinal;
  if (ordinal >= shape_.senders || id < first_ack_id_) {
    ++ack_faults_.doubled;
    return;
  }
  SendWindow& window = senders_[sender].window;
  const std::uint32_t before = window.under_way();
  const auto sequence = static_cast<std::uint32_t>(id - first_ack_id_);
  const Answer answer = read_answer(args);
  if (schedule_ && answer == Answer::refused) {
    refused(sender, sequence);
    return settled(sender, before, now);
  }
  const auto sent_at = window.acked(sequence);
  if (!sent_at) {
    ++ack_faults_.doubled;
    return;
  }
  if (answer != Answer::success && !failure_) {
    failure_ = "message:send was answered " + std::string{args.substr(0, 200)};
  }
  ++totals_.acks;
  ++totals_.messages;
  latencies_.record(&Latencies::ack, *sent_at, now);
  settled(sender, before, now);
}

void ChatTraffic::refused(std::uint32_t sender, std::uint32_t sequence) {
  const auto gone = senders_[sender].window.refused(sequence);
  if (!gone) {
    ++ack_faults_.doubled;
    return;
  }
  ++totals_.refused;
  checker_.refused({.run = 0,
                    .chat = sender / shape_.senders,
                    .sender = sender % shape_.senders,
                    .sequence = sequence},
                   shape_.readers() - gone->arrivals_due);
}

void ChatTraffic::settled(std::uint32_t sender, std::uint32_t before, Instant now) {
  if (senders_[sender].window.under_way() == before) return;
  --under_way_;
  fill(sender, now);
}

void ChatTraffic::finish() {
  checker_.finish();
  for (const Sender& sender : senders_) ack_faults_.lost += sender.window.acks_due();
}

}  // namespace veche::client::bench
