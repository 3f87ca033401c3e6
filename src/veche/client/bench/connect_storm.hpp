#pragma once

/// @file
/// Connections that come, sign in and go, as fast as the server takes them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/client/bench/options.hpp"
#include "veche/client/bench/schedule.hpp"
#include "veche/client/bench/tokens.hpp"
#include "veche/client/bench/traffic.hpp"
#include "veche/client/context.hpp"
#include "veche/client/socketio_client.hpp"

namespace veche::client::bench {

/// Keeps Options::at_once connections in the making, or, in an open loop, begins them at the pace
/// of Options::rate and has at most so many, counting from when each was due: each is made with a
/// token, waits for `session:ready`, says goodbye and makes room for the next once it is closed.
/// Users and source addresses take turns.
///
/// Memory    About a KiB for each connection at a time.
/// Errors    failure(): the first connection that was refused or broke.
class ConnectStorm final : public Traffic, public SocketioEvents {
 public:
  /// The context outlives it.
  ConnectStorm(const Context& context, const Options& options);

  void start(Instant now) override;
  Instant advance(Instant now) override;
  void stop() override;
  [[nodiscard]] bool is_quiet() const override {
    return open_ == 0 && (!schedule_ || schedule_->waiting() == 0);
  }
  void finish() override {}
  void message(SocketioClient& /*client*/, std::string_view /*args*/, Instant /*now*/) override {}
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;

  [[nodiscard]] const Totals& totals() const override { return totals_; }
  [[nodiscard]] Faults faults() const override { return {}; }
  [[nodiscard]] AckFaults ack_faults() const override { return {}; }
  [[nodiscard]] Latencies& latencies() override { return latencies_; }
  [[nodiscard]] const std::optional<std::string>& failure() const override { return failure_; }

 private:
  struct Place {
    std::unique_ptr<SocketioClient> client;
    Instant begun{};
    bool is_ready{};
  };

  void connected(SocketioClient& /*client*/, Instant /*now*/) override {}
  void event(SocketioClient& client, const Event& event, Instant now) override;
  void disconnected(SocketioClient& client, const Disconnected& why) override;

  void fill(Instant now);
  void connect(std::uint32_t place, Instant begun_at);
  void fail(const std::string& why);

  const Context& context_;
  const Options& options_;
  Credentials credentials_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;   // places; the last is taken first
  std::optional<Schedule> schedule_;  // of an open loop
  std::uint32_t begun_{};             // over all; it may wrap
  std::uint32_t open_{};
  Totals totals_;
  Latencies latencies_;
  std::optional<std::string> failure_;
  bool is_stopped_{};
};

}  // namespace veche::client::bench
