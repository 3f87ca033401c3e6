#pragma once

/// @file
/// Messages in chats: fan-out, rooms, pairs, sends.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/client/bench/checker.hpp"
#include "veche/client/bench/crowd.hpp"
#include "veche/client/bench/message_scan.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/schedule.hpp"
#include "veche/client/bench/send_window.hpp"
#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

/// The first members of each chat send. In a closed loop each keeps Options::in_flight messages
/// under way; in an open one (Options::rate) messages are due at a pace, at most so many are under
/// way, and what is due beyond waits: latency counts from when a message was due. A message is over
/// when its ack and all its deliveries have come, or when it was refused, which an open loop only
/// counts. Every delivery is judged.
///
/// Time      Below 0.2 µs a delivery. Memory  4 bytes for each client and sender of its chat, 24
///           for each message under way.
class ChatTraffic final : public Traffic {
 public:
  /// `run` marks this run's messages. The crowd is settled.
  ChatTraffic(Crowd& crowd, const Options& options, std::uint32_t run);

  void start(Instant now) override;
  Instant advance(Instant now) override;
  /// Slow members stop reading from here ...
  void open_window(Instant now) override;
  /// ... to here. What they get is no delivery that counts, and need only be a beginning.
  void close_window(Instant now) override;
  void stop() override;
  [[nodiscard]] bool is_quiet() const override {
    return under_way_ == 0 && (!schedule_ || schedule_->waiting() == 0);
  }
  void finish() override;
  void message(SocketioClient& client, std::string_view args, Instant now) override;
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;

  [[nodiscard]] const Totals& totals() const override { return totals_; }
  [[nodiscard]] Faults faults() const override { return checker_.faults(); }
  [[nodiscard]] AckFaults ack_faults() const override { return ack_faults_; }
  [[nodiscard]] Latencies& latencies() override { return latencies_; }
  [[nodiscard]] const std::optional<std::string>& failure() const override { return failure_; }

 private:
  /// One who sends. Its number is chat * senders + its ordinal there.
  struct Sender {
    SocketioClient* client{};
    SendWindow window;
    std::string head;  // {"chatId":"c0","text":"
  };

  void fill(std::uint32_t sender, Instant now);
  template <typename Do>
  void for_each_slow(Do act);
  void send(std::uint32_t sender, Instant begun);
  void settled(std::uint32_t sender, std::uint32_t before, Instant now);
  void refused(std::uint32_t sender, std::uint32_t sequence);

  Crowd& crowd_;
  Shape shape_;
  std::size_t text_bytes_;
  std::uint64_t first_ack_id_;
  Checker checker_;
  std::optional<Schedule> schedule_;  // of an open loop
  MessageScan scan_;
  std::vector<Sender> senders_;
  std::vector<Checker::MemberId> members_;
  std::string args_;
  std::uint64_t under_way_{};
  Totals totals_;
  AckFaults ack_faults_;
  Latencies latencies_;
  std::optional<std::string> failure_;
  bool is_stopped_{};
};

}  // namespace veche::client::bench
