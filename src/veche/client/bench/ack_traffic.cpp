#include "veche/client/bench/ack_traffic.hpp"

#include "veche/base/contract.hpp"
#include "veche/client/bench/message_scan.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {

AckTraffic::AckTraffic(Crowd& crowd, const Options& options)
    : first_ack_id_{options.joins ? 1U : 0U} {
  VECHE_EXPECTS(crowd.is_settled() && crowd.present() == options.shape.clients());
  for (std::uint32_t number = 0; number < options.shape.clients(); ++number) {
    senders_.push_back(
        {.client = &crowd.client(number),
         .window = SendWindow{options.in_flight},
         .args = R"({"chatId":")" + chat_id(number / options.shape.connected) + R"("})"});
  }
}

void AckTraffic::start(Instant now) {
  for (Sender& sender : senders_) fill(sender, now);
}

void AckTraffic::fill(Sender& sender, Instant now) {
  while (!is_stopped_ && !failure_ && sender.window.has_room()) {
    sender.window.begin(0, now);
    ++under_way_;
    sender.client->emit_with_ack("chat:leave", sender.args);
  }
}

void AckTraffic::message(SocketioClient& /*client*/, std::string_view /*args*/, Instant /*now*/) {
  ++faults_.misrouted;
}

void AckTraffic::acked(SocketioClient& client, std::uint64_t id, std::string_view args,
                       Instant now) {
  Sender& sender = senders_[client.number()];
  const auto sent_at = id < first_ack_id_
                           ? std::nullopt
                           : sender.window.acked(static_cast<std::uint32_t>(id - first_ack_id_));
  if (!sent_at) {
    ++ack_faults_.doubled;
    return;
  }
  if (!says_success(args) && !failure_) {
    failure_ = "chat:leave was answered " + std::string{args.substr(0, 200)};
  }
  --under_way_;
  ++totals_.acks;
  latencies_.ack.record(now - *sent_at);
  fill(sender, now);
}

}  // namespace veche::client::bench
