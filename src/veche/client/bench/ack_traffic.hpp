#pragma once

/// @file
/// Events that are only answered: chat:leave and chat:join, and the pings of bystanders.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/client/bench/crowd.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/schedule.hpp"
#include "veche/client/bench/send_window.hpp"
#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

/// Every client keeps Options::in_flight chat:leave under way (with Options::joins, chat:leave and
/// chat:join in turn), or, in an open loop, sends them at
/// the pace of Options::rate as ChatTraffic does.
///
/// Bystanders (Options::bystands) send ping, which servers do not limit, and count it from when it
/// leaves unless answers held it back: that this process was late is not the server's doing.
///
/// Memory    24 bytes for each event under way.
class AckTraffic : public Traffic {
 public:
  /// The crowd is settled.
  AckTraffic(Crowd& crowd, const Options& options);

  void start(Instant now) override;
  Instant advance(Instant now) override;
  void stop() override;
  [[nodiscard]] bool is_quiet() const override {
    return under_way_ == 0 && (!schedule_ || schedule_->waiting() == 0);
  }
  void finish() override { ack_faults_.lost += under_way_; }
  /// Nobody sends any.
  void message(SocketioClient& client, std::string_view args, Instant now) override;
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;

  [[nodiscard]] const Totals& totals() const override { return totals_; }
  [[nodiscard]] Faults faults() const override { return faults_; }
  [[nodiscard]] AckFaults ack_faults() const override { return ack_faults_; }
  [[nodiscard]] Latencies& latencies() override { return latencies_; }
  [[nodiscard]] const std::optional<std::string>& failure() const override { return failure_; }

 protected:
  /// What a client sends as its event number `sequence`; the text of args_of() holds until the
  /// next.
  [[nodiscard]] virtual std::string_view event_of(std::uint32_t sequence) const;
  [[nodiscard]] virtual std::string_view args_of(std::uint32_t client, std::uint32_t sequence);
  /// Whether an answer that says success holds what was asked for.
  [[nodiscard]] virtual bool is_right(std::uint32_t client, std::uint32_t sequence,
                                      std::string_view answer);

 private:
  struct Sender {
    SocketioClient* client{};
    SendWindow window;
    std::string args;
  };

  /// From when an event of an open loop counts.
  enum class Counts : std::uint8_t { from_due, from_now };

  void fill(std::uint32_t number, Instant now, Counts counts = Counts::from_due);

  bool joins_;
  bool bystands_;
  std::uint64_t first_ack_id_;        // chat:join before the load has an ack too
  std::vector<Sender> senders_;       // by the client's number
  std::optional<Schedule> schedule_;  // of an open loop
  std::uint64_t under_way_{};
  Totals totals_;
  Faults faults_;
  AckFaults ack_faults_;
  Latencies latencies_;
  std::optional<std::string> failure_;
  bool is_stopped_{};
};

}  // namespace veche::client::bench
